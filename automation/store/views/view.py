"""View: a question that is answered from several kinds of entities at once, page by page.

A view is one SELECT. It is cut into pages by its keys, which order its rows and tell them apart;
what the caller may see, and the days and places that are asked for, stand in it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Select,
    String,
    Table,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.entities import Moment, instant_text
from automation.store.merged import read_merged
from automation.store.reach import Reach, practices_of
from automation.store.schema import entity_table

Row = dict[str, Any]
Facts = dict[str, Any]
TEXT: Final = str | None
WHOLE: Final = int | None
DAY: Final = date | None
TIME: Final = datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a view.

    Attributes:
        reach: what the caller may see.
        now: the time.
        practice: only this one of what may be seen.
        location: id of the only location.
        start: the first day.
        end: the last day, which belongs to it.
        by: what rows are put together by, where the view can be asked for that.
        limit: size of the page.
        after: the keys of the last row of the page before.
        zones: the practices, with the time zone of each; filled in when the view is read.
    """

    reach: Reach
    now: datetime
    practice: str | None = None
    location: str | None = None
    start: date | None = None
    end: date | None = None
    by: tuple[str, ...] = ()
    limit: int = 50
    after: tuple[str, ...] | None = None
    zones: Mapping[str, str] = field(default_factory=dict)

    def seen(self, table: Table) -> list[ColumnElement[bool]]:
        """That a row is there, may be seen, and is of the practice and place that are wanted."""
        found = [table.c.removed_at.is_(None), *self.reach.within(table)]
        if self.practice is not None:
            found.append(table.c.practice == self.practice)
        if self.location is not None:
            found.append(table.c.location_id == self.location)
        return found

    def today(self, table: Table) -> ColumnElement[date | None]:
        """The day on which it is now in the practice of a row."""
        days = {
            name: self.now.astimezone(ZoneInfo(zone)).date() for name, zone in self.zones.items()
        }
        return self._each(table, days, table.metadata.tables["invoice"].c.due_on.type)

    def holds_today(
        self, table: Table, holding: Callable[[Table, date], ColumnElement[bool]]
    ) -> ColumnElement[bool]:
        """That something is so on the day on which it is now in the practice of a row."""
        names: dict[date, list[str]] = {}
        for name, zone in self.zones.items():
            names.setdefault(self.now.astimezone(ZoneInfo(zone)).date(), []).append(name)
        some = [table.c.practice.in_(own) & holding(table, day) for day, own in names.items()]
        return or_(false(), *some)

    def between(self, column: Column[Any]) -> list[ColumnElement[bool]]:
        """That a day, or the day of a time on the clocks of its practice, is one of these."""
        found: list[ColumnElement[bool]] = []
        if not isinstance(column.type, Moment):
            found += [] if self.start is None else [column >= literal(self.start, column.type)]
            found += [] if self.end is None else [column <= literal(self.end, column.type)]
            return found
        text = type_coerce(column, String)
        if self.start is not None:
            found.append(text >= self._each(column.table, self._midnights(self.start), String()))
        if self.end is not None:
            last = self._midnights(self.end + timedelta(days=1))
            found.append(text < self._each(column.table, last, String()))
        return found

    def _midnights(self, day: date) -> dict[str, str]:
        return {name: midnight(day, zone) for name, zone in self.zones.items()}

    def _each(
        self,
        table: Any,  # noqa: ANN401 - a table or what stands for one
        values: Mapping[str, Any],
        type_: Any,  # noqa: ANN401 - a type of a column
    ) -> ColumnElement[Any]:
        """A value that differs from practice to practice."""
        kinds = {name: literal(value, type_) for name, value in values.items()}
        if not kinds:
            return cast(None, type_)
        if len(kinds) == 1:
            return next(iter(kinds.values()))
        return case(kinds, value=table.c.practice)


