"""The schema, brought to the newest version by the migrations beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from automation.errors import Unready
from automation.store.postgres import sort_by_bytes
from automation.store.turns import wait_for_turn

_SCRIPTS: Final = Path(__file__).with_name("migrations")


def migrate(connection: Connection, place: str) -> None:
    """Bring the schema of a database to the newest version, inside the caller's transaction.

    Args:
        connection: in a transaction that writes.
        place: the database, as the user knows it.

    Raises:
        Unready: the database was written by a newer version of this program.
    """
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    newest = ScriptDirectory(str(_SCRIPTS)).get_current_head()
    if _version(connection, place) == newest:
        return
    wait_for_turn(connection, "schema")
    if _version(connection, place) != newest:  # nobody else brought it there meanwhile
        command.upgrade(config, "head")
        if connection.dialect.name == "postgresql":
            sort_by_bytes(connection)


def _version(connection: Connection, place: str) -> str | None:
    at = MigrationContext.configure(connection).get_current_revision()
    if at is not None:
        refuse_newer(at, place)
    return at


def refuse_newer(at: str, place: str) -> None:
    """See that this program knows the version of a schema.

    Args:
        at: the version that the database names.
        place: the database, as the user knows it.

    Raises:
        Unready: the database was written by a newer version of this program.
    """
    scripts = ScriptDirectory(str(_SCRIPTS))
    if at not in {script.revision for script in scripts.walk_revisions()}:
        raise Unready(
            f"the database {place} was written by a newer vetportal (schema {at}; this one knows "
            f"up to {scripts.get_current_head()})",
            remedy="Install the newer version again, or name another database.",
        )
