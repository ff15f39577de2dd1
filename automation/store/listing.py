"""Lists, page by page: what a page costs does not depend on how far it is from the first.

A list is cut into branches, one for each practice, kind and location that it may show. Within one,
all rows of a page lie beside each other in one index; which one is decided here and not left to the
planner of the database, that knows nothing of how many rows share a value. The keys of a page are
found first, from several branches at once, and then its rows, by id.

The order is that of practices, then of a time (where one is asked for), of kinds and of ids. A page
begins after the last key of the page before, so that rows which come and go meanwhile neither
repeat nor hide others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    String,
    Table,
    false,
    literal,
    literal_column,
    null,
    select,
    tuple_,
    type_coerce,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.entities import Entity, Moment
from automation.store.reach import Reach, practices_of
from automation.store.reading import rows_by_id
from automation.store.schema import entity_table
from automation.store.spans import Span, begun, looked_at, within
from automation.store.terms import found_by

_SHARED: Final = frozenset(
    {
        "assignee_id",
        "category",
        "location_id",
        "price_list_id",
        "provider_id",
        "resource_id",
        "settlement_id",
        "species",
        "status",
        "supplier_id",
    }
)
"""Fields of which many rows of a practice have the same value."""
_AT_ONCE: Final = 20
"""Branches of one statement; databases bound how many a statement may have."""
_EVERY: Final[ColumnElement[Any]] = literal_column("*")
_NAMED: Final[dict[str, ColumnElement[Any]]] = {
    name: literal_column(name) for name in ("number", "time", "rank", "kind", "id")
}
_ASCENDING: Final = tuple(_NAMED[name] for name in ("number", "time", "rank", "id"))
_DESCENDING: Final = (_ASCENDING[0], *(column.desc() for column in _ASCENDING[1:]))


@dataclass(frozen=True, slots=True)
class Choice:
    """Which entities of one kind are listed.

    Attributes:
        kind: the kind.
        equal: wanted values by field; fields of ``listed_by``, location, status and source id.
        spans: parts of times and days.
        terms: beginnings of terms, each of which one of the entity's has to begin with.
        time: the field of the order, where one is asked for.
    """

    kind: str
    equal: Mapping[str, str] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    terms: tuple[str, ...] = ()
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the key of its last row.

    Attributes:
        practice: name of its practice.
        rank: number of its kind and location in the list.
        time: its time as the index has it; None in the order of ids.
        id: its id.
    """

    practice: str
    rank: int
    time: str | None
    id: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed.

    Attributes:
        choices: the kinds, and which of each.
        reach: what the caller may see.
        practice: only this one of what may be seen.
        since: only what changed then or later.
        removed: whether those with a tombstone are listed, too.
        descending: whether the latest come first, where a time orders.
        limit: size of the page.
        after: where the page before ended.
    """

    choices: tuple[Choice, ...]
    reach: Reach
    practice: str | None = None
    since: datetime | None = None
    removed: bool = False
    descending: bool = False
    limit: int = 50
    after: Place | None = None

    @property
    def timed(self) -> bool:
        """Whether a time orders each practice."""
        return self.since is not None or any(choice.time is not None for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list.

    Attributes:
        rows: the entities, without raw.
        end: where it ends; None when it is the last one.
        practices: the practices that it may show rows of, by name, with their time zones.
    """

    rows: tuple[Entity, ...]
    end: Place | None
    practices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Branch:
    """Rows of one practice, kind and location."""

    practice: str
    zone: ZoneInfo
    number: int
    rank: int
    choice: Choice
    location: str | None


