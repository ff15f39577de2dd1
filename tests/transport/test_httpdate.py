"""Dates in headers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from automation import transport


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun, 06-Nov-1994 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ],
)
def test_every_form_of_the_standard_names_the_same_moment(text: str) -> None:
    assert transport.http_date(text) == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "0", "soon", "Sun, 99 Nov 1994 08:49:37 GMT"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert transport.http_date(text) is None
