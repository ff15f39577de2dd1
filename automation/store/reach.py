"""Reach: what a caller may see at all; it stands in the SELECT of everything that is listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Select, Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.store.schema import PRACTICE

_LOCATION: Final = "location"
_ORGANIZATION: Final[BindParameter[str]] = bindparam("reach_organization")
_PRACTICES: Final[BindParameter[Any]] = bindparam("reach_practices", expanding=True)
_LOCATIONS: Final[BindParameter[Any]] = bindparam("reach_locations", expanding=True)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which bounds a reach has, not where they are: what statements are made for once.

    Attributes:
        practices: whether it has only some practices of the organization.
        locations: whether it has only some locations.
    """

    practices: bool
    locations: bool

    def own(self) -> Select[tuple[str]]:
        """The names of the practices, of the values of a reach."""
        return _own(_ORGANIZATION, _PRACTICES if self.practices else None)

    def within(self, table: Table) -> list[ColumnElement[bool]]:
        """The conditions on the table of a kind of entity, of the values of a reach."""
        return _within(table, self.own(), _LOCATIONS if self.locations else None)


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

    @property
    def bounds(self) -> Bounds:
        """Which bounds it has."""
        return Bounds(bool(self.practices), bool(self.locations))

    @property
    def values(self) -> dict[str, Any]:
        """Where its bounds are, for a statement that was made for such bounds."""
        return {
            "reach_organization": self.organization,
            "reach_practices": sorted(self.practices),
            "reach_locations": sorted(self.locations),
        }

    def within(self, table: Table) -> list[ColumnElement[bool]]:
        """The conditions on the table of a kind of entity."""
        return _within(table, self.own(), sorted(self.locations) or None)

    def own(self) -> Select[tuple[str]]:
        """The names of its practices."""
        return _own(self.organization, sorted(self.practices) or None)


Some = Sequence[str] | BindParameter[Any] | None


def _own(organization: str | BindParameter[Any], practices: Some) -> Select[tuple[str]]:
    names = select(PRACTICE.c.name).where(PRACTICE.c.organization == organization)
    return names if practices is None else names.where(PRACTICE.c.name.in_(practices))


def _within(table: Table, own: Select[tuple[str]], locations: Some) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [table.c.practice.in_(own)]
    if locations is not None:
        place = table.c.id if table.name == _LOCATION else table.c.location_id
        found.append(place.in_(locations))
    return found


async def practices_of(
    connection: AsyncConnection, reach: Reach, *, only: str | None = None
) -> dict[str, str]:
    """Its practices, by name in order, with the time zone of each."""
    statement = _zones(reach.bounds, one=only is not None)
    rows = await connection.execute(statement, {**reach.values, "only": only})
    return {row.name: row.timezone for row in rows}


@cache
def _zones(bounds: Bounds, *, one: bool) -> Select[tuple[str, str]]:
    own = bounds.own().add_columns(PRACTICE.c.timezone).order_by(PRACTICE.c.name)
    return own.where(PRACTICE.c.name == bindparam("only")) if one else own
