"""The closed list of transforms: one function for each name in `model.TRANSFORMS`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from math import isfinite
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from automation.model import Kind, Transform
from automation.normalise.numbers import LARGEST, read_decimal, read_money
from automation.normalise.shown import UnreadableError
from automation.normalise.times import read_date, read_datetime
from automation.wire import last_segment


class Ground(NamedTuple):
    """What a value is read against.

    Attributes:
        zone: zone of the practice's clocks.
        currency: ISO 4217 code of the row.
    """

    zone: ZoneInfo
    currency: str


Convert = Callable[[object, Ground], object]

_TRUE: Final = frozenset({"true", "yes", "y", "t", "on", "1"})
_FALSE: Final = frozenset({"false", "no", "n", "f", "off", "0"})
_ADDRESS: Final = re.compile(r"[^@\s,;]+@[^@\s,;]+")
_EXTENSION: Final = re.compile(r"(?<=\d)[\s,;]*(?:x|ext(?:n|ension)?|#)[.:]?\s*\d+", re.IGNORECASE)
_TRUNK: Final = re.compile(r"\(\s*0\s*\)")  # "+44 (0)20": the zero is for calls inside the country
_SHORTEST_NUMBER: Final = 7
_LONGEST_NUMBER: Final = 15
_NORTH_AMERICAN: Final = 11  # with its 1
_UNCLEAR_AFTER_CODE: Final = 8
_IMPLIED: Final[dict[Kind, str]] = {
    "text": "trimmed",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "money": "money",
    "date": "date",
    "datetime": "datetime",
}


def compile_transform(transform: Transform) -> Convert:
    """Return the function of a transform with its options bound.

    The function takes a value that is not None, gives None for "nothing", and raises ValueError
    with the form of the value when it cannot read it.
    """
    return partial(_FUNCTIONS[transform.name], transform)


def implied_transform(kind: Kind) -> Convert | None:
    """The transform of a field that names none: the kind of the field decides."""
    if kind == "reference":
        return identifier
    name = _IMPLIED.get(kind)
    return compile_transform(Transform(name=name)) if name else None


def identifier(value: object, _ground: Ground) -> str | None:
    """An id as text; portals send the same one as number here and as text there."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise UnreadableError(value, "is no id")
    return as_text(value).strip() or None


def as_text(value: object) -> str:
    """Write a JSON scalar as people would: ``12``, not ``12.0``; ``true``, not ``True``.

    Raises:
        ValueError: it is a list or an object.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    raise UnreadableError(value, "is no text")


def _text(_transform: Transform, value: object, _ground: Ground) -> str:
    return as_text(value)


def _trimmed(_transform: Transform, value: object, _ground: Ground) -> str | None:
    return as_text(value).strip() or None


def _lower(_transform: Transform, value: object, _ground: Ground) -> str | None:
    return as_text(value).strip().lower() or None


def _integer(_transform: Transform, value: object, _ground: Ground) -> int | None:
    found = read_decimal(value)
    if found is None:
        return None
    if found != found.to_integral_value() or abs(found) > LARGEST:
        raise UnreadableError(value, "is no whole number of 64 bits")
    return int(found)


def _number(transform: Transform, value: object, _ground: Ground) -> float | None:
    found = read_decimal(value, transform.decimal)
    if found is None:
        return None
    if not isfinite(number := float(found)):
        raise UnreadableError(value, "is no number of 64 bits")
    return number


def _boolean(_transform: Transform, value: object, _ground: Ground) -> bool | None:
    if isinstance(value, bool):
        return value
    text = as_text(value).strip().lower()
    if not text:
        return None
    if text not in _TRUE | _FALSE:
        raise UnreadableError(value, "is neither yes nor no")
    return text in _TRUE


def _money(transform: Transform, value: object, ground: Ground) -> int | None:
    return read_money(
        value,
        ground.currency,
        decimal=transform.decimal,
        unit=transform.unit,
        rounding=transform.rounding,
    )


def _date(transform: Transform, value: object, ground: Ground) -> object:
    return read_date(value, ground.zone, transform.format)


def _datetime(transform: Transform, value: object, ground: Ground) -> object:
    return read_datetime(value, ground.zone, transform.format)


def _email(_transform: Transform, value: object, _ground: Ground) -> str | None:
    """Only what can be an address; practices write "none" and "declined" here."""
    text = as_text(value).strip().lower()
    return text if _ADDRESS.fullmatch(text) else None


def _phone(transform: Transform, value: object, _ground: Ground) -> str | None:
    """E.164 where the country is known, else the digits; extensions are left to raw.

    What is no single number (two of them, a remark with digits) is nothing, as with ``_email``.
    """
    text = _EXTENSION.sub(" ", as_text(value))
    digits = "".join(char for char in text if char.isdecimal())
    if len(digits) < _SHORTEST_NUMBER:
        return None
    if "+" in re.split(r"\d", text, maxsplit=1)[0] or digits.startswith("00"):
        number = f"+{_without_trunk(text, digits.removeprefix('00'))}"
    else:
        number = _with_country(digits, transform.country) if transform.country else digits
    longest = _NORTH_AMERICAN if number.startswith("+1") else _LONGEST_NUMBER
    return number if len(number.removeprefix("+")) <= longest else None


def _without_trunk(text: str, digits: str) -> str:
    """An international number without the ``(0)``; in Italy a zero is part of the number."""
    if not _TRUNK.search(text) or digits.startswith("39"):
        return digits
    bare = "".join(char for char in _TRUNK.sub("", text) if char.isdecimal())
    return bare.removeprefix("00")


def _with_country(digits: str, country: str) -> str:
    """A number written inside a country; stays as it is when it may begin with the country's code.

    What follows the code decides: with less than 8 digits it would be no number, with 8 it may be.
    """
    if country != "1" and digits.startswith(country):
        following = len(digits) - len(country)
        if following >= _UNCLEAR_AFTER_CODE:
            return f"+{digits}" if following > _UNCLEAR_AFTER_CODE else digits
    trunk = {"1": "1", "39": ""}.get(country, "0")  # what is dialled first inside the country
    return f"+{country}{digits.removeprefix(trunk)}"


def _split_name(transform: Transform, value: object, _ground: Ground) -> str | None:
    """``Last, First Middle`` and ``First Middle Last``; a single word is a last name."""
    last, comma, given = as_text(value).partition(",")
    words = given.split() if comma else last.split()
    if not comma:
        last = words.pop() if words else ""
    parts = {
        "first": words[:1],
        "middle": words[1:],
        "given": words,
        "last": last.split(),
        "full": [*words, *last.split()],
    }
    return " ".join(parts[transform.part]) or None


def _segment(_transform: Transform, value: object, _ground: Ground) -> str | None:
    """The last part of the path of an address, decoded: interfaces refer to things by address."""
    return last_segment(as_text(value).strip()) or None


def _join(transform: Transform, value: object, _ground: Ground) -> str | None:
    """The texts of a list; gaps leave no separator behind."""
    if not isinstance(value, list):
        return as_text(value).strip() or None
    texts = (as_text(part).strip() for part in value if part is not None)
    return transform.separator.join(text for text in texts if text) or None


_FUNCTIONS: Final[dict[str, Callable[[Transform, object, Ground], object]]] = {
    "text": _text,
    "trimmed": _trimmed,
    "lower": _lower,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "money": _money,
    "date": _date,
    "datetime": _datetime,
    "email": _email,
    "phone": _phone,
    "split_name": _split_name,
    "segment": _segment,
    "join": _join,
}
