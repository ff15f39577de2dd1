"""Reach: what a caller may see at all; it stands in the SELECT of everything that is listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.store.schema import PRACTICE

_LOCATION: Final = "location"


@dataclass(frozen=True, slots=True)
class Reach:
    """What a caller may see.

    Attributes:
        organization: whose practices; never those of another.
        practices: the only practices; all of the organization when empty.
        locations: ids of the only locations; all when empty. What belongs to no location is not
            seen by those who may see some only.
    """

    organization: str
    practices: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()

    def within(self, table: Table) -> list[ColumnElement[bool]]:
        """The conditions on the table of a kind of entity."""
        found: list[ColumnElement[bool]] = [table.c.practice.in_(self.own())]
        if self.locations:
            place = table.c.id if table.name == _LOCATION else table.c.location_id
            found.append(place.in_(sorted(self.locations)))
        return found

    def own(self) -> Select[tuple[str]]:
        """The names of its practices."""
        names = select(PRACTICE.c.name).where(PRACTICE.c.organization == self.organization)
        return names.where(PRACTICE.c.name.in_(sorted(self.practices))) if self.practices else names


async def practices_of(
    connection: AsyncConnection, reach: Reach, *, only: str | None = None
) -> dict[str, str]:
    """Its practices, by name in order, with the time zone of each."""
    own = reach.own().add_columns(PRACTICE.c.timezone).order_by(PRACTICE.c.name)
    if only is not None:
        own = own.where(PRACTICE.c.name == only)
    return {row.name: row.timezone for row in await connection.execute(own)}
