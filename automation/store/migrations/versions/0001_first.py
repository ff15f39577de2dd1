"""The first tables: practices, what is sealed, runs, the change feed and eleven entities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
MOMENT = sa.String(33)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def entity(name: str, *own: sa.Column[object], indexes: tuple[str, ...] = ()) -> None:
    """A table with the columns that every entity has, and its own."""
    op.create_table(
        name,
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("practice", sa.String(), sa.ForeignKey("practice.name"), nullable=False),
        sa.Column("location_id", sa.String()),
        sa.Column("location_source_id", sa.String()),
        sa.Column("source_system", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("source_url", sa.String()),
        sa.Column("source_created_at", MOMENT),
        sa.Column("source_updated_at", MOMENT),
        sa.Column("status", sa.String()),
        sa.Column("raw_status", sa.String()),
        sa.Column("custom_fields", JSON, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT),
        *own,
    )
    op.create_index(f"ix_{name}_practice", name, ["practice", "id"])
    for column in indexes:
        op.create_index(f"ix_{name}_{column}", name, [column])


def upgrade() -> None:
    tables()
    entities()


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")


def tables() -> None:
    op.create_table(
        "practice",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("base_url", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("loopback", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "sealed_value",
        sa.Column("practice", sa.String(), sa.ForeignKey("practice.name"), primary_key=True),
        sa.Column("field", sa.String(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "totp_memory",
        sa.Column("credential", sa.String(), primary_key=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("practice", sa.String(), sa.ForeignKey("practice.name"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("outcome", sa.String()),
        sa.Column("counts", JSON, nullable=False),
    )
    op.create_index("ix_run_practice", "run", ["practice"])
    op.create_table(
        "sighting",
        sa.Column("run", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("id", sa.String(), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "change",
        sa.Column("sequence", SEQUENCE, primary_key=True),
        sa.Column("practice", sa.String(), sa.ForeignKey("practice.name"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_change_practice", "change", ["practice"])
    op.create_index("ix_change_run", "change", ["run"])


def entities() -> None:
    entity(
        "location",
        sa.Column("name", sa.String()),
        sa.Column("code", sa.String()),
        sa.Column("phones", JSON, nullable=False),
        sa.Column("emails", JSON, nullable=False),
        sa.Column("addresses", JSON, nullable=False),
        sa.Column("timezone", sa.String()),
    )
    entity(
        "provider",
        sa.Column("name", sa.String()),
        sa.Column("first_name", sa.String()),
        sa.Column("last_name", sa.String()),
        sa.Column("initials", sa.String()),
        sa.Column("role", sa.String()),
        sa.Column("license_number", sa.String()),
        sa.Column("emails", JSON, nullable=False),
        sa.Column("phones", JSON, nullable=False),
    )
    entity(
        "client",
        sa.Column("name", sa.String()),
        sa.Column("title", sa.String()),
        sa.Column("first_name", sa.String()),
        sa.Column("middle_name", sa.String()),
        sa.Column("last_name", sa.String()),
        sa.Column("company_name", sa.String()),
        sa.Column("emails", JSON, nullable=False),
        sa.Column("phones", JSON, nullable=False),
        sa.Column("addresses", JSON, nullable=False),
        sa.Column("do_not_email", sa.Boolean()),
        sa.Column("no_reminders", sa.Boolean()),
        sa.Column("status_label", sa.String()),
        sa.Column("discount_percent", sa.Float()),
        sa.Column("classification", sa.String()),
        sa.Column("file_number", sa.String()),
        sa.Column("balance_minor", sa.BigInteger()),
        sa.Column("currency", sa.String()),
        sa.Column("entered_on", sa.Date()),
        sa.Column("first_visit_on", sa.Date()),
        sa.Column("last_visit_on", sa.Date()),
        sa.Column("provider_id", sa.String()),
        sa.Column("provider_source_id", sa.String()),
        sa.Column("alert", sa.String()),
        sa.Column("notes", sa.String()),
    )
    entity(
        "patient",
        sa.Column("name", sa.String()),
        sa.Column("client_id", sa.String()),
        sa.Column("client_source_id", sa.String()),
        sa.Column("species", sa.String()),
        sa.Column("breed", sa.String()),
        sa.Column("color", sa.String()),
        sa.Column("markings", sa.String()),
        sa.Column("sex", sa.String()),
        sa.Column("altered", sa.Boolean()),
        sa.Column("date_of_birth", sa.Date()),
        sa.Column("date_of_death", sa.Date()),
        sa.Column("deceased", sa.Boolean()),
        sa.Column("weight", sa.Float()),
        sa.Column("weight_unit", sa.String()),
        sa.Column("microchip", sa.String()),
        sa.Column("allergies", sa.String()),
        sa.Column("suspend_reminders", sa.Boolean()),
        sa.Column("provider_id", sa.String()),
        sa.Column("provider_source_id", sa.String()),
        sa.Column("entered_at", MOMENT),
        sa.Column("first_visit_at", MOMENT),
        sa.Column("last_visit_at", MOMENT),
        sa.Column("alert", sa.String()),
        sa.Column("notes", sa.String()),
        indexes=("client_id",),
    )
    entity(
        "appointment",
        sa.Column("category", sa.String()),
        sa.Column("start_at", MOMENT),
        sa.Column("end_at", MOMENT),
        sa.Column("duration_minutes", sa.BigInteger()),
        sa.Column("timezone", sa.String()),
        sa.Column("client_id", sa.String()),
        sa.Column("client_source_id", sa.String()),
        sa.Column("patient_id", sa.String()),
        sa.Column("patient_source_id", sa.String()),
        sa.Column("provider_id", sa.String()),
        sa.Column("provider_source_id", sa.String()),
        sa.Column("resource", sa.String()),
        sa.Column("resource_source_id", sa.String()),
        sa.Column("type", sa.String()),
        sa.Column("type_source_id", sa.String()),
        sa.Column("reason", sa.String()),
        sa.Column("visit_status", sa.String()),
        sa.Column("confirmation_status", sa.String()),
        sa.Column("notes", sa.String()),
        indexes=("client_id", "patient_id", "start_at",),
    )
    entity(
        "treatment_board_entry",
        sa.Column("appointment_id", sa.String()),
        sa.Column("appointment_source_id", sa.String()),
        sa.Column("client_id", sa.String()),
        sa.Column("client_source_id", sa.String()),
        sa.Column("patient_id", sa.String()),
        sa.Column("patient_source_id", sa.String()),
        sa.Column("provider_id", sa.String()),
        sa.Column("provider_source_id", sa.String()),
        sa.Column("second_provider_id", sa.String()),
        sa.Column("second_provider_source_id", sa.String()),
        sa.Column("problem", sa.String()),
        sa.Column("resuscitate", sa.String()),
        sa.Column("special_care", sa.String()),
        sa.Column("department", sa.String()),
        sa.Column("cage", sa.String()),
        sa.Column("visit_status", sa.String()),
        sa.Column("arrival_status", sa.String()),
        sa.Column("arrived_at", MOMENT),
        sa.Column("discharge_status", sa.String()),
        sa.Column("stay_until", MOMENT),
        sa.Column("tasks", JSON, nullable=False),
        indexes=("patient_id",),
    )
    entity(
        "prescription",
        sa.Column("number", sa.String()),
        sa.Column("client_id", sa.String()),
        sa.Column("client_source_id", sa.String()),
        sa.Column("patient_id", sa.String()),
        sa.Column("patient_source_id", sa.String()),
        sa.Column("appointment_id", sa.String()),
        sa.Column("appointment_source_id", sa.String()),
        sa.Column("provider_id", sa.String()),
        sa.Column("provider_source_id", sa.String()),
        sa.Column("product", sa.String()),
        sa.Column("strength", sa.String()),
        sa.Column("quantity_per_fill", sa.Float()),
        sa.Column("unit", sa.String()),
        sa.Column("refills_authorized", sa.BigInteger()),
        sa.Column("refills_remaining", sa.BigInteger()),
        sa.Column("directions", sa.String()),
        sa.Column("note_to_pharmacy", sa.String()),
        sa.Column("note_to_client", sa.String()),
        sa.Column("controlled", sa.Boolean()),
        sa.Column("decline_reason", sa.String()),
        sa.Column("written_at", MOMENT),
        sa.Column("expires_on", sa.Date()),
        sa.Column("renewed_from_id", sa.String()),
        sa.Column("renewed_from_source_id", sa.String()),
        indexes=("patient_id",),
    )
    entity(
        "pharmacy_order",
        sa.Column("category", sa.String()),
        sa.Column("number", sa.String()),
        sa.Column("prescription_id", sa.String()),
        sa.Column("prescription_source_id", sa.String()),
        sa.Column("request_id", sa.String()),
        sa.Column("request_source_id", sa.String()),
        sa.Column("client_id", sa.String()),
        sa.Column("client_source_id", sa.String()),
        sa.Column("patient_id", sa.String()),
        sa.Column("patient_source_id", sa.String()),
        sa.Column("product", sa.String()),
        sa.Column("strength", sa.String()),
        sa.Column("quantity", sa.Float()),
        sa.Column("shipping", sa.String()),
        sa.Column("queue", sa.String()),
        sa.Column("workflow_status", sa.String()),
        sa.Column("decline_reason", sa.String()),
        sa.Column("internal_note", sa.String()),
        sa.Column("placed_at", MOMENT),
        sa.Column("expires_on", sa.Date()),
        sa.Column("shipped_at", MOMENT),
        sa.Column("delivered_at", MOMENT),
        sa.Column("carrier", sa.String()),
        sa.Column("tracking_number", sa.String()),
        sa.Column("total_minor", sa.BigInteger()),
        sa.Column("currency", sa.String()),
        indexes=("prescription_id",),
    )
    entity(
        "invoice",
        sa.Column("number", sa.String()),
        sa.Column("client_id", sa.String()),
        sa.Column("client_source_id", sa.String()),
        sa.Column("appointment_id", sa.String()),
        sa.Column("appointment_source_id", sa.String()),
        sa.Column("issued_on", sa.Date()),
        sa.Column("due_on", sa.Date()),
        sa.Column("currency", sa.String()),
        sa.Column("subtotal_minor", sa.BigInteger()),
        sa.Column("discount_minor", sa.BigInteger()),
        sa.Column("tax_minor", sa.BigInteger()),
        sa.Column("total_minor", sa.BigInteger()),
        sa.Column("paid_minor", sa.BigInteger()),
        sa.Column("balance_minor", sa.BigInteger()),
        sa.Column("memo", sa.String()),
        indexes=("client_id",),
    )
    entity(
        "invoice_line",
        sa.Column("invoice_id", sa.String()),
        sa.Column("invoice_source_id", sa.String()),
        sa.Column("patient_id", sa.String()),
        sa.Column("patient_source_id", sa.String()),
        sa.Column("provider_id", sa.String()),
        sa.Column("provider_source_id", sa.String()),
        sa.Column("position", sa.BigInteger()),
        sa.Column("service_on", sa.Date()),
        sa.Column("code", sa.String()),
        sa.Column("description", sa.String()),
        sa.Column("quantity", sa.Float()),
        sa.Column("currency", sa.String()),
        sa.Column("unit_price_minor", sa.BigInteger()),
        sa.Column("amount_minor", sa.BigInteger()),
        sa.Column("discount_minor", sa.BigInteger()),
        sa.Column("tax_minor", sa.BigInteger()),
        sa.Column("total_minor", sa.BigInteger()),
        indexes=("invoice_id",),
    )
    entity(
        "payment",
        sa.Column("invoice_id", sa.String()),
        sa.Column("invoice_source_id", sa.String()),
        sa.Column("client_id", sa.String()),
        sa.Column("client_source_id", sa.String()),
        sa.Column("paid_at", MOMENT),
        sa.Column("method", sa.String()),
        sa.Column("amount_minor", sa.BigInteger()),
        sa.Column("currency", sa.String()),
        sa.Column("settlement_status", sa.String()),
        sa.Column("last_four", sa.String()),
        sa.Column("reference", sa.String()),
        indexes=("client_id", "invoice_id",),
    )