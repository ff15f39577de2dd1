"""What is used up of the budgets that portals state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spent_call",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("budget", sa.String(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
