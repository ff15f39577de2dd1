"""What takes time in the calendar of a practice, and who works where: what free times come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    String,
    Table,
    and_,
    func,
    select,
    type_coerce,
    values,
)
from sqlalchemy import column as named_column

from automation.entities import instant_text, read_moment
from automation.store.database import Database
from automation.store.reach import Reach
from automation.store.schema import entity_table

LONGEST: Final = timedelta(days=62)
"""What began longer ago is over, whatever it says."""
_OVER: Final = frozenset({"cancelled", "declined", "no_show"})


@dataclass(frozen=True, slots=True)
class Busy:
    """A time that is taken.

    Attributes:
        start: from then on.
        end: up to then; None where nothing says it.
        block: nobody comes: the time is closed.
        location: id of the location; None where none is said.
        provider: id of who is busy.
        resource: id of the column of the calendar.
    """

    start: datetime
    end: datetime | None
    block: bool = False
    location: str | None = None
    provider: str | None = None
    resource: str | None = None


@dataclass(frozen=True, slots=True)
class Worked:
    """What was seen of one provider at one location on one day.

    Attributes:
        day: the day on the clocks of the practice.
        location: id of the location.
        provider: id of the provider.
        first: when the first visit began.
        last: when the last one began, or ended where that is said.
    """

    day: date
    location: str | None
    provider: str | None
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class CalendarColumn:
    """A column of the calendar.

    Attributes:
        id: its id.
        location: id of its location.
        provider: id of the person who works there.
    """

    id: str
    location: str | None
    provider: str | None


@dataclass(frozen=True, slots=True)
class Clinic:
    """A location.

    Attributes:
        id: its id.
        source_id: the portal's id of it.
        timezone: of its clocks; None where it is the practice's.
    """

    id: str
    source_id: str
    timezone: str | None


class Calendar:
    """Reads the calendars of practices, within what a caller may see.

    What takes time is read of all locations of the practices in reach: nobody is in two places at
    once, and who may see one place only is not offered what a person gave to another.

    Args:
        database: where they are.
        reach: what the caller may see.
    """

    def __init__(self, database: Database, reach: Reach) -> None:
        self._database, self._reach = database, reach
        self._everywhere = replace(reach, locations=frozenset())

    async def busy(self, practice: str, start: datetime, end: datetime) -> list[Busy]:
        """Whatever takes time in a span, at any location, in the order of its beginning."""
        return [
            _busy(each)
            for each in await self._read(self.busy_select(practice, start, end))
            if each["status"] not in _OVER
        ]

    def busy_select(self, practice: str, start: datetime, end: datetime) -> Select[Any]:
        """The rows behind :meth:`busy`."""
        table = entity_table("appointment")
        row = table.c
        begins, ends = type_coerce(row.start_at, String), type_coerce(row.end_at, String)
        names = ("category", "status", "location_id", "provider_id", "resource_id")
        return (
            select(*(row[name] for name in names), row.duration_minutes,
                   begins.label("begins"), ends.label("ends"))
            .where(
                *self._seen(table, practice, self._everywhere),
                begins >= instant_text(start - LONGEST),
                begins < instant_text(end),
                ends.is_(None) | (ends > instant_text(start)),
            )
            .order_by(begins)
        )  # fmt: skip

    async def worked(
        self, practice: str, days: Mapping[date, tuple[datetime, datetime]]
    ) -> list[Worked]:
        """What was seen on some days, of which the beginning and the end are given."""
        if not days:
            return []
        return [
            Worked(
                date.fromisoformat(each["day"]),
                each["location_id"],
                each["provider_id"],
                read_moment(each["first"]),
                read_moment(max(each["last"], each["ended"] or "")),
            )
            for each in await self._read(self.worked_select(practice, days))
        ]

    def worked_select(
        self, practice: str, days: Mapping[date, tuple[datetime, datetime]]
    ) -> Select[Any]:
        """The rows behind :meth:`worked`."""
        table = entity_table("appointment")
        row = table.c
        begins, ends = type_coerce(row.start_at, String), type_coerce(row.end_at, String)
        told = [(day.isoformat(), *map(instant_text, span)) for day, span in days.items()]
        names = [named_column(name, String) for name in ("day", "begins", "ends")]
        each = values(*names, name="days").data(told).cte("days")
        keys = (each.c.day, row.location_id, row.provider_id)
        return (
            select(
                *keys,
                func.min(begins).label("first"),
                func.max(begins).label("last"),
                func.max(ends).label("ended"),
            )
            .join_from(each, table, and_(begins >= each.c.begins, begins < each.c.ends))
            .where(
                *self._seen(table, practice),
                row.category.is_distinct_from("block"),
                row.status.is_(None) | row.status.not_in(_OVER),
            )
            .group_by(*keys)
        )

    async def columns(self, practice: str) -> list[CalendarColumn]:
        """The columns of the calendar that are in use."""
        found = await self._used("resource", practice, ("id", "location_id", "provider_id"))
        return [CalendarColumn(*each) for each in found]

    async def columns_of_people(self, practice: str) -> dict[str, str]:
        """Whose time a column of the calendar takes, at any location."""
        names = ("id", "provider_id")
        found = await self._used("resource", practice, names, self._everywhere)
        return {column: person for column, person in found if person}

    async def providers(self, practice: str) -> dict[str, str | None]:
        """Who works in the practice, with the location that each belongs to, if one is said."""
        found = await self._used("provider", practice, ("id", "location_id"))
        return dict(found)

    async def clinics(self, practice: str) -> list[Clinic]:
        """The locations that are in use, by their ids."""
        found = await self._used("location", practice, ("id", "source_id", "timezone"))
        return [Clinic(*each) for each in found]

    async def _used(
        self, kind: str, practice: str, names: Sequence[str], reach: Reach | None = None
    ) -> list[tuple[Any, ...]]:
        table = entity_table(kind)
        chosen = select(*(table.c[name] for name in names)).where(
            *self._seen(table, practice, reach), table.c.status.is_distinct_from("inactive")
        )
        return [tuple(each.values()) for each in await self._read(chosen.order_by(table.c.id))]

    def _seen(
        self, table: Table, practice: str, reach: Reach | None = None
    ) -> list[ColumnElement[bool]]:
        own = [table.c.practice == practice, table.c.removed_at.is_(None)]
        return [*own, *(reach or self._reach).within(table)]

    async def _read(self, chosen: Select[Any]) -> list[RowMapping]:
        async with self._database.read() as connection:
            return list((await connection.execute(chosen)).mappings())


def _busy(row: RowMapping) -> Busy:
    start = read_moment(row["begins"])
    end = read_moment(row["ends"]) if row["ends"] is not None else None
    if end is None and row["duration_minutes"] is not None:
        end = start + timedelta(minutes=max(0, row["duration_minutes"]))
    return Busy(
        start,
        end,
        row["category"] == "block",
        row["location_id"],
        row["provider_id"],
        row["resource_id"],
    )
