"""Leases, where each session stands, and what logins ask of people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
MOMENT = sa.String(33)


def upgrade() -> None:
    op.create_table(
        "practice_lease",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
    )
    op.create_table(
        "session_status",
        sa.Column("practice", sa.String(), sa.ForeignKey("practice.name"), primary_key=True),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("lifetimes", JSON, nullable=False),
        sa.Column("alive", JSON),
        sa.Column("identity", JSON),
        sa.Column("http_stuck", JSON),
    )
    op.create_table(
        "challenge",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("practice", sa.String(), sa.ForeignKey("practice.name"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("answer", sa.LargeBinary()),
    )
    op.create_index("ix_challenge_practice", "challenge", ["practice"])


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