async def read_page(connection: AsyncConnection, listing: Listing) -> Page:
    """One page of a list.

    Raises:
        NotKnown: no such kind.
    """
    zones = await practices_of(connection, listing.reach, only=listing.practice)
    branches = branches_of(listing, zones)
    keys: list[Any] = []
    for parts in _batches(branches, timed=listing.timed):
        keys += await _keys(connection, parts, listing, listing.limit + 1 - len(keys))
        if len(keys) > listing.limit:
            break
    shown = keys[: listing.limit]
    found = await rows_by_id(connection, [(key.kind, key.id) for key in shown], listing.reach)
    rows = tuple(found[key.id] for key in shown)
    end = _place(shown[-1], branches) if len(keys) > listing.limit else None
    return Page(rows, end, zones)


def branches_of(listing: Listing, zones: Mapping[str, str]) -> list[_Branch]:
    """The branches of a list in their order, from the place on where it goes on."""
    places: Sequence[str | None] = sorted(listing.reach.locations) or [None]
    ranked = [(choice, place) for choice in listing.choices for place in places]
    found = [
        _Branch(name, ZoneInfo(zone), number, rank, choice, place)
        for number, (name, zone) in enumerate(zones.items())
        for rank, (choice, place) in enumerate(ranked)
    ]
    after = listing.after
    return found if after is None else [each for each in found if _goes_on(each, after)]


def _batches(branches: Sequence[_Branch], *, timed: bool) -> Iterator[list[list[_Branch]]]:
    """What is read one after the other, each in the parts that statements have room for.

    In the order of a time the branches of a practice are read together: the earliest row of the
    last one may come before all of the first.
    """
    if not timed:
        yield from ([part] for part in _parts(branches))
        return
    some: list[_Branch] = []
    for _, each in groupby(branches, key=lambda branch: branch.practice):
        own = list(each)
        if some and len(some) + len(own) > _AT_ONCE:
            yield _parts(some)
            some = []
        some += own
    if some:
        yield _parts(some)


def _parts(branches: Sequence[_Branch]) -> list[list[_Branch]]:
    starts = range(0, len(branches), _AT_ONCE)
    return [list(branches[start : start + _AT_ONCE]) for start in starts]


async def _keys(
    connection: AsyncConnection, parts: Sequence[Sequence[_Branch]], listing: Listing, limit: int
) -> list[Any]:
    """The keys of the next rows of what is read together."""
    found: list[Any] = []
    for part in parts:
        found += (await connection.execute(keys_of(part, listing, limit))).all()
    if len(parts) > 1:
        found.sort(key=lambda row: (row.time, row.rank, row.id), reverse=listing.descending)
    return found[:limit]


def _goes_on(branch: _Branch, after: Place) -> bool:
    if branch.practice != after.practice:
        return branch.practice > after.practice
    return after.time is not None or branch.rank >= after.rank


def _place(key: Any, branches: Sequence[_Branch]) -> Place:  # noqa: ANN401 - a row
    practice = next(each.practice for each in branches if each.number == key.number)
    at = key.time.isoformat() if isinstance(key.time, date) else key.time
    return Place(practice, key.rank, at, key.id)


def keys_of(branches: Sequence[_Branch], listing: Listing, limit: int) -> Select[Any]:
    """The keys of the next rows of some branches."""
    each = [_of_branch(branch, listing, limit) for branch in branches]
    if len(each) == 1:
        return each[0]
    # to name the columns of subqueries takes longer than to read their rows
    keys = union_all(*(select(_EVERY).select_from(one.subquery()) for one in each))
    order = _DESCENDING if listing.descending else _ASCENDING
    every = select(*_NAMED.values()).select_from(keys.subquery("keys"))
    return every.order_by(*order).limit(limit)


