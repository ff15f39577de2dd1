"""Numbers and money as portals write them; exact, never through binary fractions."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Final

from automation.normalise.shown import UnreadableError

_SPACES: Final = str.maketrans(dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}", " "))


def _amount(decimal: str, groups: str) -> re.Pattern[str]:
    """The form of a number: sign and unit on either side, digits in equal groups or in none."""
    unit, sign = r"(?:[A-Z]{3}|[A-Z]{0,2}[$€£¥])", "[-+\N{MINUS SIGN}]"
    return re.compile(
        rf"(?P<open>\()?\s*(?P<first>{sign})?\s*{unit}?\s*(?P<second>{sign})?\s*"
        rf"(?=\D?\d)(?P<whole>\d{{1,3}}(?:[{groups}]\d{{3}})+|\d*)"
        rf"(?:[{decimal}](?P<rest>\d+))?"
        rf"\s*{unit}?\s*(?P<third>{sign})?\s*(?P<close>\))?"
    )


_AMOUNTS: Final = {".": _amount(".", ", '"), ",": _amount(",", ". '")}
_WITHOUT_DECIMALS: Final = (
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"  # ISO 4217, as of 2026
)
_THREE_DECIMALS: Final = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS: Final = "CLF UYW"
_EXPONENTS: Final = (
    dict.fromkeys(_WITHOUT_DECIMALS.split(), 0)
    | dict.fromkeys(_THREE_DECIMALS.split(), 3)
    | dict.fromkeys(_FOUR_DECIMALS.split(), 4)
)
LARGEST: Final = 2**63 - 1
"""The largest integer that every database keeps."""
_NOISE: Final = Decimal("1e-6")
_ROUNDINGS: Final = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}


def minor_digits(currency: str) -> int:
    """How many decimals a currency has (ISO 4217); two unless it is a known exception."""
    return _EXPONENTS.get(currency, 2)


def read_decimal(value: object, decimal: str = ".") -> Decimal | None:
    """Read a number: JSON number or text, with grouping, sign or parentheses, and a unit of money.

    Args:
        value: what the portal sent.
        decimal: its decimal sign, ``.`` or ``,``, or ``either``.

    Raises:
        ValueError: it is no number, its grouping contradicts the decimal sign, or either sign
            could be meant and means something else.
    """
    if isinstance(value, str):
        text = value.translate(_SPACES).strip()
        if text and decimal == "either":
            return _either(text, value)
        return _from_text(text, value, decimal) if text else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UnreadableError(value, "is no number")
    found = Decimal(repr(value))
    if not found.is_finite():
        raise UnreadableError(value, "is not finite")
    return found


def read_money(
    value: object, currency: str, *, decimal: str = ".", unit: str = "major", rounding: str
) -> int | None:
    """Read an amount into minor units of the currency.

    A JSON number that misses a whole minor unit by less than a millionth is one: sums made with
    binary fractions look like ``30.000000000000004``.

    Args:
        value: what the portal sent.
        currency: ISO 4217 code.
        decimal: the decimal sign of texts, as of :func:`read_decimal`.
        unit: ``major`` (dollars) or ``minor`` (cents).
        rounding: ``refuse``, ``half_up`` or ``half_even``, for more decimals than there are.

    Raises:
        ValueError: it is no amount, or rounding would be needed and is refused.
    """
    found = read_decimal(value, decimal)
    if found is None:
        return None
    exact = found.scaleb(minor_digits(currency)) if unit == "major" else found
    whole = exact.to_integral_value(_ROUNDINGS.get(rounding, ROUND_HALF_EVEN))
    off = abs(exact - whole)
    if rounding == "refuse" and off > (_NOISE if isinstance(value, float) else 0):
        raise UnreadableError(
            value, f'has more decimals than {currency}; give "rounding" to allow it'
        )
    if abs(whole) > LARGEST:
        raise UnreadableError(value, "is no amount of 64 bits")
    return int(whole)


def _either(text: str, shown: str) -> Decimal:
    """``1 234,50`` and ``1,234.50`` say themselves which sign is meant; ``1,234`` does not."""
    found = {
        _from_text(text, shown, sign) for sign, form in _AMOUNTS.items() if form.fullmatch(text)
    }
    if len(found) != 1:
        raise UnreadableError(shown, "is no number that says its decimal sign")
    return found.pop()


def _from_text(text: str, shown: str, decimal: str) -> Decimal:
    match = _AMOUNTS[decimal].fullmatch(text)
    signs = (
        [sign for sign in match.group("open", "first", "second", "third") if sign] if match else []
    )
    if not match or len(signs) > 1 or bool(match["open"]) != bool(match["close"]):
        raise UnreadableError(shown, f'is no number with the decimal sign "{decimal}"')
    whole = "".join(filter(str.isdecimal, match["whole"]))
    found = Decimal(f"{whole or 0}.{match['rest'] or 0}")
    return found if signs in ([], ["+"]) else -found
