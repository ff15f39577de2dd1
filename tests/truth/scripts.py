"""The truth of what belongs to prescriptions: their fills."""

from __future__ import annotations

from tests.truth.words import Find, Row, Truths, people, plain, text


def refill(row: Row, find: Find) -> Row:
    script = find("prescriptions", row["prescription_id"])
    return {
        **plain(row, "position", "quantity", "refills_remaining", "filled_at", "filled_by"),
        **plain(script, "product", "unit"),
        **people(row, "prescription"),
        **people(script, "client", "patient", "provider"),
        "pharmacy_order_source_id": text(row["order_id"]),
        "status": "filled",
    }


TRUTHS: Truths = {"refill": ("fills", refill)}
