"""Notices of portals that wait to be followed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.String(33)


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("practice", sa.String(), sa.ForeignKey("practice.name"), primary_key=True),
        sa.Column("topic", sa.String(), primary_key=True),
        sa.Column("record", sa.String(), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("latest_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("behind", sa.String(), nullable=True),
    )


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
