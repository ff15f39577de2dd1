"""Moment: a point in time with the offset it was seen in, as one sortable text.

Databases disagree about offsets: SQLite has no time type and PostgreSQL forgets the offset of a
``timestamptz``. A moment is therefore written as the instant in UTC followed by the offset,
``2026-11-20T15:30:00.000000Z-06:00`` for half past nine in Chicago. The instant comes first, so
that the order of the texts is the order in time on every database, one index serves ranges across
time zones, and the first 27 characters are an ISO 8601 time that SQL functions understand.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any, Final

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

_INSTANT: Final = 27
_WIDTH: Final = 33


def instant_text(moment: datetime) -> str:
    """The sortable part: ``2026-11-20T15:30:00.000000Z``; the bound of a range in a query.

    Raises:
        ValueError: the time has no offset.
    """
    if moment.tzinfo is None:
        msg = f"{moment.isoformat()} has no offset"
        raise ValueError(msg)
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def moment_text(moment: datetime) -> str:
    """The whole text of a moment, as it stands in the database.

    Raises:
        ValueError: the time has no offset.
    """
    instant = instant_text(moment)
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    hours, minutes = divmod(abs(minutes), 60)
    return f"{instant}{sign}{hours:02}:{minutes:02}"


def read_moment(text: str) -> datetime:
    """The aware time that :func:`moment_text` wrote."""
    return datetime.fromisoformat(text[:_INSTANT]).astimezone(_offset(text[_INSTANT:]))


@cache
def _offset(text: str) -> timezone:
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-offset if text[0] == "-" else offset)


class Moment(TypeDecorator[datetime]):
    """Column type of an aware time; the offset survives, whole minutes of it."""

    impl = String(_WIDTH)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else moment_text(value)

    @override
    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else read_moment(value)
