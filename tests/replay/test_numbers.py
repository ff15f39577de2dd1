"""What a link or cursor counts."""

from __future__ import annotations

import base64

import pytest

from automation.replay.numbers import numbers_in


@pytest.mark.parametrize(
    "said,numbers",
    [
        ("/list?page=4&per_page=50", ["4"]),
        ("https://portal.example/list?limit=20&offset=340#top", ["340"]),
        ("12", ["12"]),
        (base64.urlsafe_b64encode(b'{"from":120}').decode().rstrip("="), ["120"]),
        ("opaque", []),
        ("", []),
    ],
)
def test_the_numbers_of_a_place_are_told_without_the_size_of_a_page(
    said: str, numbers: list[str]
) -> None:
    assert numbers_in(said) == numbers
