"""The export is an HTTP Archive 1.2 and holds no more than the capture."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from automation.capture import to_har
from automation.model import Body, Capture, Response
from tests.capture import har_schema, traffic

Har = dict[str, Any]

CAPTURE = traffic.head(traffic.REAL).model_copy(
    update={
        "exchanges": (
            traffic.exchange(0),
            traffic.exchange(1, step="4.2"),
            traffic.exchange(2, step=None),
            traffic.failed(3),
        ),
        "snapshots": (traffic.snapshot("1"),),
    }
)


def log(capture: Capture = CAPTURE) -> Har:
    made: Har = json.loads(json.dumps(to_har(capture)["log"]))
    return made


def test_the_export_is_valid_har_1_2() -> None:
    assert list(har_schema.problems(json.loads(json.dumps(to_har(CAPTURE))))) == []


def test_an_empty_capture_is_valid_too() -> None:
    assert list(har_schema.problems(to_har(traffic.head(traffic.REAL)))) == []


def without_method(har: Har) -> None:
    del har["log"]["entries"][0]["request"]["method"]


def size_as_text(har: Har) -> None:
    har["log"]["entries"][0]["response"]["bodySize"] = "12"


def plain_url(har: Har) -> None:
    har["log"]["entries"][0]["request"]["url"] = f"https://acme.example/?a={traffic.SHOWN}"


def time_without_offset(har: Har) -> None:
    har["log"]["pages"][0]["startedDateTime"] = "2026-01-05T10:15:00"


def own_field(har: Har) -> None:
    har["log"]["entries"][0]["step"] = "1"


def negative_wait(har: Har) -> None:
    har["log"]["entries"][0]["timings"]["wait"] = -1


def other_version(har: Har) -> None:
    har["log"]["version"] = "1.3"


@pytest.mark.parametrize(
    "spoil",
    [
        without_method,
        size_as_text,
        plain_url,
        time_without_offset,
        own_field,
        negative_wait,
        other_version,
    ],
)
def test_the_schema_of_these_tests_refuses_what_is_wrong(spoil: Callable[[Har], None]) -> None:
    har = copy.deepcopy(to_har(CAPTURE))
    spoil(har)
    assert len(list(har_schema.problems(har))) == 1


def test_each_step_with_traffic_is_a_page_and_background_belongs_to_none() -> None:
    assert [(page["id"], page["title"]) for page in log()["pages"]] == [
        ("step_1", "Home 1"),
        ("step_4.2", "step 4.2"),
    ]
    assert [entry.get("pageref") for entry in log()["entries"]] == [
        "step_1",
        "step_4.2",
        None,
        None,
    ]


def test_times_come_from_the_capture() -> None:
    entry = log()["entries"][1]
    assert entry["startedDateTime"] == "2026-01-05T10:15:00.333+00:00"
    assert entry["time"] == 12.5
    assert entry["timings"] == {"send": 0, "wait": 12.5, "receive": 0}


def test_queries_forms_and_cookies_are_decoded() -> None:
    request = log()["entries"][1]["request"]
    pairs = [{"name": "page", "value": "1"}, {"name": "token", "value": traffic.SHOWN}]
    assert request["queryString"] == pairs
    assert request["postData"] == {"mimeType": traffic.FORM, "params": pairs}
    assert request["cookies"] == [
        {"name": "a", "value": traffic.SHOWN},
        {"name": "b", "value": "2"},
    ]
    assert log()["entries"][1]["response"]["cookies"] == [
        {"name": "a", "value": traffic.SHOWN, "path": "/x", "httpOnly": True, "secure": True}
    ]


def test_repeated_headers_and_their_order_are_kept() -> None:
    headers = log()["entries"][0]["request"]["headers"]
    assert [(header["name"], header["value"]) for header in headers[1:]] == [
        ("x-a", "1"),
        ("x-a", "2"),
    ]


def test_a_body_that_is_no_form_is_posted_as_text() -> None:
    json_body = Body(text='{"a":1}', mime="application/json", size=7)
    first = traffic.exchange(0)
    changed = first.model_copy(
        update={"request": first.request.model_copy(update={"body": json_body})}
    )
    entry = log(CAPTURE.model_copy(update={"exchanges": (changed,)}))["entries"][0]
    assert entry["request"]["postData"] == {"mimeType": "application/json", "text": '{"a":1}'}


def test_a_request_without_an_answer_has_status_zero_and_says_why() -> None:
    entry = log()["entries"][3]
    assert entry["response"]["status"] == 0
    assert entry["_error"] == "aborted"


def test_a_body_that_was_left_out_says_so_and_keeps_its_size() -> None:
    left_out = Response(status=200, body=Body(mime="image/png", size=9, truncated=True))
    changed = traffic.exchange(0).model_copy(update={"response": left_out})
    entry = log(CAPTURE.model_copy(update={"exchanges": (changed,)}))["entries"][0]
    assert entry["response"]["content"] == {
        "size": 9,
        "mimeType": "image/png",
        "comment": "the content was left out",
    }
