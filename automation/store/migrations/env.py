"""What Alembic runs: the store hands over its connection, a developer names a scratch database.

A new migration is written by

    alembic -x database=sqlite:////tmp/scratch.db upgrade head
    alembic -x database=sqlite:////tmp/scratch.db revision --autogenerate --rev-id 0002 -m "why"
"""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, create_engine
from sqlmodel import AutoString, SQLModel

import automation.store.tables  # noqa: F401 - fills the metadata, as entities do
from automation import entities


def render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our column types without naming code that later versions may change."""
    if kind == "type" and isinstance(item, JSON):
        return "JSON"
    if kind == "type" and isinstance(item, (AutoString, entities.Moment)):
        length = "33" if isinstance(item, entities.Moment) else ""
        return f"sa.String({length})"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    with create_engine(context.get_x_argument(as_dictionary=True)["database"]).begin() as scratch:
        run(scratch)
