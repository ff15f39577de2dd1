"""Organizations above practices, what a practice is allowed, and the switch that stops all writes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
MOMENT = sa.String(33)


def upgrade() -> None:
    organization = op.create_table(
        "organization",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("title", sa.String(), nullable=False),
    )
    op.bulk_insert(organization, [{"name": "default", "title": ""}])
    for column in (
        sa.Column("organization", sa.String(), nullable=False, server_default="default"),
        sa.Column("paused_since", MOMENT),
        sa.Column("paused_why", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Column("writes", JSON, nullable=False, server_default="[]"),
        sa.Column("authorised_by", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Column("authorised_at", MOMENT),
        sa.Column("proxy", sa.String()),
        sa.Column("ca_file", sa.String()),
        sa.Column("quiet_hours", JSON, nullable=False, server_default="[]"),
        sa.Column("pace", JSON),
    ):
        op.add_column("practice", column)
    op.create_index("ix_practice_organization", "practice", ["organization"])
    op.create_table(
        "write_stop",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
