"""What several commands read from the command line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from automation.errors import BadArgument


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
