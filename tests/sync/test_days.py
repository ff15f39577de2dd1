"""The days a calendar is read for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from automation.model import (
    Derived,
    Endpoint,
    Horizon,
    Mapping,
    Pagination,
    Portal,
    Practice,
    RequestTemplate,
)
from automation.sync.days import Horizons, as_inputs, by_dates, span

LATE = datetime(2026, 6, 16, 3, 0, tzinfo=UTC)  # still the fifteenth in Chicago
PRACTICE = Practice(
    name="n", portal="acme", base_url="https://x.example", timezone="America/Chicago"
)
PORTAL = Portal(portal="acme", title="Acme", hosts=(), horizon=Horizon(past=1, future=2))
PLAIN = Endpoint(endpoint="list-x", effect="read", request=RequestTemplate(method="GET", url="/x"))
WINDOWS = PLAIN.model_copy(update={"pagination": Pagination(kind="window")})
ONE = PLAIN.model_copy(
    update={
        "endpoint": "get-x",
        "request": RequestTemplate(
            method="GET", url="/x/{id}", path={"id": Derived(derived="list-x", path="rows[].id")}
        ),
    }
)
FILES = {"list-x": WINDOWS, "get-x": ONE}


def mapping(entity: str, name: str = "list-x", **facts: object) -> Mapping:
    usual = {"mapping": entity, "entity": entity, "endpoints": [name], "key": "id", "fields": {}}
    return Mapping.model_validate({**usual, "window": "start_at", **facts})


def test_a_calendar_is_read_around_the_day_of_the_practice() -> None:
    days = (date(2026, 6, 14), date(2026, 6, 17))
    assert span(PORTAL.horizon, PRACTICE, LATE) == days
    assert Horizons(PORTAL, PRACTICE, FILES, ()).days("list-x", PRACTICE, LATE) == days
    assert as_inputs(days) == {"since": days[0], "until": days[1]}


def test_what_is_not_asked_for_by_days_has_none() -> None:
    found = Horizons(PORTAL, PRACTICE, {"list-x": PLAIN}, [mapping("appointment")])
    assert (found.of("list-x"), found.days("list-x", PRACTICE, LATE)) == (None, None)
    assert as_inputs(None) == {}


@pytest.mark.parametrize(
    "own,of_mapping,expected",
    [
        (None, None, (1, 2)),
        (None, {"past": 9, "future": 3}, (9, 3)),
        ("appointment=400:0", {"past": 9, "future": 3}, (400, 0)),
        ("task=400:0", None, (1, 2)),
    ],
)
def test_a_practice_comes_before_a_mapping_and_that_before_the_portal(
    own: str | None, of_mapping: dict[str, object] | None, expected: tuple[int, int]
) -> None:
    practice = Practice.model_validate({**PRACTICE.model_dump(), "horizon": [own] if own else []})
    found = Horizons(PORTAL, practice, FILES, [mapping("appointment", horizon=of_mapping)])
    horizon = found.of("list-x")
    assert horizon is not None
    assert (horizon.past, horizon.future) == expected


def test_an_endpoint_is_read_as_far_as_any_kind_wants_and_its_list_with_it() -> None:
    far, ahead = {"past": 90, "future": 0}, {"past": 0, "future": 7}
    two = [mapping("appointment", horizon=far), mapping("task", "get-x", horizon=ahead)]
    assert Horizons(PORTAL, None, FILES, two).of("list-x") == Horizon(past=90, future=7)


def test_what_a_calendar_has_met_ends_with_the_last_of_its_days_there() -> None:
    one = mapping("appointment")
    read = [(date(2026, 6, 14), date(2026, 6, 20)), (date(2026, 6, 1), date(2026, 6, 17))]
    horizons = Horizons(PORTAL, PRACTICE, FILES, [one])
    window = horizons.scope(PRACTICE, [one], read, LATE).window
    assert window is not None  # what both of its endpoints were asked for
    assert (window.field, str(window.start), str(window.end)) == (
        "start_at",
        "2026-06-14 00:00:00-05:00",
        "2026-06-18 00:00:00-05:00",
    )
    assert horizons.scope(PRACTICE, [one], [], LATE).window == window  # as far as the portal says
    all_there_is = mapping("appointment", window=None)
    assert horizons.scope(PRACTICE, [all_there_is], read, LATE).window is None


def test_only_windows_are_asked_for_by_days() -> None:
    assert not by_dates(PLAIN)
    assert by_dates(WINDOWS)
