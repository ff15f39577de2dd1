"""The processes that do jobs, and the times at which jobs are due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "worker_heartbeat",
        sa.Column("executor", sa.String(), primary_key=True),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
    )
    op.create_table(
        "schedule",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("practice", sa.String(), sa.ForeignKey("practice.name"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("cron", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("jitter", sa.Double(), nullable=False),
        sa.Column("missed", sa.String(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("paused_at", sa.String(33), nullable=True),
        sa.Column("next_at", sa.String(33), nullable=False),
        sa.Column("last_at", sa.String(33), nullable=True),
        sa.Column("last_key", sa.String(), nullable=True),
    )


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
