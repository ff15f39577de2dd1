"""The bytes of one document on their way into a file: counted, capped, and no page among them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, Final

from automation.errors import Refused
from automation.model import Reply

_PAGES: Final = frozenset({"text/html", "application/xhtml+xml", "application/json"})
"""What portals answer with when they do not give the file: a login, an error, a message."""
_MARKUP: Final = (b"<!doctype html", b"<html")
_BYTE_ORDER_AND_BLANKS: Final = b"\xef\xbb\xbf \t\r\n"
_PAGE: Final = 1024 * 1024
"""As much of a page is kept in memory as it takes to see what it is."""


class Arriving:
    """Takes the answer of one call; a portal that is asked again begins anew.

    A page never touches the disk, since it may hold tokens: what is no file stays in memory. A
    document that is a page itself goes into the file and is kept for a look, too.

    Args:
        path: the file that is written.
        expected: the media type that the portal says the document has; None where it says none.
        limit: bytes at most.

    Attributes:
        is_file: whether the latest answer was a file.
        size: how many bytes it had.
        content_type: what the answer said it is.
    """

    def __init__(self, path: Path, *, expected: str | None, limit: int) -> None:
        self.is_file = False
        self.size = 0
        self.content_type: str | None = None
        self._path, self._limit = path, limit
        self._expected = _media_type(expected)
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes, in hexadecimal digits."""
        return self._digest.hexdigest()

    async def take(self, head: Reply, chunks: AsyncIterator[bytes]) -> bytes:
        """Take one answer; return what is to be looked at: a page, or nothing of a file.

        Raises:
            Refused: it is larger than the limit, by its own word or in truth.
            OSError: the file cannot be written.
        """
        self.size, self._digest = 0, hashlib.sha256()
        self.content_type = _media_type(head.header("content-type"))
        first = await anext(chunks, b"")
        self.is_file = not self._is_page(first)
        if self.is_file:
            self._refuse(int(declared) if (declared := _declared(head)) else 0)
            return await self._write(first, chunks)
        return await _gathered(first, chunks)

    def _is_page(self, first: bytes) -> bool:
        start = first.lstrip(_BYTE_ORDER_AND_BLANKS)[:16].lower()
        found = "text/html" if start.startswith(_MARKUP) else self.content_type
        return found in _PAGES and found != self._expected

    async def _write(self, first: bytes, chunks: AsyncIterator[bytes]) -> bytes:
        seen = bytearray()
        with self._path.open("wb") as file:
            self._add(file, first, seen)
            async for chunk in chunks:
                self._add(file, chunk, seen)
            file.flush()
            os.fsync(file.fileno())
        return bytes(seen)

    def _add(self, file: BinaryIO, chunk: bytes, seen: bytearray) -> None:
        self.size += len(chunk)
        self._refuse(self.size)
        self._digest.update(chunk)
        file.write(chunk)
        if self._expected in _PAGES:
            seen += chunk[: _PAGE - len(seen)]

    def _refuse(self, size: int) -> None:
        if size > self._limit:
            raise Refused(
                f"the document has more than {self._limit:,} bytes",
                remedy="Allow more for this one document, if it is meant.",
            )


async def _gathered(first: bytes, chunks: AsyncIterator[bytes]) -> bytes:
    """The beginning of a page; the rest is not waited for."""
    page = bytearray(first)
    async for chunk in chunks:
        page += chunk
        if len(page) >= _PAGE:
            break
    return bytes(page[:_PAGE])


def _declared(head: Reply) -> str | None:
    length = head.header("content-length") or ""
    return length if length.isascii() and length.isdigit() else None


def _media_type(header: str | None) -> str | None:
    """``text/html`` of ``Text/HTML; charset=utf-8``."""
    return (header or "").partition(";")[0].strip().lower() or None
