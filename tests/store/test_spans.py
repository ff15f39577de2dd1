"""A span keeps the bound that the place of a page does not imply."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from automation.store.schema import entity_table
from automation.store.spans import Span, begun, looked_at, within

ZONE: Final = ZoneInfo("America/Chicago")
START: Final[Any] = entity_table("appointment").c.start_at
DUE: Final[Any] = entity_table("invoice").c.due_on
_POSTGRESQL: Final[Any] = postgresql.dialect()  # type: ignore[no-untyped-call]
MARCH: Final = Span("start_at", date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    "at, descending, left",
    [
        ("2026-03-05T00:00:00.000000Z+00:00", False, Span("start_at", end=MARCH.end)),
        ("2026-03-05T00:00:00.000000Z+00:00", True, Span("start_at", start=MARCH.start)),
        ("2026-01-05T00:00:00.000000Z+00:00", False, MARCH),
        ("2026-05-05T00:00:00.000000Z+00:00", True, MARCH),
    ],
)
def test_the_bound_that_a_place_implies_is_left_out_and_a_strange_place_implies_none(
    at: str, *, descending: bool, left: Span
) -> None:
    assert begun(MARCH, START, at, ZONE, descending=descending) == left


def test_a_place_among_days_implies_a_bound_too() -> None:
    week = Span("due_on", date(2026, 3, 1), date(2026, 3, 7))
    assert begun(week, DUE, date(2026, 3, 2), ZONE, descending=False) == Span(
        "due_on", end=date(2026, 3, 7)
    )
    assert begun(week, DUE, date(2026, 2, 2), ZONE, descending=False) == week


def test_a_day_is_one_of_the_practice_and_a_time_is_what_it_is() -> None:
    span = Span("start_at", date(2026, 3, 1), datetime(2026, 3, 2, tzinfo=UTC))
    literals = {"literal_binds": True}
    texts = [str(each.compile(compile_kwargs=literals)) for each in within(START, span, ZONE)]
    assert texts == [
        "appointment.start_at >= '2026-03-01T06:00:00.000000Z'",
        "appointment.start_at < '2026-03-02T00:00:00.000000Z'",
    ]


def test_only_sqlite_is_kept_from_an_index() -> None:
    wanted = select(START).where(looked_at(DUE) == date(2026, 3, 1))
    assert "+invoice.due_on" in str(wanted.compile(dialect=sqlite.dialect()))
    assert "+invoice" not in str(wanted.compile(dialect=_POSTGRESQL))
