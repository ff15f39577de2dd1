"""A look at a database that leaves every byte as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from automation.store.faults import explained
from automation.store.migrate import refuse_newer
from automation.store.schema import DATA_KEY, PRACTICE


def count_practices(path: Path) -> int:
    """Count the practices in a database file, whose schema may be an older one.

    Nothing is written, nor brought to a newer version, nor made beside the file.

    Raises:
        Unready: it cannot be opened, is damaged, or was written by a newer version of this program.
    """
    with _looking(path) as connection:
        return _counted(connection, str(path))


def list_keks(path: Path) -> tuple[str, ...]:
    """The ids of the key-encryption keys that wrap the data keys in a database file.

    Nothing is written, as with :func:`count_practices`.

    Raises:
        Unready: as :func:`count_practices`.
    """
    with _looking(path) as connection:
        if DATA_KEY.name not in _tables(connection):
            return ()
        rows = connection.execute(f"SELECT DISTINCT kek FROM {DATA_KEY.name} ORDER BY kek")  # noqa: S608 - a constant of ours
        return tuple(kek for (kek,) in rows)


@contextmanager
def _looking(path: Path) -> Iterator[sqlite3.Connection]:
    # even a reader makes a log beside the file, unless it is told that nobody writes
    busy = path.with_name(f"{path.name}-wal").exists()
    address = f"{path.absolute().as_uri()}?{'mode=ro' if busy else 'immutable=1'}"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            yield connection
    except sqlite3.Error as error:
        if (told := explained(error, str(path))) is not None:
            raise told from error
        raise


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def _counted(connection: sqlite3.Connection, place: str) -> int:
    if "alembic_version" not in _tables(connection):
        return 0  # the first use will fill it
    for (version,) in connection.execute("SELECT version_num FROM alembic_version"):
        refuse_newer(version, place)
    [(count,)] = connection.execute(f"SELECT count(*) FROM {PRACTICE.name}")  # noqa: S608 - a constant of ours
    return int(count)
