"""Faults of the database in words that say what to do."""

from __future__ import annotations

import sqlite3
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from automation.errors import DatabaseAway, Unready

FAULTS: Final = (DBAPIError, NoneFree, sqlite3.Error, psycopg.Error)
"""What a database fails by, as SQLAlchemy and the drivers raise it."""

_Told = tuple[type[Unready | DatabaseAway], str, str]

_KEPT: Final = "what was written before is kept."
_FULL: Final[_Told] = (Unready, "the disk is full", f"Free some space, then run again; {_KEPT}")
_DISK: Final[_Told] = (
    Unready,
    "the disk refuses to read or write",
    f"Check the disk and its free space, then run again; {_KEPT}",
)
_CLOSED: Final[_Told] = (
    Unready,
    "it cannot be opened",
    "Correct the permissions of file and folder.",
)
_BUSY: Final[_Told] = (
    DatabaseAway,
    "another program keeps it locked",
    "Stop the other program, then run again.",
)
_DAMAGED: Final[_Told] = (
    Unready,
    "it is damaged",
    "Put a copy back, or move the file away and sync again.",
)
_AWAY: Final[_Told] = (
    DatabaseAway,
    "the connection was lost",
    f"See that the server runs, then run again; {_KEPT}",
)
_CROWDED: Final[_Told] = (
    DatabaseAway,
    "it takes no more connections",
    "Raise max_connections of the server, or run fewer workers.",
)

_SQLITE: Final[dict[str, _Told]] = {
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR": _DISK,
    "SQLITE_READONLY": (
        Unready,
        "it may not be written",
        "Correct the permissions of file and folder.",
    ),
    "SQLITE_CANTOPEN": _CLOSED,
    "SQLITE_PERM": _CLOSED,
    "SQLITE_NOTADB": (Unready, "it is no database", "Move that file away, or name another one."),
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
}
"""By the start of the name that SQLite gives an error."""

_SQLSTATE: Final[dict[str, _Told]] = {
    "25006": (
        Unready,
        "it may only be read",
        "Name the primary server: this one is a standby, or set to read only.",
    ),
    "42501": (
        Unready,
        "this user may not do what is needed in it",
        "Let the user own the database (ALTER DATABASE ... OWNER TO ...): it makes tables.",
    ),
    "53100": _FULL,
    "53300": _CROWDED,
    "58": _DISK,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
    "08": _AWAY,
    "25P03": _AWAY,  # our transaction stood still for too long
    "57P": _AWAY,
    "53": (DatabaseAway, "the server runs short of memory", f"Give it more; {_KEPT}"),
    "40": _BUSY,
    "55P03": _BUSY,
    "57014": _BUSY,
}
"""By the start of the code of the SQL standard that PostgreSQL gives an error."""

_CONNECTING: Final[dict[str, _Told]] = {
    "password": (
        Unready,
        "user name or password is not accepted",
        "Correct them in VETPORTAL_DATABASE_URL; signs such as @ and / are written %40 and %2F.",
    ),
    "does not exist": (
        Unready,
        "there is no such database, or no such user",
        "Make them first (CREATE ROLE ... LOGIN PASSWORD ...; CREATE DATABASE ... OWNER ...).",
    ),
    "pg_hba.conf": (
        Unready,
        "the server lets nobody in from here, or not this way",
        "Add a line for this machine, user and database to its pg_hba.conf.",
    ),
    "permission denied": (
        Unready,
        "this user may not connect to it",
        "GRANT CONNECT ON DATABASE ... TO ...;",
    ),
    "SSL": (
        Unready,
        "the server and VETPORTAL_DATABASE_URL do not agree on encryption",
        "Set sslmode in the address to what the server offers, and sslrootcert to its authority.",
    ),
    "certificate": (
        Unready,
        "the certificate of the server is not trusted",
        "Name the authority of the server in the address: ?sslmode=verify-full&sslrootcert=FILE.",
    ),
    "too many clients": _CROWDED,
    "connection slots": _CROWDED,
    "resolve host": (
        DatabaseAway,
        "the name of its server is not known",
        "Correct the host in VETPORTAL_DATABASE_URL, or wait until names resolve again.",
    ),
}
"""By what libpq or the server says where a connection fails, which has no code."""

_UNREACHED: Final[_Told] = (
    DatabaseAway,
    "its server cannot be reached, or does not take connections now",
    "See that it runs, and that host and port in VETPORTAL_DATABASE_URL are right.",
)


def explained(error: Exception, place: str) -> Unready | DatabaseAway | None:
    """What a fault of the database means, or None when it is a mistake of ours.

    Args:
        error: what SQLAlchemy or the driver raised.
        place: the database, as the user knows it.
    """
    if (told := _told(error)) is None:
        return None
    kind, problem, remedy = told
    return kind(f"the database {place} fails: {problem}", remedy=remedy)


def _told(error: Exception) -> _Told | None:
    if isinstance(error, NoneFree):
        return _BUSY
    cause = error.orig if isinstance(error, DBAPIError) else error
    if code := getattr(cause, "sqlite_errorname", None):
        return _of(_SQLITE, str(code))
    if code := getattr(cause, "sqlstate", None):
        return _of(_SQLSTATE, str(code))
    if isinstance(error, DBAPIError) and isinstance(cause, psycopg.OperationalError):
        return _AWAY if error.statement is not None else _unreached(str(cause))
    return None


def _unreached(said: str) -> _Told:
    return next((told for words, told in _CONNECTING.items() if words in said), _UNREACHED)


def _of(known: dict[str, _Told], code: str) -> _Told | None:
    return next((told for start, told in known.items() if code.startswith(start)), None)
