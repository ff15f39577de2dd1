"""Leaves that say the time of the call, or a day at a fixed distance from it."""

from datetime import date, timedelta

import pytest

from automation.model import FromClock, Random
from tests.infer.traffic import Journey, both, infer, people


def test_a_cache_buster_is_the_clock_and_a_request_id_is_random() -> None:
    def journey(run: int) -> Journey:
        epoch = 1781514000000 + run * 3_600_000
        return (
            Journey("list-people")
            .call(
                "GET",
                f"/people?_={epoch}",
                {"rows": people(0, 3)},
                headers={"x-request-id": f"9f1c2d3e-0000-4000-8000-00000000000{run}"},
            )
            .call(
                "GET",
                f"/people?_={epoch + 120}",
                {"rows": people(0, 3)},
                step="2",
                headers={"x-request-id": f"9f1c2d3e-0000-4000-8000-10000000000{run}"},
            )
        )

    request = infer(*both(journey))["list-people"].request
    assert isinstance(request.query["_"], FromClock)
    assert request.query["_"].clock == "epoch_ms"
    assert isinstance(request.headers["x-request-id"], Random)


@pytest.mark.parametrize("days", [-1, 0, 1])
@pytest.mark.parametrize("pattern", ["%Y-%m-%d", "%Y%m%d", "%m/%d/%Y"])
def test_a_day_beside_that_of_the_call_follows_the_calendar(days: int, pattern: str) -> None:
    day = date(2026, 6, 15) + timedelta(days=days)  # all calls of the traffic are of 15 June 2026

    def journey(run: int) -> Journey:
        del run
        told = day.strftime(pattern)
        return Journey("list-people").call("GET", f"/people?day={told}", {"rows": people(0, 3)})

    said = infer(*both(journey))["list-people"].request.query["day"]
    assert isinstance(said, FromClock)
    assert (said.clock, said.days) == (pattern, days)


def test_a_day_of_long_ago_is_no_clock() -> None:
    def journey(run: int) -> Journey:
        del run
        return Journey("list-people").call("GET", "/people?born=2011-02-03", {"rows": people(0, 3)})

    assert not isinstance(infer(*both(journey))["list-people"].request.query["born"], FromClock)
