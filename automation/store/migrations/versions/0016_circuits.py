"""What is left alone for a while because the portal did not answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "circuit",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("practice", sa.String(), sa.ForeignKey("practice.name"), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("open_until", sa.Double(), nullable=False),
        sa.Column("probing", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
    )
    op.create_index("ix_circuit_portal", "circuit", ["portal"])


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
