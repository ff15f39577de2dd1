"""Amounts are exact to the last minor unit, however they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.normalise.numbers import minor_digits, read_decimal, read_money

CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLF"])
MINORS = st.integers(-(10**11), 10**11)


def money(value: object, currency: str = "USD", **options: str) -> int | None:
    return read_money(value, currency, **{"rounding": "refuse", **options})


@given(minor=MINORS, currency=CURRENCIES)
def test_an_amount_comes_back_from_every_way_to_write_it(minor: int, currency: str) -> None:
    digits = minor_digits(currency)
    major = Decimal(minor).scaleb(-digits)
    grouped = f"{abs(major):,.{digits}f}"
    swapped = grouped.translate(str.maketrans(",.", ".,"))
    for written in (
        f"{major:.{digits}f}",
        f"{major:,.{digits}f}",
        f"{currency} {major:,.{digits}f}",
    ):
        assert money(written, currency) == minor
    assert money(float(major), currency) == minor
    assert money(minor, currency, unit="minor") == minor
    assert money(f"({grouped})", currency) == -abs(minor)
    assert money(f"-${grouped}", currency) == -abs(minor)
    assert money(f"{swapped} €", currency, decimal=",") == abs(minor)


@given(parts=st.lists(st.integers(1, 10**6), min_size=2, max_size=30))
def test_a_sum_made_with_binary_fractions_is_the_sum(parts: list[int]) -> None:
    assert money(sum(part / 100 for part in parts)) == sum(parts)


@pytest.mark.parametrize(
    "written, minor",
    [
        ("$1,234.50", 123450),
        ("1234.5", 123450),
        (".5", 50),
        ("12-", -1200),
        ("\N{MINUS SIGN}3.00", -300),
        ("US$ 7", 700),
        ("1 234.50", 123450),
        ("1\N{NO-BREAK SPACE}234.50", 123450),
        ("+2.00", 200),
        (0.1 + 0.2, 30),
        (12, 1200),
        ("  ", None),
    ],
)
def test_amounts_of_screens_are_read(written: object, minor: int | None) -> None:
    assert money(written) == minor


@pytest.mark.parametrize(
    "written",
    ["1,5", "12,34.00", "1.234,50", "--5", "-(5)", "(5", "abc", "$", "1.2.3", "5 USD 5", "1e2"],
)
def test_a_number_that_contradicts_its_notation_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match='is no number with the decimal sign "."'):
        money(written)


@pytest.mark.parametrize("written", ["1,234", "1.234", "abc", "1,2.3"])
def test_what_either_decimal_sign_reads_differently_or_none_reads_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is no number that says its decimal sign"):
        money(written, decimal="either")


def test_what_says_its_decimal_sign_is_read_by_it() -> None:
    for written in ("1.234,50 €", "1,234.50", "1 234,50", "1234,5"):
        assert money(written, decimal="either") == 123450
    assert money("12", decimal="either") == 1200
    assert money(" ", decimal="either") is None


def test_more_decimals_than_the_currency_has_are_refused_or_rounded_as_told() -> None:
    for value in ("0.125", 0.125):
        with pytest.raises(ValueError, match='has more decimals than USD; give "rounding"'):
            money(value)
        assert money(value, rounding="half_up") == 13
        assert money(value, rounding="half_even") == 12
    with pytest.raises(ValueError, match="has more decimals than JPY"):
        money("3.5", "JPY")


@pytest.mark.parametrize("value", [True, [1], {"a": 1}, float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="is no number|is not finite"):
        read_decimal(value)


def test_numbers_are_not_rounded() -> None:
    assert read_decimal(0.1) == Decimal("0.1")
    assert read_decimal("12345678901234567890.123") == Decimal("12345678901234567890.123")
