"""What is a span of a day, and which times lie in it."""

from __future__ import annotations

from datetime import time

import pytest

from automation.model.spans import covered, refuse_impossible


@pytest.mark.parametrize("span", ["", "22-6", "22:00", "24:00-06:00", "6:00-7:00", "07:00-07:00"])
def test_what_is_no_span_of_a_day_is_refused_in_words(span: str) -> None:
    with pytest.raises(ValueError, match="write a start and an end like 22:00-06:30"):
        refuse_impossible([span])


@pytest.mark.parametrize(
    "spans",
    [
        ["06:00-18:00", "17:00-06:00"],
        ["00:00-12:00", "12:00-00:00"],
        ["00:00-08:00", "08:00-16:00", "15:59-00:00"],
    ],
)
def test_spans_that_leave_nothing_of_the_day_are_refused(spans: list[str]) -> None:
    with pytest.raises(ValueError, match="leave nothing of the day"):
        refuse_impossible(spans)


def test_a_minute_that_is_left_is_enough() -> None:
    spans = ["06:00-18:00", "18:00-05:59"]
    refuse_impossible(spans)
    refuse_impossible([])
    assert not covered(spans, time(5, 59))
    assert covered(spans, time(5, 58, 59))
