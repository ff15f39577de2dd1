"""The numbers that a link or cursor holds: one that counts pages or rows shifts with them."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

_SIZES: Final = re.compile(r"size|limit|take|count|per_?page|top", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{1,9}")


def numbers_in(said: str) -> list[str]:
    """The whole numbers in a link or cursor, as they stand there; that of a page's size is not."""
    if "/" in said or "?" in said:
        values = [v for k, v in parse_qsl(urlsplit(said).query) if not _SIZES.search(k)]
    else:
        values = [said]
    return [number for value in values for number in _NUMBER.findall(_opened(value))]


def _opened(value: str) -> str:
    """A cursor is often JSON or text in base64."""
    try:
        padded = value + "=" * (-len(value) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error):
        return value
    return text if text.isprintable() and not value.isdigit() else value
