"""Tokens and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
MOMENT = sa.String(33)

SQLITE = (
    *(
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
        for table, event in (
            ("audit_entry", "UPDATE"),
            ("audit_entry", "DELETE"),
            ("audit_seal", "UPDATE"),
            ("audit_seal", "DELETE"),
            ("audit_head", "DELETE"),
            ("audit_key", "DELETE"),
        )
    ),
    # INSERT OR REPLACE deletes without asking the triggers of DELETE
    "CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry WHEN EXISTS "
    "(SELECT 1 FROM audit_entry WHERE chain = NEW.chain AND number = NEW.number) "
    "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END",
    "CREATE TRIGGER audit_seal_no_replace BEFORE INSERT ON audit_seal WHEN EXISTS "
    "(SELECT 1 FROM audit_seal WHERE number = NEW.number) "
    "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END",
    "CREATE TRIGGER audit_head_no_return BEFORE UPDATE ON audit_head WHEN NEW.seals <= OLD.seals "
    "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION audit_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$",
    *(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION audit_log_only_grows()"
        for table in ("audit_entry", "audit_seal")
    ),
    *(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION audit_log_only_grows()"
        for table in ("audit_head", "audit_key")
    ),
    *(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows()"
        for table in ("audit_entry", "audit_seal", "audit_head", "audit_key")
    ),
    "CREATE TRIGGER audit_head_no_return BEFORE UPDATE ON audit_head FOR EACH ROW "
    "WHEN (NEW.seals <= OLD.seals) EXECUTE FUNCTION audit_log_only_grows()",
)


def upgrade() -> None:
    log()
    for statement in POSTGRESQL if op.get_context().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)
    tokens()


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")


def log() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("chain", sa.String(), primary_key=True),
        sa.Column("number", sa.BigInteger(), primary_key=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("entry_mac", sa.String(), nullable=False),
        sa.Column("follows", sa.String(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
    )
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("seals", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
    )
    op.create_table(
        "audit_key",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
    )
    op.bulk_insert(head, [{"id": 1, "seals": 0, "chain": "", "mac": ""}])


def tokens() -> None:
    op.create_table(
        "api_token",
        sa.Column("prefix", sa.String(), primary_key=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("practices", JSON, nullable=False),
        sa.Column("locations", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("last_used_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
    )
    op.create_index("ix_api_token_organization", "api_token", ["organization"])
