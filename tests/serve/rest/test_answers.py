"""Answers are tagged by what they hold, and problems have the members of their RFC."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from starlette.requests import Request

from automation.serve.problems import Problem
from automation.serve.reading import Shown
from automation.serve.rest.answers import answer, problem_answer, shown_answer


def request(method: str = "GET", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": method, "headers": raw, "path": "/"})


def test_the_same_content_has_the_same_tag_and_is_not_sent_twice() -> None:
    first = answer(request(), {"a": 1})
    tag = first.headers["etag"]
    assert answer(request(), {"a": 2}).headers["etag"] != tag
    for given in (tag, f'"x", {tag}', tag.removeprefix("W/")):
        again = answer(request(if_none_match=given), {"a": 1})
        assert (again.status_code, again.body) == (304, b"")
    assert "etag" not in answer(request("POST"), {"a": 1}).headers
    assert "etag" not in answer(request(), {"a": 1}, status=202).headers


def test_what_was_read_says_how_old_and_how_whole_it_is() -> None:
    at = datetime(2026, 3, 2, 15, tzinfo=UTC)
    found = shown_answer(request(), Shown([], as_of=at, whole=False), [])
    assert found.headers["x-data-as-of"] == "2026-03-02T15:00:00+00:00"
    assert found.headers["x-data-complete"] == "false"
    assert "x-data-as-of" not in shown_answer(request(), Shown([]), []).headers


def test_a_problem_has_the_members_of_its_rfc_and_says_when_to_come_again() -> None:
    told = Problem(503, "portal_unavailable", "no answer", remedy="Wait.", retry_after=30)
    made = problem_answer(told, "req_1")
    assert made.media_type == "application/problem+json"
    assert made.headers["retry-after"] == "30"
    assert json.loads(bytes(made.body)) == {
        "type": "/docs/errors#portal_unavailable",
        "title": "The portal does not answer",
        "status": 503,
        "detail": "no answer",
        "code": "portal_unavailable",
        "request_id": "req_1",
        "retryable": True,
        "remedy": "Wait.",
    }
