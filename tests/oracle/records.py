"""Which entities have to come out of the facts of a practice, field by field, by hand.

A record has every field that the screens say something about, and no other: `EXPECTED_FIELDS`.
What no screen decides is not compared: our own ids, runs, hashes and `raw`, addresses of pages, and
the fields that this portal has nothing for. In lists (phones, addresses) the parts are compared
that a screen tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from tests.oracle.facts import Fact, Facts

Record = dict[str, Any]
Entities = dict[str, dict[str, Record]]
"""Records by kind of entity and by the portal's own id, as text."""

Rule = Callable[[Fact], Any]


def _same(*facts: str) -> dict[str, Rule]:
    return {fact: _fact(fact) for fact in facts}


def _fact(name: str) -> Rule:
    return lambda row: row[name]


def _ids(**columns: str) -> dict[str, Rule]:
    """Pointers at other things: our field `<name>_source_id` from the fact."""
    return {f"{name}_source_id": _id(fact) for name, fact in columns.items()}


def _id(fact: str) -> Rule:
    return lambda row: None if row[fact] is None else str(row[fact])


def _fixed(value: object) -> Rule:
    return lambda _row: value


def _money(**columns: str) -> dict[str, Rule]:
    amounts = {f"{name}_minor": _fact(fact) for name, fact in columns.items()}
    return {**amounts, "currency": _fixed("USD")}


def _lower(fact: str) -> Rule:
    return lambda row: row[fact].lower()


def _word(fact: str, **others: str) -> Rule:
    """Our word for the portal's; where they differ by more than capitals and spaces, `others`."""
    return lambda row: others.get(row[fact].replace(" ", ""), row[fact].lower().replace(" ", "_"))


def _active(row: Fact) -> str:
    return "active" if row["is_active"] else "inactive"


def _custom(row: Fact) -> Record:
    return {name: value for name, value in row["custom_fields"].items() if value is not None}


def _address(row: Fact) -> list[Record]:
    found = {
        "line1": row["address_line"],
        "city": row["city"],
        "region": row["state"],
        "postal_code": row["zip"],
    }
    return [found] if any(found.values()) else []


def _emails(row: Fact) -> list[Record]:
    return [{"address": row["email"].lower()}] if row["email"] else []


def _e164(shown: str) -> str:
    return "+1" + "".join(filter(str.isdigit, shown))


def _phones(row: Fact) -> list[Record]:
    return [
        {"kind": one["kind"].lower(), "number": _e164(one["number"]), "primary": one["is_primary"]}
        for one in row["phones"]
    ]


def _tasks(row: Fact) -> list[Record]:
    return [
        {
            "source_id": str(one["id"]),
            "treatment": one["treatment"],
            "due_at": one["due_at"],
            "status": one["status"],
            "done_by": one["done_by"],
            "note": one["note"],
        }
        for one in row["tasks"]
    ]


def _appointment_status(row: Fact) -> str:
    """Cancelled by the client, else where the patient is, else how far the talk is."""
    if row["confirm_status"] == "Cancelled":
        return "cancelled"
    if row["stage"] == "booked":
        return "confirmed" if row["confirm_status"] == "Confirmed" else "scheduled"
    done = {"no_show": "no_show", "gone": "completed", "ready": "ready_for_discharge"}
    return done.get(row["stage"], "in_progress")


_SEX: Final = {"F": "female", "S": "female", "M": "male", "N": "male"}
_ALTERED: Final = {"F": False, "S": True, "M": False, "N": True}

