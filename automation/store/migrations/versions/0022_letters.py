"""Who is told of drift, and what they are told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recipient",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("organization", sa.String(), sa.ForeignKey("organization.name"), nullable=False),
        sa.Column("practices", sa.JSON(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        *_texts("address", "service", "timezone"),
        sa.Column("quiet_hours", sa.JSON(), nullable=False),
        sa.Column("wakes", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        *_texts("created_by"),
        sa.Column("url", sa.LargeBinary(), nullable=True),
    )
    op.create_index("ix_recipient_organization", "recipient", ["organization"])
    op.create_table(
        "letter",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("recipient", sa.String(), sa.ForeignKey("recipient.id"), nullable=False),
        *_texts("portal", "fingerprint"),
        sa.Column("episode", sa.Integer(), nullable=False),
        *_texts("kind", "state"),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
    )
    op.create_index("ix_letter_due", "letter", ["state", "next_at"])
    op.create_index("ix_letter_finding", "letter", ["recipient", "fingerprint"])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
