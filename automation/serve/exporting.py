"""Copies what is stored into files for analysis: Parquet, or one DuckDB database.

The first export reads everything, later ones what the change feed names. A row that is gone, and
every row of a practice that left, goes from the copy, too. A copy is whole or the one before.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from shutil import copy2, rmtree
from tempfile import mkdtemp
from types import UnionType
from typing import Any, Final, Protocol, get_args, get_origin

import duckdb
import orjson
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from automation.entities import ENTITIES, Entity, plural
from automation.errors import BadArgument
from automation.store import Choice, Listing, Lists, Reach, Store

BATCH: Final = 1000
_FEED: Final = 5000
_HIDDEN: Final = frozenset({"raw", "content_hash", "run"})
_STATE: Final = "export.json"
_LIVE: Final = ".live"
_COPY: Final = ".copy-"
_TYPES: Final[tuple[tuple[type, Any], ...]] = (
    (bool, pa.bool_()),
    (int, pa.int64()),
    (float, pa.float64()),
    (datetime, pa.timestamp("us", tz="UTC")),
    (date, pa.date32()),
)


@dataclass(frozen=True, slots=True)
class State:
    """Up to where a copy goes.

    Attributes:
        sequence: the last change that is in it.
        organization: whose it is.
        practices: those of which it holds rows.
        only: the practices it was asked for; all when empty.
    """

    sequence: int = 0
    organization: str = ""
    practices: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What becomes of a kind.

    Attributes:
        whole: whether it is written anew.
        gone: ids whose rows go, those that are written again included.
        left: practices whose rows go.
        tables: the rows that come, batch by batch.
    """

    whole: bool
    gone: frozenset[str]
    left: frozenset[str]
    tables: AsyncIterator[pa.Table]


class Copy(Protocol):
    """Where a copy is kept."""

    def state(self) -> State | None:
        """Up to where it goes; None where there is none yet."""
        ...

    async def put(self, kind: str, batch: Batch) -> int:
        """Bring one kind up to date; say how many rows came."""
        ...

    def close(self, state: State | None) -> None:
        """Keep all of it under its new state; without one, nothing of it."""
        ...


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
    """
    copy: Copy = ParquetFolder(place) if form == "parquet" else DuckFile(place)
    try:
        state, done = await _export(copy, store, reach)
    except BaseException:
        copy.close(None)
        raise
    copy.close(state)
    return done


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


@cache
def schema_of(kind: str) -> pa.Schema:
    """The columns of a kind; lists and objects are JSON texts."""
    fields = ENTITIES[kind].model_fields
    return pa.schema(
        [(name, _type(info.annotation)) for name, info in fields.items() if name not in _HIDDEN]
    )


def _type(annotation: Any) -> Any:  # noqa: ANN401 - of a field
    own = [each for each in get_args(annotation) if each is not type(None)]
    plain = own[0] if get_origin(annotation) is UnionType or len(own) == 1 else annotation
    return next((arrow for python, arrow in _TYPES if plain is python), pa.string())


class ParquetFolder:
    """One file for each kind; all of them change at one moment.

    The files stand in a hidden folder, another one for each export. One link leads to the folder
    that counts and is replaced in one step; the names that people read lead through it.

    Args:
        folder: where they are.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self._live = folder, folder / _LIVE
        self._next = self._begun()
        if not self._live.is_symlink() and (folder / _STATE).is_file():
            self._adopt()

    def state(self) -> State | None:
        """Up to where it goes; None where there is none yet."""
        path = self._live / _STATE
        return _state_of(path.read_bytes()) if path.exists() else None

    async def put(self, kind: str, batch: Batch) -> int:
        """Write a kind beside its file: what stays of it, and what comes."""
        name, count = f"{plural(kind)}.parquet", 0
        before = self._live / name
        with (
            _private(self._next / name) as file,
            pq.ParquetWriter(file, schema_of(kind)) as writer,
        ):
            if not batch.whole and before.exists():
                with pq.ParquetFile(before) as old:
                    for some in old.iter_batches(BATCH):
                        writer.write_table(_left(pa.Table.from_batches([some]), batch))
            async for table in batch.tables:
                writer.write_table(table)
                count += table.num_rows
        return count

    def close(self, state: State | None) -> None:
        """Let the new files count, with those that stay as they are; or nothing of them."""
        if state is not None:
            with _private(self._next / _STATE) as file:
                file.write(_text_of(state))
            self._keep(self._live, self._next)
            self._switch()
        for each in self._folder.glob(f"{_COPY}*"):
            if not self._live.is_symlink() or each.name != str(self._live.readlink()):
                rmtree(each)

    def _begun(self) -> Path:
        return Path(mkdtemp(prefix=_COPY, dir=self._folder))

    def _adopt(self) -> None:
        """Let a copy count whose files stand in the open, as earlier versions left them."""
        self._keep(self._folder, self._next)
        self._switch()
        self._next = self._begun()

    def _keep(self, source: Path, target: Path) -> None:
        """Let a folder have what it does not have yet of another one."""
        for path in (*source.glob("*.parquet"), source / _STATE):
            if path.exists() and not (target / path.name).exists():
                try:
                    (target / path.name).hardlink_to(path.resolve())
                except OSError:  # not every file system can
                    copy2(path, target / path.name)

    def _switch(self) -> None:
        """The one step: after it the new folder counts, before it the old one."""
        for path in self._next.iterdir():
            if not self._live.is_symlink() and (self._folder / path.name).is_file():
                continue  # it stands in the open: the same file, until the folder counts
            self._lead(self._folder / path.name, f"{_LIVE}/{path.name}")
        self._lead(self._live, self._next.name)
        for path in self._next.iterdir():
            self._lead(self._folder / path.name, f"{_LIVE}/{path.name}")

    def _lead(self, path: Path, target: str) -> None:
        if path.is_symlink() and str(path.readlink()) == target:
            return
        new = path.with_name(f"{_COPY}link")
        new.unlink(missing_ok=True)
        new.symlink_to(target)
        new.replace(path)


