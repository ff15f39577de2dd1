"""Whether an invoice is overdue, and whether what was taken for it is what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from automation.store import Taken

Verdict = Literal["reconciled", "underpaid", "overpaid", "unknown"]
_MINOR_DIGITS: Final = {"JPY": 0, "KRW": 0, "ISK": 0, "BHD": 3, "KWD": 3, "TND": 3}


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What the payments of an invoice say of it.

    Attributes:
        status: ``reconciled``: what was taken is its total. ``unknown``: something contradicts, or
            is not said; nobody should act on it.
        reason: why, in words.
    """

    status: Verdict
    reason: str


def reconcile(invoice: Any, taken: Taken) -> Reconciled:  # noqa: ANN401 - an entity
    """Hold what was taken for an invoice against what it says.

    Args:
        invoice: the entity.
        taken: what its payments and deposits say.
    """
    if (vague := _vague(invoice, taken)) is not None:
        return Reconciled("unknown", vague)
    came, asked = taken.taken_minor, invoice.total_minor
    told = f"{_shown(came, invoice)} was taken of {_shown(asked, invoice)}"
    if came == asked:
        return Reconciled("reconciled", told)
    return Reconciled("underpaid" if came < asked else "overpaid", told)


def is_overdue(invoice: Any, verdict: Reconciled, today: date) -> bool | None:  # noqa: ANN401
    """Whether it is not paid and its last day to pay is over; None where nobody can tell.

    Args:
        invoice: the entity.
        verdict: what its payments say.
        today: the day in its practice.
    """
    if invoice.status == "paid" or (invoice.due_on is not None and invoice.due_on >= today):
        return False
    if invoice.balance_minor is not None:
        owed = invoice.balance_minor > 0
        return None if owed and invoice.due_on is None else owed
    if invoice.due_on is None:
        return None
    return None if verdict.status == "unknown" else verdict.status == "underpaid"


def _vague(invoice: Any, taken: Taken) -> str | None:  # noqa: ANN401 - an entity
    """Why nobody can tell; None when one can."""
    if invoice.total_minor is None:
        return "the invoice does not say its total"
    if taken.unclear:
        return f"{taken.unclear} of {taken.payments} payments wait, or do not say what they are"
    if taken.currency and invoice.currency and taken.currency != invoice.currency:
        return f"it is in {invoice.currency} and its payments in {taken.currency}"
    return _at_odds(invoice, taken)


def _at_odds(invoice: Any, taken: Taken) -> str | None:  # noqa: ANN401 - an entity
    """What the invoice says against its payments; None where that is the same."""
    said = _said(invoice)
    if said is None:
        return None if taken.payments else "neither it nor a payment says what was paid"
    if said == taken.taken_minor:
        return None
    came = _shown(taken.taken_minor, invoice)
    return f"it says that {_shown(said, invoice)} was paid, and its payments come to {came}"


def _said(invoice: Any) -> int | None:  # noqa: ANN401 - an entity
    """What the invoice itself says was paid."""
    if invoice.paid_minor is not None:
        return int(invoice.paid_minor)
    if invoice.balance_minor is not None:
        return int(invoice.total_minor - invoice.balance_minor)
    return int(invoice.total_minor) if invoice.status == "paid" else None


def _shown(minor: int, invoice: Any) -> str:  # noqa: ANN401 - an entity
    digits = _MINOR_DIGITS.get(invoice.currency or "", 2)
    amount = f"{minor / 10**digits:.{digits}f}"
    return f"{amount} {invoice.currency}" if invoice.currency else amount
