"""What several commands read from the command line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from automation.errors import BadArgument

if TYPE_CHECKING:
    from pydantic import JsonValue

_MOST: Final = 100_000_000
"""Bytes of a file that is given; an operation allows less."""
_STDIN: Final = "-:"


def pairs(texts: Sequence[str]) -> dict[str, str]:
    """``NAME=VALUE`` texts as a mapping.

    Raises:
        BadArgument: a text has no ``=`` or no name.
    """
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise BadArgument(f"{text!r} is not NAME=VALUE", remedy="Write --input search=bella.")
        found[name] = value
    return found


def uploads(texts: Sequence[str]) -> dict[str, JsonValue]:
    """``NAME=PATH`` texts as files by name; ``NAME=-:letter.pdf`` is standard input by that name.

    Raises:
        BadArgument: a text has no ``=`` or no name, or a file cannot be read or is too large.
    """
    return {name: _file(name, path) for name, path in pairs(texts).items()}


def _file(name: str, path: str) -> JsonValue:
    import base64
    import sys

    piped = path.startswith(_STDIN)
    try:
        if piped:
            content = sys.stdin.buffer.read(_MOST + 1)
        else:
            with Path(path).open("rb") as opened:
                content = opened.read(_MOST + 1)
    except OSError as problem:
        raise BadArgument(f"{path} cannot be read: {problem.strerror}") from None
    if len(content) > _MOST:
        raise BadArgument(f"{name}: more than {_MOST / 1_000_000:g} MB are no document")
    called = path.removeprefix(_STDIN) if piped else Path(path).name
    return {"name": called, "content": base64.b64encode(content).decode()}


def moment(text: str) -> datetime:
    """A day or a time; a day begins at midnight, and what has no offset is in UTC.

    Raises:
        BadArgument: it is neither.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadArgument(
            f"{text!r} is no day and no time", remedy="Write 2026-11-20 or 2026-11-20T08:30:00Z."
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def end(text: str, now: datetime) -> datetime | None:
    """When something ends: a number of days (``90d``), a day, a time, or ``never``.

    Raises:
        BadArgument: it is none of these.
    """
    if text == "never":
        return None
    if days := re.fullmatch(r"([0-9]{1,4})d", text, re.ASCII):
        return now + timedelta(days=int(days[1]))
    return moment(text)
