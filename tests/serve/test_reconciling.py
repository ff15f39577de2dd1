"""What payments say of an invoice is told only where nothing contradicts it."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.serve.reconciling import is_overdue, reconcile
from automation.store import Taken
from tests.serve.office import made

TODAY: Final = date(2026, 3, 2)
YESTERDAY: Final = date(2026, 3, 1)


def bill(**more: Any) -> Any:  # noqa: ANN401 - an entity
    return made("invoice", 1, **{"total_minor": 10_000, "currency": "USD", **more})


def paid(amount: int, **more: Any) -> Taken:  # noqa: ANN401
    return Taken(payments=1, paid_minor=amount, currency="USD", **more)


@pytest.mark.parametrize(
    "invoice, taken, status, why",
    [
        ({}, paid(10_000), "reconciled", "100.00 USD was taken of 100.00 USD"),
        ({"paid_minor": 4_000}, paid(4_000), "underpaid", "40.00 USD was taken"),
        ({"paid_minor": 0}, Taken(), "underpaid", "0.00 USD was taken of 100.00 USD"),
        ({"balance_minor": -50}, paid(10_050), "overpaid", "100.50 USD"),
        ({"total_minor": 0}, paid(0), "reconciled", "0.00"),
        ({"total_minor": None}, paid(1), "unknown", "does not say its total"),
        ({}, Taken(), "unknown", "neither"),
        ({"status": "paid"}, Taken(), "unknown", "says that 100.00 USD was paid"),
        ({"paid_minor": 10_000}, paid(9_000), "unknown", "payments come to 90.00 USD"),
        ({}, Taken(2, 1, 10_000), "unknown", "1 of 2 payments"),
        ({"currency": "EUR"}, paid(10_000), "unknown", "in EUR and its payments in USD"),
        ({}, Taken(2, 0, 10_000, 4_000, 4_000, "USD"), "reconciled", "100.00 USD"),
        ({}, Taken(2, 0, 6_000, 0, 4_000, "USD"), "reconciled", "100.00 USD"),
        ({"currency": "JPY"}, Taken(1, 0, 10_000, 0, 0, "JPY"), "reconciled", "10000 JPY"),
    ],
)
def test_an_invoice_is_held_against_what_was_taken_for_it(
    invoice: dict[str, Any], taken: Taken, status: str, why: str
) -> None:
    verdict = reconcile(bill(**invoice), taken)
    assert (verdict.status, why in verdict.reason) == (status, True), verdict.reason


@pytest.mark.parametrize(
    "invoice, taken, overdue",
    [
        ({"due_on": YESTERDAY, "balance_minor": 1}, Taken(), True),
        ({"due_on": TODAY, "balance_minor": 1}, Taken(), False),
        ({"due_on": YESTERDAY, "balance_minor": 0}, Taken(), False),
        ({"due_on": YESTERDAY, "balance_minor": 5, "status": "paid"}, Taken(), False),
        ({"balance_minor": 0}, Taken(), False),
        ({"balance_minor": 1}, Taken(), None),
        ({}, paid(10_000), None),
        ({"due_on": YESTERDAY}, paid(9_000), True),
        ({"due_on": YESTERDAY}, paid(10_000), False),
        ({"due_on": YESTERDAY}, Taken(), None),
    ],
)
def test_an_invoice_is_overdue_when_it_is_not_paid_and_its_last_day_is_over(
    invoice: dict[str, Any], taken: Taken, *, overdue: bool | None
) -> None:
    own = bill(**invoice)
    assert is_overdue(own, reconcile(own, taken), TODAY) is overdue


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_whatever_the_amounts_the_verdict_is_their_difference(asked: int, came: int) -> None:
    verdict = reconcile(bill(total_minor=asked), paid(came))
    sign = (came > asked) - (came < asked)
    assert verdict.status == {0: "reconciled", 1: "overpaid", -1: "underpaid"}[sign]
