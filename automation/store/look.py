"""A look at a database that leaves every byte as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, NullPool, create_engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from automation.store.address import place_of, read_address
from automation.store.faults import explained
from automation.store.migrate import refuse_newer
from automation.store.postgres import READING, check_server, connect_arguments
from automation.store.schema import DATA_KEY, PRACTICE


@dataclass(frozen=True, slots=True)
class Contents:
    """What a look found.

    Attributes:
        place: the database, as it may be shown.
        practices: how many practices it holds.
        keks: ids of the key-encryption keys that wrap its data keys.
    """

    place: str
    practices: int = 0
    keks: tuple[str, ...] = ()


def look_into(url: str) -> Contents | None:
    """What a database holds, whose schema may be an older one; None where there is nothing yet.

    Nothing is written, nor brought to a newer version, nor made beside a file.

    Args:
        url: as :meth:`Database.open` takes it.

    Raises:
        BadArgument: it is no address of a database.
        Unready: it cannot be opened, is damaged, or was written by a newer version of this program.
        DatabaseAway: its server cannot be reached.
    """
    address = read_address(url)
    place = place_of(address)
    sqlite = address.get_backend_name() == "sqlite"
    if sqlite and not Path(place).exists():
        return None
    try:
        with _looking(address, Path(place)) as connection:
            if not sqlite:
                check_server(connection, place)
            return _contents(connection, place, empty=Contents(place) if sqlite else None)
    except DBAPIError as error:
        if (told := explained(error, place)) is not None:
            raise told from error
        raise


@contextmanager
def _looking(address: URL, path: Path) -> Iterator[Connection]:
    if address.get_backend_name() == "sqlite":
        # even a reader makes a log beside the file, unless it is told that nobody writes
        busy = path.with_name(f"{path.name}-wal").exists()
        how = "mode=ro" if busy else "immutable=1"
        opened = partial(sqlite3.connect, f"{path.absolute().as_uri()}?{how}", uri=True)
        engine = create_engine("sqlite://", creator=opened, poolclass=NullPool)
    else:
        arguments = connect_arguments(address)
        address = address.difference_update_query(["options"])
        engine = create_engine(
            address, poolclass=NullPool, connect_args=arguments, execution_options=READING
        )
    with engine.connect() as connection:
        yield connection


def _contents(connection: Connection, place: str, *, empty: Contents | None) -> Contents | None:
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        return empty  # the first use will fill it
    for version in connection.scalars(text("SELECT version_num FROM alembic_version")):
        refuse_newer(version, place)
    practices = connection.scalar(select(func.count()).select_from(PRACTICE)) or 0
    keks = select(DATA_KEY.c.kek).distinct().order_by(DATA_KEY.c.kek)
    known = connection.scalars(keks).all() if DATA_KEY.name in tables else ()
    return Contents(place, practices, tuple(known))