def _left(table: pa.Table, batch: Batch) -> pa.Table:
    gone = pc.is_in(table["id"], pa.array(sorted(batch.gone), pa.string()))
    left = pc.is_in(table["practice"], pa.array(sorted(batch.left), pa.string()))
    return table.filter(pc.invert(pc.or_(gone, left)))


class DuckFile:
    """One table for each kind, brought up to date in one transaction.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._database = duckdb.connect(str(path))
        path.chmod(0o600)
        self._run("SET timezone = 'UTC'")
        self._run("BEGIN")
        self._run("CREATE TABLE IF NOT EXISTS export_state (state VARCHAR)")

    def state(self) -> State | None:
        """Up to where it goes; None where there is none yet."""
        found = self._run("SELECT state FROM export_state")
        return _state_of(found[0][0]) if found else None

    async def put(self, kind: str, batch: Batch) -> int:
        """Take rows away and put others in."""
        name, count = plural(kind), 0
        make = f"CREATE TABLE IF NOT EXISTS {name} AS SELECT * FROM empty"  # noqa: S608 - a name of ours
        self._with("empty", schema_of(kind).empty_table(), make)
        for column, values in (("id", batch.gone), ("practice", batch.left)):
            gone = pa.table({"value": pa.array(sorted(values), pa.string())})
            drop = f"DELETE FROM {name} WHERE {column} IN (SELECT value FROM gone)"  # noqa: S608 - names of ours
            self._with("gone", gone, drop)
        async for table in batch.tables:
            add = f"INSERT INTO {name} BY NAME SELECT * FROM rows"  # noqa: S608 - a name of ours
            self._with("rows", table, add)
            count += table.num_rows
        return count

    def close(self, state: State | None) -> None:
        """End the transaction."""
        if state is None:
            self._run("ROLLBACK")
        else:
            self._run("DELETE FROM export_state")
            text = _text_of(state).decode()
            self._run("INSERT INTO export_state VALUES (?)", text)
            self._run("COMMIT")
        self._database.close()

    def _run(self, statement: str, *values: str) -> list[Any]:
        """Run a statement to its end; another one is refused before."""
        return self._database.execute(statement, list(values)).fetchall()

    def _with(self, name: str, table: pa.Table, statement: str) -> None:
        self._database.register(name, table)
        self._run(statement)
        self._database.unregister(name)


def _private(path: Path) -> Any:  # noqa: ANN401 - a file
    """A new file that only its owner reads."""
    opener: Callable[[str, int], int] = lambda name, flags: os.open(name, flags, 0o600)  # noqa: E731 - as `open` wants it
    return open(path, "wb", opener=opener)


def _text_of(state: State) -> bytes:
    names = ("sequence", "organization", "practices", "only")
    return orjson.dumps({name: getattr(state, name) for name in names})


def _state_of(text: bytes | str) -> State:
    read = orjson.loads(text)
    practices, only = tuple(read["practices"]), tuple(read["only"])
    return State(read["sequence"], read["organization"], practices, only)
