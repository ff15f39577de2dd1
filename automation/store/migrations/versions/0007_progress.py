"""How far each endpoint was read, and the calls that are made for single items."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "coverage",
        sa.Column("practice", sa.String(), sa.ForeignKey("practice.name"), primary_key=True),
        sa.Column("endpoint", sa.String(), primary_key=True),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("place", JSON),
    )
    op.create_table(
        "errand",
        sa.Column("practice", sa.String(), sa.ForeignKey("practice.name"), primary_key=True),
        sa.Column("endpoint", sa.String(), primary_key=True),
        sa.Column("mark", sa.String(), primary_key=True),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("read", sa.String()),
        sa.Column("done", sa.String()),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
