"""What PostgreSQL needs so that a transaction means on it what it means on SQLite."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from sqlalchemy import URL, Connection, String, column, select, table, text
from sqlmodel import SQLModel

from automation.errors import Unready

_OLDEST: Final = 15
_CONNECTING: Final = 10
"""Seconds until a server counts as not reached."""
_SETTINGS: Final = (
    # as long as SQLite waits for another writer
    "-c lock_timeout=30s",
    # a process that stands still in the middle of a transaction would hold its locks for ever
    "-c idle_in_transaction_session_timeout=60s",
)
READING: Final[dict[str, Any]] = {
    "isolation_level": "REPEATABLE READ",
    "postgresql_readonly": True,
}
"""What makes a transaction one consistent view that writes nothing."""


def sort_by_bytes(connection: Connection) -> None:
    """Let all text of our tables sort by its bytes, as on SQLite, whatever language the server has.

    Done after migrations, so that each of them can say its columns without a thought of that.

    Args:
        connection: in a transaction that writes.
    """
    known = table(
        "columns",
        *map(column, ("table_schema", "table_name", "column_name", "data_type")),
        column("collation_name", String),
        schema="information_schema",
    ).c
    other = select(known.table_name, known.column_name, known.data_type).where(
        known.table_schema == text("current_schema()"),
        known.table_name.in_(list(SQLModel.metadata.tables)),
        known.data_type.in_(("character varying", "text")),
        known.collation_name.is_distinct_from("C"),
    )
    quote = connection.dialect.identifier_preparer.quote
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    for name, field, kind in connection.execute(other):
        wanted[name].append(f'ALTER COLUMN {quote(field)} TYPE {kind} COLLATE "C"')
    for name, changes in wanted.items():
        connection.execute(text(f"ALTER TABLE {quote(name)} {', '.join(changes)}"))


def connect_arguments(url: URL) -> dict[str, Any]:
    """What a connection is opened with beside its address; what the address says stands."""
    given = "".join(url.query.get("options", ""))
    arguments: dict[str, Any] = {
        "application_name": "vetportal",
        "client_encoding": "UTF8",
        "connect_timeout": _CONNECTING,
        # a machine that vanished is noticed in half a minute, also between two statements
        "tcp_user_timeout": 30_000,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
    }
    arguments = {name: value for name, value in arguments.items() if name not in url.query}
    return arguments | {"options": " ".join((*_SETTINGS, given)).strip()}


def check_server(connection: Connection, place: str) -> None:
    """See that a server can hold the tables.

    Args:
        connection: to it.
        place: the database, as the user knows it.

    Raises:
        Unready: it is too old, or the database does not hold every character.
    """
    version = connection.dialect.server_version_info or (0,)
    if int(version[0]) < _OLDEST:
        raise Unready(
            f"the server of {place} is PostgreSQL {'.'.join(map(str, version))}; {_OLDEST} is the "
            "oldest that is known to work",
            remedy="Bring the server to a newer version, or name another one.",
        )
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise Unready(
            f"the database {place} is encoded as {encoding} and does not hold every character",
            remedy="Make it anew: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0;",
        )
