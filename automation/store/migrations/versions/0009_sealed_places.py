"""Places in lists are sealed. Those that stand there in the open are wiped: lists begin anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA secure_delete = ON")  # what is replaced would stay in free pages
    # no file has this digest: what was read up to such a place is not counted twice
    op.execute("UPDATE coverage SET digest = '' WHERE place IS NOT NULL")
    with op.batch_alter_table("coverage") as table:
        table.drop_column("place")
        table.add_column(sa.Column("place", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
