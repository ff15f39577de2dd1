"""Lists that go on by dates."""

from automation.model import Paged
from tests.infer.traffic import Journey, both, infer, people


def test_dates_that_move_together_are_a_window() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-visits")
        for start, end in (("2026-06-15", "2026-06-21"), ("2026-06-22", "2026-06-28")):
            made.call(
                "GET",
                f"/visits?start={start}&end={end}",
                {"visits": people(int(start[-2:]), 5)},
                step=start[-2:],
            )
        return made

    endpoint = infer(*both(journey))["list-visits"]
    assert endpoint.pagination is not None
    assert (endpoint.pagination.kind, endpoint.pagination.step) == ("window", 7)
    assert endpoint.pagination.size == 6
    assert endpoint.request.query["start"] == Paged(
        page="from", format="%Y-%m-%d", why=endpoint.pagination.why
    )


def test_days_with_and_without_an_offset_stand_side_by_side() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-visits")
        for day in ("15", "16"):
            made.call(
                "GET",
                f"/v?day=2026-06-{day}&start=2026-06-{day}T00:00:00%2B0200",
                {"visits": people(int(day), 5)},
                step=day,
            )
        return made

    paging = infer(*both(journey))["list-visits"].pagination
    assert paging is not None
    assert (paging.kind, paging.step) == ("window", 1)