# Table of facts, kind of entity, and where each field comes from.
_RULES: Final[dict[str, tuple[str, dict[str, Rule]]]] = {
    "locations": (
        "location",
        {
            **_same("name", "code"),
            "phones": lambda row: [{"number": _e164(row["phone"])}],
            "addresses": _address,
            "status": _active,
        },
    ),
    "providers": (
        "provider",
        {
            **_same("name", "initials", "role", "license_number"),
            **_ids(location="location_id"),
            "emails": _emails,
            "status": _active,
        },
    ),
    "clients": (
        "client",
        {
            **_same("first_name", "middle_name", "last_name", "company_name", "status_label"),
            **_same("discount_percent", "classification", "file_number", "entered_on"),
            **_same("do_not_email", "no_reminders"),
            **_ids(location="home_location_id"),
            **_money(balance="account_balance_cents"),
            "title": _fact("prefix"),
            "emails": _emails,
            "phones": _phones,
            "addresses": _address,
            "status": _active,
            "custom_fields": _custom,
        },
    ),
    "patients": (
        "patient",
        {
            **_same("name", "breed", "color", "weight", "weight_unit", "microchip"),
            **_same("suspend_reminders", "entered_at", "last_visit_at", "alert", "notes"),
            **_ids(client="client_id", provider="primary_provider_id", location="home_location_id"),
            "species": _lower("species"),
            "sex": lambda row: _SEX[row["gender"]],
            "altered": lambda row: _ALTERED[row["gender"]],
            "date_of_birth": _fact("born_on"),
            "date_of_death": _fact("died_on"),
            "deceased": lambda row: row["status"] == "Deceased",
            "status": _lower("status"),
            "raw_status": _fact("status"),
            "custom_fields": _custom,
        },
    ),
    "appointments": (
        "appointment",
        {
            **_same("duration_minutes", "visit_status", "notes"),
            **_ids(client="client_id", patient="patient_id", provider="provider_id"),
            **_ids(location="location_id", resource="column_id", type="type_id"),
            "category": _fixed("appointment"),
            "start_at": _fact("starts_at"),
            "end_at": _fact("ends_at"),
            "type_name": _fact("type_name"),
            "resource_name": _fact("column_name"),
            "reason_text": _fact("reason"),
            "confirmation_status": _fact("confirm_status"),
            "status": _appointment_status,
            "raw_status": _fact("visit_status"),
            "source_created_at": _fact("created_at"),
        },
    ),
    "board": (
        "treatment_board_entry",
        {
            **_same("problem", "resuscitate", "special_care", "department", "cage"),
            **_same("visit_status", "arrival_status", "arrived_at", "discharge_status"),
            **_same("stay_until"),
            **_ids(appointment="appointment_id", client="client_id", patient="patient_id"),
            **_ids(provider="provider_id", second_provider="second_provider_id"),
            **_ids(location="location_id"),
            "tasks": _tasks,
            "status": _lower("discharge_status"),
            "raw_status": _fact("discharge_status"),
        },
    ),
    "prescriptions": (
        "prescription",
        {
            **_same("number", "product", "strength", "quantity_per_fill", "unit", "directions"),
            **_same("refills_authorized", "refills_remaining", "note_to_pharmacy"),
            **_same("note_to_client", "written_at", "expires_on"),
            **_ids(client="client_id", patient="patient_id", appointment="appointment_id"),
            **_ids(provider="provider_id", renewed_from="renewed_from_id"),
            "controlled": _fact("is_controlled"),
            "status": _word("status", PendingApproval="pending_approval"),
            "raw_status": _fact("status"),
        },
    ),
    "requests": (
        "pharmacy_order",
        {
            **_same("product", "strength", "quantity", "shipping", "workflow_status"),
            **_same("decline_reason", "internal_note", "expires_on"),
            **_ids(client="client_id", patient="patient_id", prescription="prescription_id"),
            **dict.fromkeys(("number", "request_source_id", "shipped_at"), _fixed(None)),
            **dict.fromkeys(("carrier", "tracking_number", "total_minor"), _fixed(None)),
            "currency": _fixed("USD"),
            "category": _fixed("request"),
            "queue": _fact("group"),
            "placed_at": _fact("requested_at"),
            "status": _lower("state"),
            "raw_status": _fact("state"),
        },
    ),
    "orders": (
        "pharmacy_order",
        {
            **_same("number", "product", "quantity", "shipping", "placed_at", "shipped_at"),
            **_same("carrier", "tracking_number"),
            **_ids(client="client_id", patient="patient_id", prescription="prescription_id"),
            **_ids(request="request_id"),
            **_money(total="total_cents"),
            **dict.fromkeys(("strength", "queue", "workflow_status"), _fixed(None)),
            **dict.fromkeys(("decline_reason", "internal_note", "expires_on"), _fixed(None)),
            "category": _fixed("order"),
            "status": _word("status", OnHold="on_hold"),
            "raw_status": _fact("status"),
        },
    ),
    "invoices": (
        "invoice",
        {
            **_same("number", "issued_on", "memo"),
            **_ids(client="client_id", appointment="appointment_id", location="location_id"),
            **_money(subtotal="subtotal_cents", discount="discount_cents", tax="tax_cents"),
            **_money(total="total_cents", paid="paid_cents", balance="balance_cents"),
            "status": _lower("status"),
            "raw_status": _fact("status"),
        },
    ),
    "lines": (
        "invoice_line",
        {
            **_same("service_on", "code", "description", "quantity"),
            **_ids(invoice="invoice_id", patient="patient_id", provider="provider_id"),
            **_money(unit_price="unit_price_cents", amount="amount_cents"),
            **_money(discount="discount_cents", tax="tax_cents"),
        },
    ),
    "payments": (
        "payment",
        {
            **_same("paid_at", "settlement_status", "last_four", "reference"),
            **_ids(invoice="invoice_id", client="client_id"),
            **_money(amount="amount_cents"),
            "method": _word("kind", accountcredit="credit"),
            "status": _lower("status"),
            "raw_status": _fact("status"),
        },
    ),
}

