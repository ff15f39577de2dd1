"""How far back and ahead a practice is read, in place of what its portal says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    horizon = sa.Column("horizon", sa.JSON(none_as_null=True), nullable=False, server_default="[]")
    op.add_column("practice", horizon)


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
