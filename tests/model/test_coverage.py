"""What was read of an endpoint."""

from __future__ import annotations

import pytest

from automation.model import Coverage
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
