"""What is asked of free times is read, or refused with what helps."""

from __future__ import annotations

from datetime import date

import pytest

from automation.serve.free_times import read_query
from automation.serve.problems import Problem

WEEK = {"from": "2026-03-02", "to": "2026-03-08"}


def test_days_are_enough_and_the_rest_is_usual() -> None:
    query = read_query(WEEK)
    assert (query.from_, query.to) == (date(2026, 3, 2), date(2026, 3, 8))
    assert (query.duration_minutes, query.limit, query.practice) == (30, 50, None)


@pytest.mark.parametrize(
    "given, parameter",
    [
        ({}, "from"),
        ({"from": "2026-03-02"}, "to"),
        ({**WEEK, "to": "soon"}, "to"),
        ({**WEEK, "duration_minutes": 4}, "duration_minutes"),
        ({**WEEK, "provider_id": 7}, "provider_id"),
        ({**WEEK, "from_": "2026-03-02"}, "from_"),
        ({**WEEK, "x" * 300: ""}, "x" * 100),
    ],
)
def test_what_is_not_possible_names_the_argument_and_those_that_are(
    given: dict[str, object], parameter: str
) -> None:
    with pytest.raises(Problem) as caught:
        read_query(given)
    assert caught.value.parameter == parameter
    assert "duration_minutes" in caught.value.remedy
