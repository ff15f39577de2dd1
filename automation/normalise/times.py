"""Dates and times as portals write them.

Understood without being told: ISO 8601 with or without offset, the ``/Date(1763650800000-0600)/``
of .NET, and epoch numbers in seconds or milliseconds. Digits that may as well be a written time
(``2019``, ``202611201200``) are refused rather than guessed. A time without offset is local time of
the practice. Where clocks go back, such a time exists twice and the earlier one is meant; where
they go forward, it does not exist and the time that clocks showed instead is meant.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from automation.normalise.shown import UnreadableError

_DOTNET: Final = re.compile(r"\\?/Date\((-?\d+)(?:([+-])(\d\d)(\d\d))?\)\\?/")
_MILLISECONDS_FROM: Final = 10**11  # in seconds that would be the year 5138
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BASIC_DATE: Final = re.compile(r"\d{8}")
_EPOCH_TEXT: Final = re.compile(r"\d{9,10}|\d{13}")
_WRITTEN: Final = re.compile(
    r"\d{4}|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d|\d{14}"
)
"""A year, or a time to the minute (a number of 12 digits may also be milliseconds), or second."""


Form = str | tuple[str, ...] | None
"""strptime notation, or several; None for what explains itself."""


def read_datetime(value: object, zone: ZoneInfo, form: Form = None) -> datetime | None:
    """Read an aware time; the offset is the written one, else that of the practice's zone.

    Args:
        value: text or number.
        zone: zone of the practice.
        form: strptime notation, for what is in no standard notation; or several.

    Raises:
        ValueError: it is no time.
    """
    found = _parsed(value, zone, form, "time")
    if found is None:
        return None
    if found.tzinfo is None:
        found = _localised(found, zone)
    # A fixed offset: in the hour that clocks show twice, a time with a zone equals no other time.
    return found.replace(tzinfo=timezone(found.utcoffset() or timedelta()), fold=0)


def read_date(value: object, zone: ZoneInfo, form: Form = None) -> date | None:
    """Read a calendar day.

    A written day is taken as it stands, whatever offset follows it; a number of seconds falls on
    the day that the clocks of the practice showed.

    Raises:
        ValueError: it is no day.
    """
    found = _parsed(value, zone, form, "date")
    return found.date() if found else None


def _parsed(value: object, zone: ZoneInfo, form: Form, what: str) -> datetime | None:
    """Read a time, aware only when the source says so; zero and .NET's year 1 say nothing."""
    try:
        found = _read(value, zone, form)
    except (ValueError, OverflowError):
        told = form if isinstance(form, str) else " or ".join(form or ())
        expected = f" of the form {told}" if told else ' that explains itself; give its "format"'
        raise UnreadableError(value, f"is no {what}{expected}") from None
    return None if found is None or found.year == 1 else found


def _read(value: object, zone: ZoneInfo, form: Form) -> datetime | None:
    if isinstance(value, str):
        text = value.strip()
        return _read_text(text, zone, form) if text.strip("0") else None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _read_number(value, zone, form) if value else None
    raise ValueError


def _read_text(text: str, zone: ZoneInfo, form: Form) -> datetime:
    if form:
        return _by_form(text, (form,) if isinstance(form, str) else form)
    if _EPOCH_TEXT.fullmatch(text):
        return _epoch(int(text), zone)
    if match := _DOTNET.fullmatch(text):
        return _dotnet(match, zone)
    if text.isdecimal() and not _BASIC_DATE.fullmatch(text):
        raise ValueError
    return datetime.fromisoformat(text)


def _by_form(text: str, forms: tuple[str, ...]) -> datetime:
    """Read by the one form that fits; what two forms read differently is refused, not guessed."""
    found = set[datetime]()
    for form in forms:
        with suppress(ValueError):
            found.add(datetime.strptime(text, form))  # noqa: DTZ007 - the zone is added later
    if len(found) != 1:
        raise ValueError
    return found.pop()


def _read_number(number: float, zone: ZoneInfo, form: Form) -> datetime:
    """Numbers are epochs, other than texts of any size, unless their digits are a written time."""
    digits = f"{number:.0f}"
    if form or _BASIC_DATE.fullmatch(digits):
        return _read_text(digits, zone, form)
    if _WRITTEN.fullmatch(digits):
        raise ValueError
    return _epoch(number, zone)


def _dotnet(match: re.Match[str], zone: ZoneInfo | timezone) -> datetime:
    """The number is the instant in UTC; an offset only says where it was written."""
    if match[2]:
        offset = timedelta(hours=int(match[3]), minutes=int(match[4]))
        zone = timezone(-offset if match[2] == "-" else offset)
    return (_EPOCH + timedelta(milliseconds=int(match[1]))).astimezone(zone)


def _epoch(number: float, zone: ZoneInfo) -> datetime:
    unit = "milliseconds" if abs(number) >= _MILLISECONDS_FROM else "seconds"
    return (_EPOCH + timedelta(**{unit: number})).astimezone(zone)


def _localised(naive: datetime, zone: ZoneInfo) -> datetime:
    """Through UTC and back, because a local time in a gap has to move to one that exists."""
    return naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
