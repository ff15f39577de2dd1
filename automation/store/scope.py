"""Which entities are meant: all of a practice, or some by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Column, ColumnElement, String, Table, literal, select

from automation.entities import Moment, instant_text
from automation.errors import NotKnown
from automation.store.schema import PRACTICE

Scalar = str | int | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Window:
    """A span of a date or time field; the start belongs to it, the end does not."""

    field: str
    start: date | datetime
    end: date | datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """Which entities of a kind are meant.

    Attributes:
        practice: name of the practice; None means every practice.
        equal: wanted values by field.
        window: a span of one field.
        organization: name of the organization; None means every one.
    """

    practice: str | None = None
    equal: Mapping[str, Scalar] = field(default_factory=dict)
    window: Window | None = None
    organization: str | None = None


def conditions(table: Table, scope: Scope) -> list[ColumnElement[bool]]:
    """The conditions of a scope on the table of a kind.

    Raises:
        NotKnown: the kind has no such field.
    """
    equal = dict(scope.equal)
    if scope.practice is not None:
        equal["practice"] = scope.practice
    found = [_column(table, name) == value for name, value in equal.items()]
    if scope.organization is not None:
        found.append(owned(table, scope.organization))
    if (window := scope.window) is not None:
        column = _column(table, window.field)
        found.append(column >= _bound(column, window.start))
        found.append(column < _bound(column, window.end))
    return found


def owned(table: Table, organization: str) -> ColumnElement[bool]:
    """That a row belongs to a practice of an organization."""
    practices = select(PRACTICE.c.name).where(PRACTICE.c.organization == organization)
    return _column(table, "practice").in_(practices)


def _column(table: Table, name: str) -> Column[Scalar]:
    if name not in table.c:
        raise NotKnown(f"field of {table.name}", name, tuple(table.c.keys()))
    return table.c[name]


def _bound(column: Column[Scalar], bound: date | datetime) -> ColumnElement[Scalar]:
    """Moments are compared by their sortable part, so that the offset of a bound is no matter."""
    if isinstance(column.type, Moment) and isinstance(bound, datetime):
        return literal(instant_text(bound), String)
    return literal(bound, column.type)
