"""The truth of the screens that every practice works with all day."""

from __future__ import annotations

from typing import Any

from tests.truth.words import (
    Find,
    Row,
    Truths,
    active,
    addresses,
    batched,
    digits,
    method,
    people,
    plain,
    text,
    worded,
)


def location(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "name", "code"),
        **active(row),
        "phones": digits(row["phone"]),
        "addresses": addresses(row),
    }


def provider(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "name", "initials", "role", "license_number"),
        **active(row),
        **people(row, "location"),
        "emails": [{"address": row["email"]}] if row["email"] else [],
    }


def client(row: Row, _find: Find) -> Row:
    names = (row["first_name"], row["middle_name"], row["last_name"])
    return {
        **plain(row, "first_name", "middle_name", "last_name", "company_name", "status_label"),
        **plain(row, "discount_percent", "classification", "file_number", "do_not_email"),
        **plain(row, "no_reminders", "entered_on", "custom_fields", title="prefix"),
        **active(row),
        "name": " ".join(filter(None, names)),
        "location_source_id": text(row["home_location_id"]),
        "balance_minor": row["account_balance_cents"],
        "emails": [{"address": row["email"].lower()}] if row["email"] else [],
        "phones": [
            {"kind": one["kind"].lower(), "primary": one["is_primary"], **digits(one["number"])[0]}
            for one in row["phones"]
        ],
        "addresses": addresses(row, kind="home")
        + [one for more in row["further"] for one in addresses(more, kind=more["kind"].lower())],
        "alert": "\n".join(one["text"] for one in row["alerts"]) or None,
    }


def whole_clients(tables: dict[str, Any]) -> list[Row]:
    """The clients, each with what stands in other tables of it."""

    def of(table: str, client: Row) -> list[Row]:
        found = [row for row in tables[table] if row["client_id"] == client["id"]]
        return sorted(found, key=lambda row: int(row["id"]))

    return [
        row | {"further": of("addresses", row), "alerts": of("client_alerts", row)}
        for row in tables["clients"]
    ]


def patient(row: Row, _find: Find) -> Row:
    sex, altered = {
        "F": ("female", False),
        "S": ("female", True),
        "M": ("male", False),
        "N": ("male", True),
    }[row["gender"]]
    return {
        **plain(row, "name", "breed", "color", "weight", "weight_unit", "microchip", "alert"),
        **plain(row, "suspend_reminders", "entered_at", "custom_fields"),
        # where the portal knows of none, ours is worked out: tests/store/test_derived.py
        **({"last_visit_at": row["last_visit_at"]} if row["last_visit_at"] else {}),
        **plain(row, date_of_birth="born_on", date_of_death="died_on"),
        **people(row, "client"),
        **worded(row["status"]),
        "notes": row["notes"] and row["notes"].strip(),
        "species": row["species"].lower(),
        "sex": sex,
        "altered": altered,
        "deceased": row["status"] == "Deceased",
        "location_source_id": text(row["home_location_id"]),
        "provider_source_id": text(row["primary_provider_id"]),
    }


def appointment(row: Row, find: Find) -> Row:
    visit = find("visit_statuses", row["visit_status_id"])
    ended = {"no_show": "no_show", "gone": "completed", "ready": "ready_for_discharge"}
    status = "confirmed" if row["confirm_status"] == "Confirmed" else "scheduled"
    if visit["adds_to_whiteboard"] or visit["adds_to_treatment_board"]:
        status = "in_progress"
    status = ended.get(visit["stage"], status)
    if row["confirm_status"] == "Cancelled":
        status = "cancelled"
    return {
        **plain(row, "duration_minutes", "notes", source_created_at="created_at"),
        **plain(row, reason_text="reason"),
        **plain(row, start_at="starts_at", end_at="ends_at", confirmation_status="confirm_status"),
        **people(row, "client", "patient", "provider", "location"),
        "category": "appointment",
        "resource_name": find("columns", row["column_id"])["name"],
        "resource_source_id": text(row["column_id"]),
        "type_name": find("types", row["type_id"])["name"],
        "type_source_id": text(row["type_id"]),
        "visit_status": visit["name"],
        "raw_status": visit["name"],
        "status": status,
    }


def prescription(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "number", "product", "quantity_per_fill", "unit", "refills_authorized"),
        **plain(row, "refills_remaining", "directions", "note_to_pharmacy", "note_to_client"),
        **plain(row, "written_at", "expires_on", "decline_reason", controlled="is_controlled"),
        **plain(row, source_updated_at="last_event_at"),
        **people(row, "client", "patient", "appointment", "provider", "renewed_from"),
        **worded(row["status"]),
        "strength": row["strength"] or None,
    }


def pharmacy_request(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "product", "quantity", "shipping", "workflow_status", "decline_reason"),
        **plain(row, "internal_note", "expires_on", queue="group", placed_at="requested_at"),
        **people(row, "client", "patient", "prescription"),
        **worded(row["state"]),
        "strength": row["strength"] or None,
        "category": "request",
    }


def pharmacy_order(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "number", "product", "quantity", "shipping", "placed_at", "shipped_at"),
        **plain(row, "carrier", "tracking_number", total_minor="total_cents"),
        **people(row, "client", "patient", "prescription", "request"),
        **worded(row["status"]),
        "category": "order",
    }


def invoice(row: Row, _find: Find) -> Row:
    money = ("subtotal", "discount", "tax", "total", "paid", "balance")
    return {
        **plain(row, "number", "issued_on", "memo"),
        **{f"{name}_minor": row[f"{name}_cents"] for name in money},
        **people(row, "client", "appointment", "location"),
        **worded(row["status"]),
    }


def invoice_line(row: Row, _find: Find) -> Row:
    money = ("unit_price", "amount", "discount", "tax")
    return {
        **plain(row, "service_on", "code", "description", "quantity"),
        **{f"{name}_minor": row[f"{name}_cents"] for name in money},
        **people(row, "invoice", "patient", "provider"),
    }


def payment(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "paid_at", "settlement_status", "last_four", "reference"),
        **people(row, "invoice", "client", "settlement"),
        **worded(row["status"]),
        "amount_minor": row["amount_cents"],
        "method": method(row["kind"]),
    }


def prescriptions(tables: dict[str, Any]) -> list[Row]:
    """Each with its last event, and why it was declined while it is."""
    events = sorted(tables["prescription_events"], key=lambda one: int(one["id"]))
    why = {one["prescription_id"]: one["note"] for one in events if one["status"] == "Declined"}
    last: dict[int, str] = {}
    for one in events:
        known = last.get(one["prescription_id"], "")
        last[one["prescription_id"]] = max(known, one["happened_at"])
    return [
        row
        | {"decline_reason": why.get(row["id"]) if row["status"] == "Declined" else None}
        | {"last_event_at": last.get(row["id"])}
        for row in tables["prescriptions"]
    ]


TRUTHS: Truths = {
    "location": ("locations", location),
    "provider": ("providers", provider),
    "client": (whole_clients, client),
    "patient": ("patients", patient),
    "appointment": ("appointments", appointment),
    "prescription": (prescriptions, prescription),
    "pharmacy_request": ("requests", pharmacy_request),
    "pharmacy_order": ("orders", pharmacy_order),
    "invoice": ("invoices", invoice),
    "invoice_line": ("lines", invoice_line),
    "payment": (batched("payments", "payment_id"), payment),
}
