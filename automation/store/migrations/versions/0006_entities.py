"""Twenty more kinds of entities; a reference where appointments had a name only."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
MOMENT = sa.String(33)
TYPES: dict[str, Any] = {
    "amount": sa.BigInteger(),
    "day": sa.Date(),
    "flag": sa.Boolean(),
    "list": JSON,
    "moment": MOMENT,
    "number": sa.Float(),
    "reference": sa.String(),
    "text": sa.String(),
    "whole": sa.BigInteger(),
}


def entity(name: str, *, indexes: str = "", **own: str) -> None:
    """A table with the columns that every entity has, and its own: names by what they hold."""
    columns = [
        sa.Column(column, TYPES[kind], nullable=kind != "list")
        for kind, names in own.items()
        for each in names.split()
        for column in ((f"{each}_id", f"{each}_source_id") if kind == "reference" else (each,))
    ]
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
        *columns,
    )
    op.create_index(f"ix_{name}_practice", name, ["practice", "id"])
    for column in indexes.split():
        op.create_index(f"ix_{name}_{column}", name, [column])


def upgrade() -> None:
    existing_tables()
    practice_tables()
    clinical_tables()
    client_tables()
    money_tables()


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")


def existing_tables() -> None:
    renamed = {"resource": "resource_name", "type": "type_name", "reason": "reason_text"}
    for old, new in renamed.items():
        op.alter_column("appointment", old, new_column_name=new)
    more = {
        "appointment": "resource_id type_id reason_id reason_source_id",
        "payment": "settlement_id settlement_source_id",
        "treatment_board_entry": "board technicians",
    }
    for table, names in more.items():
        for name in names.split():
            op.add_column(table, sa.Column(name, sa.String()))
    op.add_column("patient", sa.Column("last_visit_derived", sa.Boolean()))
    op.create_index("ix_payment_settlement_id", "payment", ["settlement_id"])


def practice_tables() -> None:
    entity(
        "supplier",
        text="name code account_number contact_name website notes",
        list="emails phones addresses",
    )
    entity(
        "resource",
        reference="provider",
        text="category name code color",
        whole="position",
        flag="bookable_online",
    )
    entity(
        "appointment_type",
        text="name code color currency description",
        whole="duration_minutes",
        amount="deposit_minor",
        flag="bookable_online sends_reminders",
    )
    entity(
        "reason",
        reference="type",
        text="name code group_name",
        whole="duration_minutes",
        flag="bookable_online",
    )
    entity(
        "product",
        reference="supplier",
        text=(
            "category group_name code name description manufacturer strength form unit barcode "
            "national_code currency directions"
        ),
        number="tax_percent",
        amount="price_minor cost_minor",
        flag="controlled prescription_required taxable",
    )
    entity(
        "inventory_item",
        reference="product supplier",
        text="code name group_name manufacturer unit shelf currency",
        number="on_hand reserved on_order reorder_level reorder_quantity",
        amount="cost_minor price_minor",
        flag="controlled",
        day="expires_on counted_on",
        list="lots",
        indexes="product_id",
    )
    entity(
        "purchase_order",
        reference="supplier",
        text="number reference ordered_by currency notes",
        amount="subtotal_minor tax_minor shipping_minor total_minor",
        day="expected_on",
        moment="ordered_at received_at",
        list="lines",
        indexes="supplier_id",
    )


def clinical_tables() -> None:
    entity(
        "medical_record",
        reference="client patient appointment provider invoice",
        text=(
            "number type_name reason_text weight_unit history summary discharge_instructions notes"
        ),
        number="weight",
        moment="started_at ended_at locked_at",
        list="vitals diagnoses treatments",
        indexes="patient_id",
    )
    entity(
        "soap_note",
        reference="client patient medical_record appointment provider author",
        text=(
            "author_name category type_name origin title subjective objective assessment plan body"
        ),
        moment="written_at locked_at",
        list="addenda",
        indexes="medical_record_id patient_id",
    )
    entity(
        "lab_result",
        reference="client patient medical_record appointment provider",
        text="number category panel code lab specimen reviewed_by interpretation notes",
        flag="abnormal",
        moment="ordered_at collected_at resulted_at reviewed_at",
        list="analytes",
        indexes="patient_id",
    )
    entity(
        "document",
        reference=(
            "client patient medical_record lab_result appointment communication form_submission"
        ),
        text="category title file_name content_type content_path checksum author_name description",
        amount="size_bytes",
        moment="taken_at",
        indexes="patient_id",
    )
    entity(
        "task",
        reference=(
            "client patient appointment medical_record treatment_board_entry assignee product"
        ),
        text="category type_name title assignee_name priority frequency done_by outcome notes",
        number="quantity",
        flag="billable",
        moment="due_at done_at",
        indexes="due_at patient_id",
    )
    entity(
        "refill",
        reference="prescription pharmacy_order client patient provider",
        text="number product unit filled_by decline_reason notes",
        whole="position refills_remaining",
        number="quantity",
        moment="requested_at filled_at",
        indexes="prescription_id",
    )


def client_tables() -> None:
    entity(
        "communication",
        reference="client patient appointment author",
        text="direction channel thread author_name sender recipient subject body failure",
        moment="sent_at delivered_at read_at",
        list="media",
        indexes="client_id sent_at",
    )
    entity(
        "reminder",
        reference="client patient appointment provider product",
        text="category type_name code channel suppressed_why body",
        whole="times_sent repeat_days",
        day="due_on satisfied_on",
        moment="planned_at sent_at",
        indexes="patient_id",
    )
    entity(
        "form_submission",
        reference="client patient appointment medical_record",
        text="form form_code",
        moment="sent_at opened_at completed_at expires_at attached_at",
        list="answers",
        indexes="patient_id",
    )


def money_tables() -> None:
    entity(
        "deposit",
        reference="client patient appointment payment invoice",
        text="category method currency last_four reference notes",
        amount="amount_minor remaining_minor",
        moment="taken_at applied_at",
        indexes="client_id",
    )
    entity(
        "settlement",
        reference="payment",
        text="batch processor currency notes",
        whole="payment_count",
        amount="expected_minor actual_minor difference_minor fee_minor",
        moment="opened_at closed_at settled_at",
        list="payments",
    )
    entity(
        "care_plan",
        reference="client patient provider",
        text="name code cancel_reason billing currency notes",
        number="discount_percent",
        amount="price_minor enrollment_fee_minor settlement_minor",
        day="starts_on ends_on renews_on",
        moment="enrolled_at suspended_at cancelled_at",
        list="services",
        indexes="patient_id",
    )
    entity(
        "care_plan_charge",
        reference="care_plan client patient invoice payment",
        text="currency failure",
        whole="position attempts",
        amount="amount_minor",
        day="due_on",
        moment="charged_at",
        indexes="care_plan_id",
    )
