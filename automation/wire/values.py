"""What a single value looks like: its form, its information, its moment in time."""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from typing import Final

import orjson
from pydantic import JsonValue

PLACEHOLDER: Final = re.compile(
    r"«sec:(?P<cls>[^:»]+):(?P<mac>[0-9a-f]+):(?P<length>\d+):(?P<charset>[^:»]*)»"
)
"""A redacted value: class, keyed hash, length, character set."""

FORMS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("placeholder", re.compile(rf"\A(?:{PLACEHOLDER.pattern})\Z")),
    ("uuid", re.compile(r"\A\{?[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}\}?\Z")),
    ("ulid", re.compile(r"\A[0-7][0-9A-HJKMNP-TV-Z]{25}\Z")),
    ("ksuid", re.compile(r"\A(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[0-9A-Za-z]{27}\Z")),
    ("date", re.compile(r"\A\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?.*)?\Z")),
    ("integer", re.compile(r"\A\d+\Z")),
    ("hex", re.compile(r"\A(?=.*\d)(?:[0-9a-f]{16,}|[0-9A-F]{16,})\Z")),
    ("email", re.compile(r"\A[^@\s/]+@[^@\s/]+\.[A-Za-z]{2,}\Z")),
    ("phone", re.compile(r"\A\+\d[\d -]{6,}\Z")),
    ("prefixed", re.compile(r"\A[a-z]{2,8}_(?=.*\d)[0-9A-Za-z]{8,}\Z")),
    ("token", re.compile(r"\A(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_+/=-]{20,}\Z")),
    ("composite", re.compile(r"\A(?=.*\d)[\w.-]+(?::[\w.-]+)+\Z")),
)
"""Shape rules in order of precedence; the first that matches names the form of a value."""


def canonical(value: JsonValue) -> str:
    """One text for a scalar, so that ``5`` and ``"5"`` meet; empty for null and containers."""
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def json_bytes(value: JsonValue) -> bytes:
    """JSON with the keys in order, for keeping.

    It is a copy: what orjson returns owns the whole buffer it was written in, 8 KiB for 400 bytes.

    Raises:
        TypeError: it holds what JSON cannot say, or an integer of more than 64 bits.
    """
    return bytes(memoryview(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)))


def form_of(text: str) -> str | None:
    """The name of the shape rule that the text matches; None for plain words."""
    return next((name for name, rule in FORMS if rule.match(text)), None)


def is_placeholder(text: str) -> bool:
    """Tell whether the whole text is one redacted value."""
    return PLACEHOLDER.fullmatch(text) is not None


def placeholder_class(text: str) -> str | None:
    """The class of a redacted value that fills the whole text; None otherwise."""
    match = PLACEHOLDER.fullmatch(text)
    return match["cls"] if match else None


def information(text: str) -> float:
    """Bits: length times the Shannon entropy of its characters; a placeholder by its length.

    A value of one repeated character carries one bit, so that it never counts as nothing.
    """
    match = PLACEHOLDER.fullmatch(text)
    if match:
        return 4.0 * int(match["length"])
    if not text:
        return 0.0
    if text.isdigit():
        return len(text) * math.log2(10)
    counts = Counter(text)
    size = len(text)
    entropy = -sum(n / size * math.log2(n / size) for n in counts.values())
    return max(1.0, entropy * size)


MOMENT_FORMATS: Final = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.000Z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%m/%d/%Y %H:%M",
)
"""The ways of writing a moment that are recognised, most certain first."""

_EPOCH_MS: Final = re.compile(r"\A1\d{12}\Z")
_EPOCH_S: Final = re.compile(r"\A1\d{9}\Z")
_DATE_LIKE: Final = re.compile(r"\A\d{1,4}[-/.]?\d{1,2}[-/.]?\d{1,4}(?:[T ].*)?\Z")


@cache
def _written(pattern: str) -> re.Pattern[str]:
    """What is written just so has these digits; asking this first spares most of the trying."""
    digits = re.sub(r"%[mdHMS]", r"\\d{2}", re.escape(pattern).replace("%Y", r"\d{4}"))
    return re.compile(rf"\A{digits}\Z", re.ASCII)


def moments(text: str) -> dict[str, datetime]:
    """Every way the text may be a moment: format -> naive local (or UTC for epochs) time."""
    if _EPOCH_MS.match(text):
        return {"epoch_ms": datetime.fromtimestamp(int(text) / 1000, UTC)}
    if _EPOCH_S.match(text):
        return {"epoch_s": datetime.fromtimestamp(int(text), UTC)}
    if not _DATE_LIKE.match(text):
        return {}
    found = {}
    for pattern in MOMENT_FORMATS:
        if "%z" not in pattern and not _written(pattern).match(text):
            continue
        try:
            moment = datetime.strptime(text, pattern)  # noqa: DTZ007 - local by nature
        except ValueError:
            continue
        # strptime also takes "2026-6-1" for %Y-%m-%d; only the exact way of writing counts
        if "%z" in pattern or moment.strftime(pattern) == text:
            found[pattern] = moment
    return found


_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def words(name: str) -> tuple[str, ...]:
    """The words of an identifier, lower case: ``GetPatientGrid`` -> get, patient, grid."""
    return tuple(word.lower() for word in _WORD.findall(name))


_ID_WORDS: Final = frozenset(
    {"id", "ids", "uid", "guid", "uuid", "key", "no", "nr", "number", "ref"}
)


def id_like(name: str) -> bool:
    """Tell whether a key names an identity (``patientId``, ``invoice_no``, ``uuid``).

    The number of a page is none.
    """
    parts = words(name)
    if not parts or (parts[-2:-1] == ("page",) and parts[-1] in {"no", "nr", "number"}):
        return False
    return parts[-1] in _ID_WORDS or parts[0] == "id"


def same_name(one: str, other: str) -> bool:
    """Tell whether two keys are the same apart from case and separators."""
    return bool(words(one)) and words(one) == words(other)


_THINGS: Final = frozenset(
    {
        *("name", "by", "owner", "client", "patient", "pet", "animal", "provider"),
        *("doctor", "vet", "veterinarian", "technician", "user", "author", "staff"),
        *("employee", "contact", "sender", "recipient", "person", "from", "to", "city"),
        *("street", "address", "phone", "email", "mobile", "title", "caption"),
        *("description", "note"),
    }
)


def names_things(name: str) -> bool:
    """Tell whether a key is called like a name of somebody or something, never a closed list."""
    return any(word in _THINGS for word in words(name))
