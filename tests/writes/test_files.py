"""Files are checked and limited, and never shown whole."""

from __future__ import annotations

import base64
import hashlib
from random import Random
from typing import Any

import pytest
from pydantic import JsonValue

from automation.errors import BadArgument
from automation.model import Call
from automation.replay.multipart import multipart
from automation.writes import checked_inputs, request_hash, without_sensitive
from automation.writes.shown import shown_request
from tests.writes.shop import Shop, operation, zone_of

CONTENT = b"%PDF-1.4\r\n\r\n--canary-4711\x00\xff"
INPUTS = {
    "scan": {"type": "file", "most": 100, "allowed": {"application/pdf": "", "image/png": ""}}
}
MADE = operation(inputs=INPUTS, settings={}, reads={}, checks=[], states=None, steps=[])


def file(name: str = "ear.pdf", content: bytes = CONTENT, **more: object) -> dict[str, Any]:
    return {"name": name, "content": base64.b64encode(content).decode(), **more}


def taken(given: object) -> dict[str, Any]:
    found = checked_inputs(MADE, {"scan": given}, zone_of(Shop().session))  # type: ignore[dict-item]  # whatever a caller gives
    assert isinstance(found["scan"], dict)
    return found["scan"]


def test_a_file_has_a_name_a_type_and_what_it_holds() -> None:
    assert taken(file()) == file(type="application/pdf")
    assert taken(file("x", type="image/png"))["type"] == "image/png"


@pytest.mark.parametrize(
    "given,says",
    [
        (file(content=b""), "and has 0 bytes"),
        (file(content=b"x" * 101), "and has 101 bytes"),
        (file("ear.gif"), "cannot be image/gif; allowed: application/pdf, image/png"),
        (file("ear"), "cannot be application/octet-stream"),
        (file("../ear.pdf"), "is no file"),
        (file('ear".pdf'), "is no file"),
        (file("ear\r\n.pdf"), "is no file"),
        (file(type="a/b\r\nX: y"), "is no file"),
        (file(path="/etc/passwd"), "is no file"),
        ({"name": "ear.pdf", "content": "canary-4711!"}, "is no file"),
        ("/home/ann/canary-4711.pdf", "is no file"),
    ],
)
def test_what_is_no_file_or_none_that_is_allowed_is_refused_without_telling_it(
    given: object, says: str
) -> None:
    with pytest.raises(BadArgument, match=says) as told:
        taken(given)
    assert "canary" not in str(told.value)


def test_of_a_write_that_is_over_only_what_the_file_was_called_and_its_digest_stay() -> None:
    kept = without_sensitive(MADE.inputs, {"scan": taken(file())})
    digest = hashlib.sha256(CONTENT).hexdigest()
    told = {"name": "ear.pdf", "type": "application/pdf", "size": len(CONTENT), "sha256": digest}
    assert kept == {"scan": told}


def test_another_content_is_another_request() -> None:
    same, other = taken(file()), taken(file(content=b"x"))
    hashes = [request_hash(MADE, {"scan": each}, "salt") for each in (same, dict(same), other)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_request_is_shown_with_size_and_digest_in_the_place_of_the_file() -> None:
    fields: list[tuple[str, JsonValue]] = [
        ("title", "Ear"),
        ("scan", taken(file())),
        ("note", "left"),
    ]
    content, mime = multipart(fields, Random(1))
    assert CONTENT in content
    call = Call("POST", "https://acme.example/", {"content-type": mime}, content)
    shown = shown_request(call, (), Random(1))
    assert shown.body is not None
    assert "canary" not in shown.body.text
    for words in ('filename="ear.pdf"', f"({len(CONTENT)} bytes, sha256", "Ear", "left"):
        assert words in shown.body.text
