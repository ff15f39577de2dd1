"""Events, the endpoints that are told of them, and the rules that make writes of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _events()
    _webhooks()
    _rules()


def _practice(*, is_key: bool = False) -> sa.Column[str]:
    owner = sa.ForeignKey("practice.name")
    return sa.Column("practice", sa.String(), owner, primary_key=is_key, nullable=False)


def _events() -> None:
    op.create_table(
        "event",
        sa.Column("sequence", NUMBER, primary_key=True),
        sa.Column("id", sa.String(), nullable=False, unique=True),
        _practice(),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_practice", "event", ["practice"])
    op.create_index("ix_event_at", "event", ["at"])
    op.create_index("ix_event_pending", "event", ["pending", "sequence"])
    op.create_table(
        "relay_mark",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
    )
    # what changed before there were events raises none
    op.execute(
        "INSERT INTO relay_mark (name, sequence)"
        " SELECT 'changes', coalesce(max(sequence), 0) FROM change"
    )
    op.create_table(
        "first_reading",
        _practice(is_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
    )
    op.create_table(
        "standing_fact",
        _practice(is_key=True),
        sa.Column("type", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("entity", sa.String(), primary_key=True),
        sa.Column("at", sa.Double(), nullable=False),
    )


def _webhooks() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("organization", sa.String(), sa.ForeignKey("organization.name"), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("practices", sa.JSON(), nullable=False),
        sa.Column("locations", sa.JSON(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("reads", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.Double(), nullable=True),
        sa.Column("held_until", sa.Double(), nullable=True),
        sa.Column("previous_until", sa.Double(), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("secret_number", sa.Integer(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=True),
    )
    op.create_index("ix_webhook_endpoint_organization", "webhook_endpoint", ["organization"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("endpoint", sa.String(), sa.ForeignKey("webhook_endpoint.id"), nullable=False),
        sa.Column("event", sa.String(), sa.ForeignKey("event.id"), nullable=False),
        _practice(),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("begun_at", sa.Double(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.Column("log", sa.JSON(), nullable=False),
        sa.UniqueConstraint("endpoint", "event"),
    )
    op.create_index("ix_webhook_delivery_event", "webhook_delivery", ["event"])
    op.create_index("ix_webhook_delivery_due", "webhook_delivery", ["endpoint", "state", "next_at"])


def _rules() -> None:
    op.create_table(
        "rule",
        sa.Column("id", sa.String(), primary_key=True),
        _practice(),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("email", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
    )
    op.create_index("ix_rule_practice", "rule", ["practice"])
    op.create_table(
        "rule_action",
        sa.Column("rule", sa.String(), sa.ForeignKey("rule.id"), primary_key=True),
        sa.Column("event", sa.String(), sa.ForeignKey("event.id"), primary_key=True),
        _practice(),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("write", sa.String(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
    )
    op.create_index("ix_rule_action_event", "rule_action", ["event"])
    op.create_index("ix_rule_action_state", "rule_action", ["state"])


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
