"""Who sent a request and when, as the browser's protocol says it."""

from __future__ import annotations

from typing import Any

import pytest

from automation.browser.inspector import Inspected, Inspector

URL = "https://app.acme.example/x"


def sent(request_id: str, at: float, **more: object) -> dict[str, Any]:
    request = {"method": "GET", "url": URL}
    return {"requestId": request_id, "request": request, "timestamp": at, **more}


@pytest.mark.parametrize(
    "initiator, by_hand, words",
    [
        ({"type": "parser", "url": URL}, False, "parser"),
        ({"type": "preload"}, False, "parser"),
        ({"type": "other"}, True, "user"),
        ({"type": "other"}, False, ""),
        ({"type": "script"}, False, "script"),
        (
            {"type": "script", "stack": {"callFrames": [{"url": "a.js", "lineNumber": 6}]}},
            False,
            "script a.js:7",
        ),
    ],
)
def test_an_initiator_is_told_in_one_phrase(
    initiator: dict[str, Any], by_hand: bool, words: str
) -> None:
    inspector = Inspector()
    inspector.hear_sent(sent("1", 5.0, initiator=initiator, hasUserGesture=by_hand))
    assert inspector.of("GET", URL, 0) == Inspected(words, 5.0)


def test_the_same_request_sent_twice_is_told_by_its_place() -> None:
    inspector = Inspector()
    inspector.hear_sent(sent("1", 5.0))
    inspector.hear_sent(sent("2", 6.0))
    inspector.hear_ended({"requestId": "2", "timestamp": 6.5})
    inspector.hear_ended({"requestId": "1", "timestamp": 7.5})
    ends = [told.ended for place in (0, 1) if (told := inspector.of("GET", URL, place))]
    assert ends == [7.5, 6.5]
    assert inspector.of("GET", URL, 2) is None
    assert inspector.of("POST", URL, 0) is None


def test_a_redirect_ends_with_the_next_hop() -> None:
    inspector = Inspector()
    inspector.hear_sent(sent("1", 5.0))
    inspector.hear_sent(sent("1", 5.25))
    first, second = inspector.of("GET", URL, 0), inspector.of("GET", URL, 1)
    assert first is not None
    assert second is not None
    assert (first.ended, second.ended) == (5.25, None)


def test_the_end_of_something_unknown_is_ignored() -> None:
    inspector = Inspector()
    inspector.hear_ended({"requestId": "1", "timestamp": 6.5})
    assert inspector.of("GET", URL, 0) is None
