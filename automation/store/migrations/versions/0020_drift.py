"""Baselines, incidents with their history, and repairs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENT = sa.String(33)


def upgrade() -> None:
    op.create_table(
        "baseline",
        _practice(primary_key=True),
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("onlooker", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "incident",
        _practice(primary_key=True),
        sa.Column("fingerprint", sa.String(), primary_key=True),
        sa.Column("onlooker", sa.String(), primary_key=True),
        *_texts("portal", "name", "rule", "severity", "state"),
        sa.Column("latest_at", MOMENT, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
    )
    op.create_index("ix_incident_portal", "incident", ["portal"])
    op.create_table(
        "incident_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        _practice(primary_key=False),
        *_texts("fingerprint", "onlooker"),
        sa.Column("at", MOMENT, nullable=False),
        *_texts("what", "who"),
    )
    op.create_index("ix_incident_event_practice", "incident_event", ["practice"])
    op.create_table(
        "heal",
        sa.Column("id", sa.String(), primary_key=True),
        _practice(primary_key=False),
        *_texts("portal", "fingerprint", "state"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
    )
    op.create_index("ix_heal_practice", "heal", ["practice"])


def _practice(*, primary_key: bool) -> sa.Column[str]:
    """The practice that a row belongs to."""
    whose = sa.ForeignKey("practice.name")
    return sa.Column("practice", sa.String(), whose, primary_key=primary_key, nullable=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
