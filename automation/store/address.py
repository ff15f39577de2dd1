"""Addresses of databases: as people write them, as a driver takes them, as they may be shown."""

from __future__ import annotations

from typing import Final

from psycopg import ProgrammingError, conninfo
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from automation.errors import BadArgument

_DRIVERS: Final = {
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
_REMEDY: Final = (
    "Write postgresql://USER:PASSWORD@HOST:PORT/DATABASE (in the password @ as %40, / as %2F), or "
    "sqlite:////path/to/file."
)


def read_address(text: str) -> URL:
    """Read the address of a database.

    Args:
        text: ``sqlite:////path/to/file`` or ``postgresql://user:password@host:port/database``;
            what may follow a ``?`` are the connection parameters of libpq.

    Raises:
        BadArgument: it is none; the message never repeats it, because it may hold a password.
    """
    scheme, _, path = text.partition(":///")
    if path and scheme in {"sqlite", "sqlite+aiosqlite"}:  # whatever signs the path has
        return URL.create("sqlite+aiosqlite", database=path)
    try:
        url = make_url(text)
        driver = _DRIVERS[url.drivername]
        conninfo.make_conninfo(**{name: str(value) for name, value in url.query.items()})
    except (ArgumentError, ValueError, KeyError, ProgrammingError):
        # nothing of the cause is shown either: it may repeat what was given
        raise BadArgument("this is no address of a database", remedy=_REMEDY) from None
    return url.set(drivername=driver)


def shown_place(text: str) -> str:
    """The database of an address as it may be shown.

    Raises:
        BadArgument: it is none.
    """
    return place_of(read_address(text))


def place_of(url: URL) -> str:
    """The database of an address as it may be shown: no password, nothing that follows a ``?``."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    host = url.host or "".join(url.query.get("host", ""))
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{host}{port}/{url.database or ''}"
