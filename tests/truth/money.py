"""The truth of money beside the invoices: deposits, refunds, what the processor pays out."""

from __future__ import annotations

from typing import Any

from tests.truth.words import Find, Row, Truths, batched, method, people, plain, text, worded


def deposits(tables: dict[str, Any]) -> list[Row]:
    """Each with what of it was used last."""
    last = {one["deposit_id"]: one for one in sorted(tables["deposit_uses"], key=_number)}
    return [row | {"last_use": last.get(row["id"], {})} for row in tables["deposits"]]


def settlements(tables: dict[str, Any]) -> list[Row]:
    """Each with its lines."""
    lines = sorted(tables["settlement_lines"], key=_number)
    return [
        row | {"lines": [one for one in lines if one["settlement_id"] == row["id"]]}
        for row in tables["settlements"]
    ]


def _number(row: Row) -> int:
    number: int = row["id"]
    return number


def deposit(row: Row, _find: Find) -> Row:
    use = row["last_use"]
    return {
        **plain(row, "last_four", "reference", taken_at="paid_at", notes="note"),
        **plain(row, amount_minor="amount_cents", remaining_minor="remaining_cents"),
        **people(row, "client", "appointment", "payment", "location"),
        **worded(row["status"]),
        "category": "deposit" if row["source"] == "deposit" else "credit",
        "method": method(row["kind"]),
        "invoice_source_id": text(use.get("invoice_id")),
        "applied_at": use.get("used_at"),
    }


def refund(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "reference", paid_at="refunded_at"),
        **people(row, "client", "settlement"),
        "amount_minor": -row["amount_cents"],
        "method": method(row["kind"]),
        "status": "refunded",
    }


def settlement(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "processor", "closed_at", "settled_at", "payment_count", notes="note"),
        **plain(row, batch="batch_number", fee_minor="fee_cents", expected_minor="expected_cents"),
        **plain(row, actual_minor="paid_out_cents", difference_minor="difference_cents"),
        **worded(row["status"]),
        "payments": [
            {
                **plain(one, "reference", status="result", expected_minor="expected_cents"),
                **plain(one, actual_minor="settled_cents"),
                "source_id": text(one["id"]),
                "payment_source_id": text(one["payment_id"]),
            }
            for one in row["lines"]
        ],
    }


TRUTHS: Truths = {
    "deposit": (deposits, deposit),
    "refund": (batched("refunds", "refund_id"), refund),
    "settlement": (settlements, settlement),
}
