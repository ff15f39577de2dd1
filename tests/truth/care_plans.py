"""The truth of care plans and of what is charged for them."""

from __future__ import annotations

from collections.abc import Callable

from tests.truth.words import Find, Row, Truths, people, plain, text, worded

VIEW = "ViewCarePlans"


def care_plan(row: Row, find: Find) -> Row:
    return {
        **plain(row, "starts_on", "ends_on", "suspended_at", "cancelled_at", "cancel_reason"),
        **plain(row, "discount_percent", price_minor="monthly_cents"),
        **plain(row, source_created_at="offered_at"),
        **people(row, "client", "patient"),
        **worded(row["status"]),
        "name": find("plan_templates", row["offer_id"])["name"],
        "code": text(row["offer_id"]),
        "billing": "monthly",
        "renews_on": row["ends_on"] if row["renews"] else None,
        "services": [
            {
                **plain(one, "code", name="description", units_included="included"),
                **plain(one, units_used="used", units_remaining="available"),
            }
            for one in row["services"]
        ],
        "custom_fields": {"PlanNumber": row["number"], "TermMonths": row["term_months"]},
    }


def care_plan_charge(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "due_on", position="sequence", charged_at="paid_at", failure="failure_text"),
        **plain(row, amount_minor="amount_cents"),
        **people(row, "client"),
        **worded(row["status"]),
        "care_plan_source_id": text(row["plan_id"]),
        "custom_fields": {"PaymentReference": row["payment_reference"]},
    }


def seen(table: str) -> Callable[[Row], list[Row]]:
    """The rows of a table, none where the practice has not the right to see them."""
    return lambda tables: tables[table] if VIEW in tables["practice"]["rights"] else []


TRUTHS: Truths = {
    "care_plan": (seen("care_plans"), care_plan),
    "care_plan_charge": (seen("plan_charges"), care_plan_charge),
}
