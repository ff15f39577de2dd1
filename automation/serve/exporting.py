"""Copies what is stored into files for analysis: Parquet, or one DuckDB database.

The first export reads everything, later ones what the change feed names. A row that is gone, and
every row of a practice that left, goes from the copy, too. A copy is whole or the one before.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import orjson
import pyarrow as pa  # type: ignore[import-untyped]

from automation.entities import ENTITIES, Entity, plural
from automation.errors import BadArgument
from automation.pipeline import alone
from automation.serve.copies import BATCH, Batch, Copy, DuckFile, ParquetFolder, State, schema_of
from automation.store import Choice, Listing, Lists, Reach, Store

_FEED: Final = 5000
_ONE: Final = ("another export writes this copy", "Wait until it is done, then run again.")


@dataclass
class Exported:
    """What an export did.

    Attributes:
        rows: rows that came, by the plural of their kind.
        whole: whether everything was read.
        sequence: the last change that is in it.
    """

    rows: dict[str, int] = field(default_factory=dict)
    whole: bool = True
    sequence: int = 0


async def export_to(place: Path, form: str, store: Store, reach: Reach) -> Exported:
    """Bring a copy up to date, or make it.

    Args:
        place: a folder for ``parquet``, a file for ``duckdb``.
        form: which of them.
        store: what is copied.
        reach: whose.

    Raises:
        BadArgument: there is a copy of somebody else's data.
        Unready: another export writes it.
    """
    with _opened(place, form) as copy:
        try:
            state, done = await _export(copy, store, reach)
        except BaseException:
            copy.close(None)
            raise
        copy.close(state)
    return done


@contextmanager
def _opened(place: Path, form: str) -> Iterator[Copy]:
    """A copy that no other export writes meanwhile; DuckDB sees to that by itself."""
    if form == "parquet":
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(place / ".lock", *_ONE):
            yield ParquetFolder(place)
    else:
        yield DuckFile(place)


async def _export(copy: Copy, store: Store, reach: Reach) -> tuple[State, Exported]:
    before, lists = copy.state(), Lists(store.database)
    only = tuple(sorted(reach.practices))
    if before is not None and (before.organization, before.only) != (reach.organization, only):
        raise BadArgument(
            f"the copy there is of organization {before.organization!r}, practices "
            f"{', '.join(before.only) or 'all'}",
            remedy="Name another place, or delete the copy.",
        )
    practices = tuple(await lists.practices(reach))
    since = before or State()
    sequence, changed = await _changes(store, reach.organization, practices, since.sequence)
    left = frozenset(since.practices) - frozenset(practices)
    done = Exported(whole=before is None, sequence=sequence)
    for kind in ENTITIES:
        ids = frozenset(changed.get(kind, ()))
        if before is not None and not ids and not left:
            continue
        rows = _all(lists, kind, reach) if before is None else _some(lists, kind, ids, reach)
        count = await copy.put(kind, Batch(before is None, ids, left, _tables(kind, rows)))
        if count:
            done.rows[plural(kind)] = count
    return State(sequence, reach.organization, practices, only), done


async def _changes(
    store: Store, organization: str, practices: Collection[str], after: int
) -> tuple[int, dict[str, set[str]]]:
    """The last change that there is, and the ids of what changed, by kind."""
    found: dict[str, set[str]] = {}
    while True:
        page = await store.changes(after=after, limit=_FEED, organization=organization)
        for change in page:
            if change.practice in practices:
                found.setdefault(change.kind, set()).add(change.id)
        if not page:
            return after, found
        after = page[-1].sequence


async def _all(lists: Lists, kind: str, reach: Reach) -> AsyncIterator[Sequence[Entity]]:
    listing = Listing((Choice(kind),), reach, limit=BATCH)
    while True:
        page = await lists.page(listing)
        if page.rows:
            yield page.rows
        if page.end is None:
            return
        listing = replace(listing, after=page.end)


async def _some(
    lists: Lists, kind: str, ids: Collection[str], reach: Reach
) -> AsyncIterator[Sequence[Entity]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        some = [(kind, number) for number in ordered[start : start + BATCH]]
        found = (await lists.found(some, reach)).values()
        if alive := [entity for entity in found if entity.removed_at is None]:
            yield alive


async def _tables(kind: str, rows: AsyncIterator[Sequence[Entity]]) -> AsyncIterator[pa.Table]:
    schema = schema_of(kind)
    async for some in rows:
        columns = [[_plain(getattr(row, name)) for row in some] for name in schema.names]
        yield pa.Table.from_arrays(
            [pa.array(each, of.type) for each, of in zip(columns, schema, strict=True)],
            schema=schema,
        )


def _plain(value: Any) -> Any:  # noqa: ANN401 - a field of an entity
    return orjson.dumps(value).decode() if isinstance(value, list | dict) else value
