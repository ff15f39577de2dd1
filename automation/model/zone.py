"""Zone: whose clocks are meant, by its name in the IANA database."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator


def _known(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # "America" is a folder of zones
        msg = f"{value!r} is no IANA time zone: write one like America/Chicago"
        raise ValueError(msg) from None
    return value


Zone = Annotated[str, AfterValidator(_known)]
