"""What was read of an endpoint."""

from __future__ import annotations

import pytest

from automation.model import Answer, Coverage
from tests.fakes import START


@pytest.mark.parametrize(
    "changed,whole",
    [
        ({"ended": "complete"}, True),
        ({"ended": "complete", "way": "since"}, False),
        ({"ended": "gap"}, False),
        ({"ended": "not_permitted"}, False),
        ({}, False),
    ],
)
def test_only_what_was_read_fully_and_to_its_end_says_what_does_not_exist(
    changed: dict[str, object], whole: bool
) -> None:
    coverage = Coverage(endpoint="list-x", run="r", began_at=START).model_copy(update=changed)
    assert coverage.whole is whole


def test_what_came_is_counted_on() -> None:
    answer = Answer(endpoint="list-x", url="https://x.example", items=({}, {}))
    coverage = Coverage(endpoint="list-x", run="r", began_at=START, pages=3, items=10)
    more = coverage.counting([answer, answer])
    assert (more.pages, more.items) == (5, 14)
    assert coverage.counting([]) == coverage
