"""Spans: parts of times and days that rows are chosen by, so that the right index is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from automation.entities import Moment, instant_text

Bound = date | datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a time or day; without a bound it is open on that side.

    Attributes:
        field: the time or day.
        start: what belongs to it first. A day, or a time without offset, is one of the practice.
        end: a day belongs to it as a whole, a time does not.
    """

    field: str
    start: Bound | None = None
    end: Bound | None = None


class looked_at(FunctionElement[Any]):  # noqa: N801 - a word of SQL, like the others
    """A column that rows are looked at by, and that SQLite does not take an index for.

    Without knowing how many rows share a value, its planner may take the index of a column that
    nearly all of them share. PostgreSQL knows, and gets the column itself.
    """

    name = "looked_at"
    inherit_cache = True  # of a function, whose arguments are what tells statements apart

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(looked_at)
def _plainly(element: looked_at, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    return compiler.process(element.clauses, **more)


@compiles(looked_at, "sqlite")
def _without_index(element: looked_at, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    # https://www.sqlite.org/optoverview.html, 9.3: a unary plus takes a term out of the choice
    return f"+{compiler.process(element.clauses, **more)}"


def within(column: ColumnElement[Any], span: Span, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    """That a value lies in a span.

    Args:
        column: the time or day.
        span: the span.
        zone: the zone of the practice.
    """
    found: list[ColumnElement[bool]] = []
    if span.start is not None:
        found.append(column >= _bound(column, span.start, zone))
    if span.end is not None:
        found.append(column < _bound(column, _following(span.end), zone))
    return found


def begun(
    span: Span, column: ColumnElement[Any], at: str | date, zone: ZoneInfo, *, descending: bool
) -> Span:
    """What is left to be asked of a span by who goes on from a place in the order of its column.

    The place implies one of its bounds. Were that asked for, too, SQLite would go through the index
    from the bound on and pass every row before the place.

    Args:
        span: the span.
        column: its time or day.
        at: the place.
        zone: the zone of the practice.
        descending: whether the latest come first.
    """
    if descending:
        end = None if span.end is None else _value(column, _following(span.end), zone)
        return Span(span.field, start=span.start) if end is None or at < end else span
    start = None if span.start is None else _value(column, span.start, zone)
    return Span(span.field, end=span.end) if start is None or at >= start else span


def _following(bound: Bound) -> Bound:
    return bound if isinstance(bound, datetime) else bound + timedelta(days=1)


def _bound(column: ColumnElement[Any], bound: Bound, zone: ZoneInfo) -> ColumnElement[Any]:
    text = isinstance(column.type, Moment)
    return literal(_value(column, bound, zone), String() if text else column.type)


def _value(column: ColumnElement[Any], bound: Bound, zone: ZoneInfo) -> Any:  # noqa: ANN401
    """A bound as the column has it: a day, or a moment as a text."""
    if not isinstance(column.type, Moment):
        return bound.date() if isinstance(bound, datetime) else bound
    moment = bound if isinstance(bound, datetime) else datetime.combine(bound, time())
    return instant_text(moment if moment.tzinfo is not None else moment.replace(tzinfo=zone))