_OF_ENTITIES: Final = ("practice", "id")
"""Keys of a view whose rows are single entities."""
Finish = Callable[[AsyncConnection, Sequence[Row], Wanted], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class View:
    """One question.

    Attributes:
        name: what it is called.
        about: what it answers.
        kinds: the kinds of entities that it reads; who asks has to be allowed to read all of them.
        fields: what its rows hold: type and meaning.
        keys: the fields that order its rows and tell them apart, all of them texts.
        select: the SELECT, with a column for each field.
        dated: the day or time that ``from`` and ``to`` are about, in words; empty without one.
        ways: what its rows may be put together by.
        most_days: days that may be asked for at once; 0 where it does not matter.
        finish: adds to the rows of a page what SQL does not say.
    """

    name: str
    about: str
    kinds: tuple[str, ...]
    fields: Mapping[str, tuple[Any, str]]
    keys: tuple[str, ...]
    select: Callable[[Wanted], Select[Any]]
    dated: str = ""
    ways: tuple[str, ...] = ()
    most_days: int = 0
    finish: Finish | None = None


@dataclass(frozen=True, slots=True)
class ViewPage:
    """A page of a view.

    Attributes:
        rows: its rows, with the fields of the view.
        end: the keys of the last one; None when it is the last page.
    """

    rows: list[Row]
    end: tuple[str, ...] | None


async def read_view(connection: AsyncConnection, view: View, wanted: Wanted) -> ViewPage:
    """One page of a view, in a number of statements that does not depend on its rows."""
    zones = await practices_of(connection, wanted.reach, only=wanted.practice)
    if not zones:
        return ViewPage([], None)
    asked = replace(wanted, zones=zones)
    found = await _rows(connection, view, asked)
    rows = found[: asked.limit]
    end = tuple(rows[-1][name] for name in view.keys) if len(found) > asked.limit else None
    if view.finish is not None:
        await view.finish(connection, rows, asked)
    return ViewPage([{name: row[name] for name in view.fields} for row in rows], end)


async def _rows(connection: AsyncConnection, view: View, asked: Wanted) -> list[Row]:
    """The rows of a page, and one more where there are more."""
    if view.keys != _OF_ENTITIES:  # they are made of many: all of these have to be read
        chosen, keys = _all_rows(view, asked)
        if asked.after is not None:
            chosen = chosen.where(tuple_(*keys) > tuple_(*(literal(each) for each in asked.after)))
        return await read_merged(connection, [chosen], view.keys, asked.limit + 1)
    begin, last = asked.after or ("", "")
    branches = []
    for name, zone in asked.zones.items():
        if name >= begin:
            chosen, keys = _all_rows(view, replace(asked, practice=name, zones={name: zone}))
            branches.append(chosen.where(keys[1] > last) if name == begin else chosen)
    return await read_merged(connection, branches, view.keys, asked.limit + 1)


def _all_rows(view: View, asked: Wanted) -> tuple[Select[Any], list[ColumnElement[Any]]]:
    rows = view.select(asked).subquery(view.name)
    keys: list[ColumnElement[Any]] = [rows.c[name] for name in view.keys]
    return select(*rows.c).order_by(*keys), keys


def midnight(day: date, zone: str) -> str:
    """The beginning of a day on the clocks of a zone, as moments are compared."""
    return instant_text(datetime.combine(day, time(), ZoneInfo(zone)))


def total(amount: ColumnElement[Any]) -> ColumnElement[int]:
    """A sum of amounts; 0 of nothing."""
    return cast(func.coalesce(func.sum(amount), 0), BigInteger)


def beside(kind: str, row: Table, reference: str) -> tuple[Table, list[ColumnElement[bool]]]:
    """What refers to a row, in the same practice and not gone: its table, and that it does."""
    table = entity_table(kind)
    own = [
        table.c.practice == row.c.practice,
        table.c[f"{reference}_id"] == row.c.id,
        table.c.removed_at.is_(None),
    ]
    return table, own


def named(*views: View) -> dict[str, View]:
    """Views by their names."""
    return {view.name: view for view in views}
