"""A notice is a form or a JSON object; whatever else it is, it ends in a clear refusal."""

from __future__ import annotations

import json
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.errors import BadArgument
from automation.inbound import read_payload

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
names = st.dictionaries(st.text(min_size=1, max_size=9), st.text(max_size=9), max_size=9)


@given(names)
def test_form_and_json_say_the_same(said: dict[str, str]) -> None:
    assert read_payload(FORM, urlencode(said).encode()) == said
    assert read_payload(f"{JSON}; charset=utf-8", json.dumps(said).encode()) == said


def test_numbers_are_texts_and_what_is_no_single_value_is_left_out() -> None:
    body = {"a": 7, "b": True, "c": None, "d": [1], "e": {"f": 1}, "g": 1.5, "h": "x"}
    assert read_payload(JSON, json.dumps(body).encode()) == {"a": "7", "h": "x"}


@given(st.sampled_from([FORM, JSON, "", "text/plain", "application/problem+json"]), st.binary())
def test_any_bytes_are_read_or_refused(kind: str, body: bytes) -> None:
    with suppress(BadArgument):
        assert all(isinstance(value, str) for value in read_payload(kind, body).values())


@pytest.mark.parametrize(
    "kind,body,says",
    [
        (JSON, b"[1]", "no JSON object"),
        (JSON, b"[" * 100_000, "no JSON"),
        (JSON, json.dumps(dict.fromkeys(map(str, range(65)))).encode(), "too many fields"),
        (FORM, b"a=1&a=2", "says a name twice"),
        (FORM, b"&".join(b"a%d=1" % n for n in range(65)), "no form"),
        (FORM, b"\xff=1", "no form"),
        ("multipart/form-data", b"", "a form or JSON"),
    ],
)
def test_what_is_wrong_is_said(kind: str, body: bytes, says: str) -> None:
    with pytest.raises(BadArgument, match=says):
        read_payload(kind, body)