EXPECTED_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    kind: tuple(sorted(rules)) for kind, rules in _RULES.values()
}
"""The fields of a record, by kind of entity."""

_PARTS: Final = {
    "emails": ("address",),
    "phones": ("kind", "number", "primary"),
    "addresses": ("line1", "city", "region", "postal_code"),
    "tasks": ("source_id", "treatment", "due_at", "status", "done_by", "note"),
}
_SHOWN: Final[dict[str, Callable[[Any], bool]]] = {
    "appointment": lambda row: getattr(row, "category", None) in {None, "appointment"},
    "treatment_board_entry": lambda row: getattr(row, "board", None) in {None, "treatment_board"},
    "payment": lambda row: row.raw_status is not None,
}
"""The rows of a kind that the screens read here show; other screens show the others."""
_PARTS_OF_PLACES: Final = {**_PARTS, "phones": ("number",)}


def expected_entities(facts: Facts) -> Entities:
    """The entities that facts lead to; tables without an entity of their own lead to none."""
    found: Entities = {}
    for table, rows in facts.items():
        if table not in _RULES:
            continue
        kind, rules = _RULES[table]
        records = found.setdefault(kind, {})
        for row in rows:
            records[str(row["id"])] = {field: rule(row) for field, rule in rules.items()}
    return found


def stored_entities(rows: Mapping[str, Iterable[object]]) -> Entities:
    """What a product holds, in the form of `expected_entities`.

    Args:
        rows: by kind of entity, objects with the fields of the entity as attributes; rows with a
            `removed_at` are gone.
    """
    return {
        kind: {
            str(row.source_id): {  # type: ignore[attr-defined]  # rows of any product
                field: _stored(kind, field, _said(row, field)) for field in EXPECTED_FIELDS[kind]
            }
            for row in found
            if getattr(row, "removed_at", None) is None and _is_shown(kind, row)
        }
        for kind, found in rows.items()
        if kind in EXPECTED_FIELDS
    }


def _is_shown(kind: str, row: object) -> bool:
    return kind not in _SHOWN or _SHOWN[kind](row)


def _said(row: object, field: str) -> object:
    """What the portal says on the screens read here.

    No screen shows what the product worked out where the portal says nothing, and a list of clients
    shows where they live, not where they work.
    """
    if field == "addresses":
        return [one for one in getattr(row, field) if one.get("kind") not in {"work", "mail"}]
    ours = field == "last_visit_at" and getattr(row, "last_visit_derived", None)
    return None if ours else getattr(row, field)


def _stored(kind: str, field: str, value: Any) -> object:  # noqa: ANN401 - a field of any type
    if isinstance(value, date | datetime):
        return value.isoformat()
    if field == "custom_fields":
        return {name: inner for name, inner in value.items() if inner is not None}
    parts = (_PARTS if kind in {"client", "treatment_board_entry"} else _PARTS_OF_PLACES).get(field)
    return [_part(one, parts) for one in value] if parts else value


def _part(one: Mapping[str, object], names: Iterable[str]) -> Record:
    return {
        name: value.lower() if name == "kind" and isinstance(value, str) else value
        for name, value in ((name, one.get(name)) for name in names)
    }


def difference(expected: Entities, found: Entities) -> list[str]:
    """Everything that differs, a line each; empty when both are the same."""
    return [
        line
        for kind in sorted(expected.keys() | found.keys())
        for line in _kind_difference(kind, expected.get(kind, {}), found.get(kind, {}))
    ]


def _kind_difference(
    kind: str, expected: dict[str, Record], found: dict[str, Record]
) -> Iterator[str]:
    for key in sorted(expected.keys() | found.keys()):
        if key not in found:
            yield f"{kind} {key}: missing"
        elif key not in expected:
            yield f"{kind} {key}: not expected"
        else:
            wanted, got = expected[key], found[key]
            for field in sorted(wanted.keys() | got.keys()):
                if wanted.get(field) != got.get(field):
                    yield f"{kind} {key}: {field}: {wanted.get(field)!r} became {got.get(field)!r}"
