"""Lists by every field that they are chosen by, and the terms that people look for."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_BEFORE: Final[dict[str, tuple[str, ...]]] = {
    "patient": ("client_id",),
    "appointment": ("start_at", "client_id", "patient_id"),
    "treatment_board_entry": ("patient_id",),
    "consultation": ("client_id", "patient_id"),
    "medical_record": ("patient_id",),
    "soap_note": ("patient_id", "medical_record_id"),
    "lab_result": ("patient_id",),
    "imaging_referral": ("patient_id",),
    "document": ("patient_id",),
    "task": ("patient_id", "due_at"),
    "prescription": ("patient_id",),
    "refill": ("prescription_id",),
    "pharmacy_order": ("prescription_id",),
    "home_delivery": ("client_id",),
    "communication": ("client_id", "sent_at"),
    "reminder": ("patient_id",),
    "form_submission": ("patient_id",),
    "price": ("price_list_id", "product_id"),
    "inventory_item": ("product_id",),
    "stock_batch": ("product_id", "expires_on"),
    "purchase_order": ("supplier_id",),
    "estimate": ("client_id", "patient_id"),
    "invoice": ("client_id",),
    "invoice_line": ("invoice_id",),
    "payment": ("invoice_id", "client_id", "settlement_id"),
    "deposit": ("client_id",),
    "care_plan": ("patient_id",),
    "care_plan_charge": ("care_plan_id",),
}
_ALL: Final = ("changed_at", "source_id", "location_id", "status")
_NOW: Final[dict[str, tuple[str, ...]]] = {
    "location": (),
    "provider": (),
    "supplier": (),
    "resource": ("provider_id",),
    "appointment_type": (),
    "reason": (),
    "client": ("last_visit_on",),
    "patient": ("client_id", "species", "last_visit_at"),
    "appointment": ("client_id", "patient_id", "provider_id", "resource_id", "category", "start_at"),
    "treatment_board_entry": ("client_id", "patient_id", "provider_id", "appointment_id", "arrived_at"),
    "consultation": ("client_id", "patient_id", "provider_id", "appointment_id", "started_at"),
    "medical_record": ("client_id", "patient_id", "provider_id", "started_at"),
    "soap_note": ("patient_id", "consultation_id", "medical_record_id", "written_at"),
    "lab_result": ("patient_id", "consultation_id", "medical_record_id", "resulted_at"),
    "imaging_referral": ("patient_id", "consultation_id", "medical_record_id", "requested_at"),
    "document": ("client_id", "patient_id", "consultation_id", "medical_record_id", "taken_at"),
    "task": ("patient_id", "assignee_id", "due_at"),
    "prescription": ("client_id", "patient_id", "provider_id", "consultation_id", "written_at", "expires_on"),
    "refill": ("prescription_id", "patient_id", "requested_at"),
    "pharmacy_order": ("prescription_id", "patient_id", "placed_at"),
    "home_delivery": ("client_id", "patient_id", "invoice_id", "ordered_at"),
    "communication": ("client_id", "patient_id", "sent_at"),
    "reminder": ("client_id", "patient_id", "due_on"),
    "form_submission": ("client_id", "patient_id", "sent_at"),
    "product": ("supplier_id",),
    "price_list": (),
    "price": ("price_list_id", "product_id"),
    "inventory_item": ("product_id", "supplier_id", "expires_on"),
    "stock_batch": ("product_id", "inventory_item_id", "expires_on"),
    "purchase_order": ("supplier_id", "ordered_at"),
    "estimate": ("client_id", "patient_id", "consultation_id", "issued_on"),
    "invoice": ("client_id", "consultation_id", "appointment_id", "issued_on", "due_on"),
    "invoice_line": ("invoice_id", "patient_id", "service_on"),
    "payment": ("client_id", "invoice_id", "settlement_id", "paid_at"),
    "deposit": ("client_id", "appointment_id", "invoice_id", "taken_at"),
    "settlement": ("settled_at",),
    "care_plan": ("client_id", "patient_id", "renews_on"),
    "care_plan_charge": ("client_id", "care_plan_id", "invoice_id", "due_on"),
}


def upgrade() -> None:
    for table, fields in _BEFORE.items():
        for field in fields:
            op.drop_index(f"ix_{table}_{field}", table_name=table)
    for table, fields in _NOW.items():
        for field in (*_ALL, *fields):
            op.create_index(f"ix_{table}_{field}", table, ["practice", field, "id"])
    terms = op.create_table(
        "search_term",
        sa.Column("practice", sa.String(), sa.ForeignKey("practice.name"), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("term", sa.String(), primary_key=True),
        sa.Column("id", sa.String(), primary_key=True),
    )
    op.create_index("ix_search_term_id", "search_term", ["id"])
    _fill(terms)


def _fill(terms: sa.Table) -> None:
    """What was read before is found, too."""
    connection = op.get_bind()
    texts = {
        "client": ("name", "first_name", "last_name", "company_name"),
        "patient": ("name", "microchip"),
    }
    for kind, fields in texts.items():
        more = ("phones", "emails") if kind == "client" else ()
        columns = ", ".join(("id", "practice", *fields, *more))
        page = sa.text(
            f"SELECT {columns} FROM {kind} WHERE id > :after ORDER BY id LIMIT 500"  # noqa: S608 - names of ours
        )
        after = ""
        while rows := connection.execute(page, {"after": after}).mappings().all():
            after = rows[-1]["id"]
            found = [
                {"practice": row["practice"], "kind": kind, "term": term, "id": row["id"]}
                for row in rows
                for term in sorted(_terms(row, fields))
            ]
            if found:
                connection.execute(sa.insert(terms), found)


def _terms(row: Any, fields: tuple[str, ...]) -> set[str]:  # noqa: ANN401 - a row of any columns
    found = {word for field in fields for word in _words(row[field] or "")}
    for phone in _elements(row.get("phones")):
        if number := phone.get("number"):
            found.add("tel:" + re.sub(r"\D", "", number)[::-1][:64])
    for email in _elements(row.get("emails")):
        if address := email.get("address"):
            found.add("mail:" + address.strip().casefold()[:64])
    return found


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return [word[:64] for word in re.findall(r"\w+", bare)]


def _elements(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a text, or read already
    return (json.loads(value) if isinstance(value, str) else value) or []


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