def _of_branch(branch: _Branch, listing: Listing, limit: int) -> Select[Any]:
    choice, table = branch.choice, entity_table(branch.choice.kind)
    name = "changed_at" if listing.since is not None else choice.time
    key = None if name is None else table.c[name]
    # the few rows of a patient are found by the patient and sorted, not looked for along all times
    seen = looked_at(key) if key is not None and _few(choice) else key
    wanted = [table.c.practice == branch.practice, *_equal(table, branch, key)]
    if choice.terms:
        wanted += found_by(table, branch.practice, choice.terms)
    wanted += _spanned(table, seen, name, branch, listing)
    if not listing.removed:
        wanted.append(table.c.removed_at.is_(None))
    if seen is not None:
        wanted.append(seen.is_not(None))
    wanted += _after(table, seen, branch, listing)
    order: list[ColumnElement[Any]]
    order = [table.c.id] if seen is None else [_in_order(seen), table.c.id]
    if listing.descending:
        order = [each.desc() for each in order]
    columns = (
        literal(branch.number).label("number"),
        (null() if seen is None else _in_order(seen)).label("time"),
        literal(branch.rank).label("rank"),
        literal(choice.kind).label("kind"),
        table.c.id,
    )
    return select(*columns).where(*wanted).order_by(*order).limit(limit)


def _spanned(
    table: Table,
    key: ColumnElement[Any] | None,
    name: str | None,
    branch: _Branch,
    listing: Listing,
) -> list[ColumnElement[bool]]:
    """The spans; of the one of the order, what is left from the place on where the list goes on."""
    found: list[ColumnElement[bool]] = []
    since = () if listing.since is None else (Span("changed_at", listing.since),)
    for span in (*branch.choice.spans, *since):
        if key is None or span.field != name:
            column = table.c[span.field]
            found += within(column if key is None else looked_at(column), span, branch.zone)
        else:
            at = _time_of(key, branch, listing)
            down = listing.descending
            left = span if at is None else begun(span, key, at, branch.zone, descending=down)
            found += within(key, left, branch.zone)
    return found


def _few(choice: Choice) -> list[str]:
    """The fields asked for of which few rows of a practice have the same value."""
    return [name for name in choice.equal if name not in _SHARED]


def _in_order(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column as its index has it: a moment is a text there."""
    return type_coerce(column, String) if isinstance(column.type, Moment) else column


def _equal(table: Table, branch: _Branch, key: Column[Any] | None) -> list[ColumnElement[bool]]:
    """Equal values: the one that leads to the fewest rows by its index, the others looked at."""
    equal = dict(branch.choice.equal)
    own = "id" if table.name == "location" else "location_id"
    if branch.location is not None and equal.setdefault(own, branch.location) != branch.location:
        return [false()]  # another location than the branch's
    found: list[ColumnElement[bool]] = []
    few = _few(branch.choice)
    many = [] if few or key is not None or branch.choice.terms else list(equal)
    lead = next(iter([*few, *many]), None)
    for name, value in equal.items():
        column: Column[Any] = table.c[name]
        found.append(column == value if name == lead else looked_at(column) == value)
    return found


def _after(
    table: Table, key: ColumnElement[Any] | None, branch: _Branch, listing: Listing
) -> list[ColumnElement[bool]]:
    """What comes after a place in a branch of the practice in which the place is."""
    after = listing.after
    if after is None or after.practice != branch.practice:
        return []
    own, later = branch.rank == after.rank, branch.rank > after.rank
    if key is None or after.time is None:
        return [table.c.id > after.id] if own else []
    here, at = _in_order(key), _at(key, after.time)
    if own:
        place, there = tuple_(here, table.c.id), tuple_(at, literal(after.id))
        return [place < there if listing.descending else place > there]
    if listing.descending:
        return [here < at if later else here <= at]
    return [here >= at if later else here > at]


def _time_of(key: ColumnElement[Any], branch: _Branch, listing: Listing) -> str | date | None:
    """The time at which the page before ended, if that was in the practice of a branch."""
    after = listing.after
    if after is None or after.practice != branch.practice or after.time is None:
        return None
    return after.time if isinstance(key.type, Moment) else date.fromisoformat(after.time)


def _at(key: ColumnElement[Any], text: str) -> ColumnElement[Any]:
    if isinstance(key.type, Moment):
        return literal(text, String)
    return literal(date.fromisoformat(text), key.type)
