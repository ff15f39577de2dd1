"""How an endpoint tells what changed."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from automation.model import Changes


@pytest.mark.parametrize(
    "given,told",
    [
        ({}, "given none of them"),
        ({"since": "from", "parent": True}, "given since and parent"),
        ({"newest": "source_updated_at", "lookback": -1}, "greater than or equal to 0"),
    ],
)
def test_exactly_one_way_is_given_and_time_does_not_run_back(
    given: dict[str, object], told: str
) -> None:
    with pytest.raises(ValidationError, match=told):
        Changes.model_validate(given)


def test_a_rule_is_short() -> None:
    assert Changes.model_validate({"parent": True}).lookback == 10
