"""What is listed beside entities is found by an index, in the order in which it is shown."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_NEW: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "audit_entry": {
        "organization": ("organization", "at", "chain", "number"),
        "practice": ("practice", "at", "chain", "number"),
        "actor": ("organization", "actor", "at", "chain", "number"),
        "action": ("organization", "action", "at", "chain", "number"),
    },
    "change": {"practice": ("practice", "sequence"), "run": ("run", "sequence")},
    "prescription": {"renewed_from_id": ("practice", "renewed_from_id", "id")},
    "run": {"practice": ("practice", "started_at", "id")},
    "webhook_delivery": {
        "begun": ("endpoint", "begun_at", "id"),
        "state": ("endpoint", "state", "begun_at", "id"),
    },
}
_WIDER: Final = ("ix_change_practice", "ix_change_run", "ix_run_practice")
"""Indices that were there, on their first column only."""


def upgrade() -> None:
    op.drop_index("ix_audit_entry_at", table_name="audit_entry")
    for table, indices in _NEW.items():
        for name, columns in indices.items():
            index = f"ix_{table}_{name}"
            if index in _WIDER:
                op.drop_index(index, table_name=table)
            op.create_index(index, table, list(columns))


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
