"""The days a calendar is read for."""

from __future__ import annotations

from datetime import UTC, date, datetime

from automation.model import Endpoint, Horizon, Pagination, Portal, Practice, RequestTemplate
from automation.sync.days import by_dates, scope_of, span

LATE = datetime(2026, 6, 16, 3, 0, tzinfo=UTC)  # still the fifteenth in Chicago
PRACTICE = Practice(
    name="n", portal="acme", base_url="https://x.example", timezone="America/Chicago"
)


def test_a_calendar_is_read_around_the_day_of_the_practice() -> None:
    portal = Portal(portal="acme", title="Acme", hosts=(), horizon=Horizon(past=1, future=2))
    assert span(portal, PRACTICE, LATE) == {"since": date(2026, 6, 14), "until": date(2026, 6, 17)}


def test_what_a_calendar_has_met_ends_with_the_last_of_its_days_there() -> None:
    days = {"since": date(2026, 6, 14), "until": date(2026, 6, 17)}
    window = scope_of(PRACTICE, days, "start_at").window
    assert window is not None
    assert (window.field, str(window.start), str(window.end)) == (
        "start_at",
        "2026-06-14 00:00:00-05:00",
        "2026-06-18 00:00:00-05:00",
    )
    assert scope_of(PRACTICE, days, None).window is None


def test_only_windows_are_asked_for_by_days() -> None:
    endpoint = Endpoint(
        endpoint="list-x", effect="read", request=RequestTemplate(method="GET", url="/x")
    )
    assert not by_dates(endpoint)
    windows = endpoint.model_copy(update={"pagination": Pagination(kind="window")})
    assert by_dates(windows)
