"""Leases, the state of each session, and challenges."""

from __future__ import annotations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by the change that needs it."""


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
