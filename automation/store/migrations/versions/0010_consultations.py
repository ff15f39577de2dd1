"""Seven more kinds of entities; a reference to the consultation where others point at a visit."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
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
    visit_tables()
    price_tables()
    stock_tables()


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")


def existing_tables() -> None:
    for table in ("document", "invoice", "lab_result", "prescription", "soap_note", "task"):
        for column in ("consultation_id", "consultation_source_id"):
            op.add_column(table, sa.Column(column, sa.String()))
    op.add_column("prescription", sa.Column("fills_authorized", sa.BigInteger()))
    op.add_column("prescription", sa.Column("last_filled_at", MOMENT))
    for table in ("appointment", "prescription"):
        # what is there already is about one patient; new rows say it themselves
        op.add_column(table, sa.Column("patients", JSON, nullable=False, server_default="[]"))
        with op.batch_alter_table(table) as changed:
            changed.alter_column("patients", server_default=None)


def visit_tables() -> None:
    entity(
        "consultation",
        reference="client patient appointment provider invoice",
        text=(
            "number category type_name reason_text ward history summary discharge_instructions "
            "notes"
        ),
        moment="admitted_at started_at finished_at ended_at",
        list="patients vitals diagnoses treatments",
        indexes="client_id patient_id",
    )
    entity(
        "imaging_referral",
        reference="client patient consultation medical_record appointment provider requester",
        text="number order_number modality region reason_text internal_notes report study_url",
        moment="requested_at",
        indexes="patient_id",
    )


def price_tables() -> None:
    entity("price_list", text="name code currency description")
    entity(
        "price",
        reference="price_list product",
        text="code name category currency",
        amount="price_minor price_with_tax_minor minimum_minor",
        day="starts_on ends_on",
        indexes="price_list_id product_id",
    )
    entity(
        "estimate",
        reference="client patient consultation appointment provider",
        text="number title currency notes",
        flag="finalized",
        amount="subtotal_minor tax_minor total_minor total_max_minor",
        day="issued_on expires_on",
        list="patients lines",
        indexes="client_id patient_id",
    )


def stock_tables() -> None:
    entity(
        "stock_batch",
        reference="product inventory_item supplier",
        text="number shelf unit",
        number="quantity",
        day="received_on expires_on",
        indexes="product_id expires_on",
    )
    entity(
        "home_delivery",
        reference="client patient invoice",
        text="number carrier notes",
        moment="ordered_at sent_at delivered_at",
        list="addresses lines",
        indexes="client_id",
    )
