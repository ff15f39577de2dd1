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
    at = MigrationContext.configure(connection).get_current_revision()
    if at is not None:
        refuse_newer(at, place)
    if at != ScriptDirectory(str(_SCRIPTS)).get_current_head():
        command.upgrade(config, "head")


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
