"""What several commands read from the command line."""

from __future__ import annotations

import pytest

from automation.cli.arguments import pairs
from automation.errors import BadArgument


def test_an_input_may_hold_an_equals_sign() -> None:
    assert pairs(["search=a=b", "day="]) == {"search": "a=b", "day": ""}


@pytest.mark.parametrize("text", ["search", "=bella"])
def test_what_is_no_pair_is_refused(text: str) -> None:
    with pytest.raises(BadArgument, match="NAME=VALUE"):
        pairs([text])
