"""Sessions that tokens open stand beside those of logins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "token_status",
        sa.Column("practice", sa.String(), sa.ForeignKey("practice.name"), primary_key=True),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("since", sa.String(33), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("lifetimes", JSON, nullable=False),
        sa.Column("alive", JSON, nullable=True),
        sa.Column("identity", JSON, nullable=True),
        sa.Column("http_stuck", JSON, nullable=True),
    )


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
