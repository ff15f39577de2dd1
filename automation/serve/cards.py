"""Card numbers are refused wherever a caller may write a text: nobody here may ever hold one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from automation.serve.problems import Problem

_DIGITS: Final = re.compile(r"(?<![\d])\d(?:[ \-.]?\d){12,18}(?!\d)")
_ISSUED: Final = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}"
    r"|(?:6(?:011|5\d\d|4[4-9]\d|2\d\d)|35\d\d)\d{12,15}"
)
"""How the numbers of the large card schemes begin, and how long they are."""
_OTHERS: Final = frozenset({"microchip"})
"""Inputs whose numbers are of another kind and as long."""
_MOST: Final = 9


def refuse_cards(given: Mapping[str, JsonValue]) -> None:
    """Let no number of a payment card pass, in whatever text it stands.

    Raises:
        Problem: one of them looks like one; it is not repeated.
    """
    for name, text in _texts(given, ""):
        if name.rpartition(".")[2] not in _OTHERS and _has_card(text):
            raise Problem(
                400,
                "card_number_refused",
                f"{name}: it holds what looks like the number of a payment card",
                remedy="Take cards at the terminal of the practice; never send their numbers.",
                parameter=name,
            )


def _texts(value: JsonValue | Mapping[str, JsonValue], at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name != "content" or not at:  # of a file: bytes, no text
                yield from _texts(inner, f"{at}.{name}" if at else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, at)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield at, str(value)


def _has_card(text: str) -> bool:
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if _ISSUED.fullmatch(digits) and _sum(digits) % 10 == 0:
            return True
    return False


def _sum(digits: str) -> int:
    """The sum of Luhn (ISO/IEC 7812-1, annex B): every second digit from the right counts twice."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - _MOST if value > _MOST else value
    return total
