"""Where the engine keeps its rows: a file of its own beside a SQLite database, or PostgreSQL.

On SQLite the rows of the engine stand in their own file: workers look into it several times a
second, and a file has one writer at a time, so that a sync that stores a large page would hold up
the queue. Nothing needs both in one transaction, because jobs are asked for by key.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dbos import DBOS, DBOSPortableJSONSerializer

from automation.errors import Unready
from automation.store import shown_place

APPLICATION: Final = "vetportal"
VERSION: Final = "1"
"""Raised on purpose only: jobs of another version are left alone."""
SERIALIZER: Final = DBOSPortableJSONSerializer()
"""Refuses what is not JSON; the default would write it readable for programs in Python only."""

_TIMES_BY_ITSELF: Final = (3, 42, 0)
"""SQLite can tell fractions of a second since then; on newer Pythons the engine asks for them."""


@dataclass(frozen=True, slots=True)
class EnginePlace:
    """Where the engine keeps its rows.

    Attributes:
        url: as SQLAlchemy writes it, with a driver that does not wait on an event loop:
            ``sqlite:////path/engine.db`` or ``postgresql+psycopg://...``.
    """

    url: str

    @classmethod
    def beside(cls, database: str) -> EnginePlace:
        """The place that goes with a database of ours: ``engine.db`` beside a file, or the server.

        Args:
            database: its address, ``sqlite...:////path/file`` or ``postgresql...://``.
        """
        kind, _, rest = database.partition("://")
        if kind.startswith("sqlite"):
            return cls(f"sqlite:///{Path(rest.removeprefix('/')).with_name('engine.db')}")
        return cls(f"postgresql+psycopg://{rest}")

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on a server."""
        return Path(self.url.removeprefix("sqlite:///")) if self.url.startswith("sqlite") else None

    @property
    def shown(self) -> str:
        """The place as it may be shown: nothing of its password."""
        return str(self.file) if self.file is not None else shown_place(self.url)

    @property
    def is_there(self) -> bool:
        """Whether there may be jobs: a server is asked, a file is looked for."""
        return self.file is None or self.file.exists()

    def shred(self) -> None:
        """Write a file anew without what was deleted, and empty the log beside it.

        Raises:
            Unready: another program keeps it open.
        """
        if self.file is None:
            return
        try:
            with closing(sqlite3.connect(self.file, timeout=30, isolation_level=None)) as rows:
                rows.execute("VACUUM")
                [(busy, *_)] = rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise Unready(f"the file of jobs {self.file} cannot be written: {error}") from error
        if busy:
            raise Unready(
                f"the jobs are erased, but another program reads {self.file}, so old bytes stay",
                remedy="Stop the other program, then run the same command again.",
            )

    def prepare(self) -> None:
        """Make the tables of the engine, or bring them to its newest version.

        Raises:
            Unready: the file cannot be made, or SQLite is too old for this Python.
        """
        if self.file is not None:
            _prepare_file(self.file)
        DBOS.migrate(self.url)


def _prepare_file(path: Path) -> None:
    """Make the file for its owner only, and switch to a write-ahead log, which stays."""
    if _lacks_time():
        raise Unready(
            f"SQLite {sqlite3.sqlite_version} is too old for jobs on this Python",
            remedy="Install SQLite 3.42 or newer, use Python 3.11, or use PostgreSQL.",
        )
    try:
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    except (OSError, sqlite3.Error) as error:
        raise Unready(
            f"the file of jobs {path} cannot be used: {error}",
            remedy="Correct the folder or its permissions, or free some space.",
        ) from error


def _lacks_time() -> bool:
    """Tell whether this Python's engine asks SQLite for what it does not know."""
    return sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < _TIMES_BY_ITSELF
