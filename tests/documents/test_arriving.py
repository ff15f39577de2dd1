"""What arrives is counted, capped and looked at, and a page never gets to the disk."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from automation.documents.arriving import Arriving
from automation.errors import Refused
from automation.model import Reply
from tests.engine import run_engine


def take(arriving: Arriving, *chunks: bytes, kind: str = "application/pdf", **more: str) -> bytes:
    headers = (("content-type", kind), *((k.replace("_", "-"), v) for k, v in more.items()))

    async def pieces() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return run_engine(arriving.take(Reply(200, "http://x/", headers, b""), pieces()))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def test_a_second_answer_begins_anew(path: Path) -> None:
    arriving = Arriving(path, expected=None, limit=10)
    take(arriving, b"123456", b"78")
    assert take(arriving, b"abc") == b""
    assert path.read_bytes() == b"abc"
    assert (arriving.is_file, arriving.size) == (True, 3)
    assert arriving.sha256 == hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize(
    "kind, start, expected, is_file",
    [
        ("application/pdf", b"%PDF", "application/pdf", True),
        ("application/octet-stream", b"%PDF", "application/pdf", True),
        ("image/svg+xml", b"<?xml version='1.0'?><svg>", "image/svg+xml", True),
        ("text/plain", b"hello", None, True),
        ("text/html; charset=utf-8", b"<p>", "Text/HTML", True),
        ("text/html", b"hello", "application/pdf", False),
        ("text/html", b"hello", None, False),
        ("application/json", b"{}", "image/png", False),
        ("application/json", b"{}", "application/json; charset=utf-8", True),
        ("application/pdf", b"\xef\xbb\xbf\r\n<!DOCTYPE HTML>", "application/pdf", False),
        ("image/png", b" <html lang='en'>", None, False),
        ("application/octet-stream", b"<html>", "text/html", True),
    ],
)
def test_what_was_not_expected_and_is_a_page_is_no_file(
    path: Path, kind: str, start: bytes, expected: str | None, *, is_file: bool
) -> None:
    arriving = Arriving(path, expected=expected, limit=100)
    looked_at = take(arriving, start, b"more", kind=kind)
    assert arriving.is_file is is_file
    assert path.exists() is is_file
    if not is_file:
        assert looked_at == start + b"more"


def test_of_a_page_as_much_is_kept_as_it_takes_to_see_what_it_is(path: Path) -> None:
    megabyte = b"<html>" + b" " * (1024 * 1024)
    assert len(take(Arriving(path, expected=None, limit=1), megabyte, megabyte)) == 1024 * 1024
    arriving = Arriving(path, expected="text/html", limit=10**8)
    assert take(arriving, *[megabyte] * 3, kind="text/html") == megabyte[: 1024 * 1024]
    assert path.read_bytes() == megabyte * 3


def test_more_than_the_limit_is_refused_by_its_word_or_in_truth(path: Path) -> None:
    arriving = Arriving(path, expected=None, limit=5)
    with pytest.raises(Refused, match="more than 5 bytes"):
        take(arriving, b"12", content_length="6")
    assert not path.exists()
    with pytest.raises(Refused, match="more than 5 bytes"):
        take(arriving, b"123", b"456", content_length="3")
    take(arriving, b"123", b"45", content_length="no number")
    assert path.read_bytes() == b"12345"
