"""Both databases for tests: a path stands for a SQLite file, or for a database of PostgreSQL.

A test that takes the fixture `database` (or its folder does) runs once on each. It goes on speaking
of paths: :func:`url_of` turns one into the address of the database that stands for it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import URL, create_engine, text

from automation.store import Database
from automation.store.address import read_address
from tests.engine import run_engine
from tests.postgres import Cluster, programs

KINDS: Final = ("sqlite", "postgresql")
_TEMPLATE: Final = "store_template"


class _Here:
    """Where paths lead at the moment."""

    cluster: Cluster | None = None
    made: Final[dict[Path, str]] = {}


def kinds() -> tuple[str, ...]:
    """The databases that tests run on: both, always where CI is set.

    Elsewhere the half on PostgreSQL is left out where there is none, and the run says so.
    """
    return KINDS if os.environ.get("CI") or programs() is not None else KINDS[:1]


def on() -> str:
    """The kind of database that paths stand for at the moment."""
    return KINDS[0] if _Here.cluster is None else KINDS[1]


@contextmanager
def on_postgresql(cluster: Cluster) -> Iterator[None]:
    """Let paths stand for databases of a cluster; what was made is dropped at the end."""
    _make_template(cluster)
    _Here.cluster = cluster
    try:
        yield
    finally:
        _Here.cluster = None
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        cluster.execute(*(drop.format(sql.Identifier(name)) for name in _Here.made.values()))
        _Here.made.clear()


def url_of(path: Path, *, empty: bool = False) -> str:
    """The address of the database that a path stands for, which is made if need be.

    To bring each one to the newest schema by itself would be most of the time of a test.

    Args:
        path: a file in the folder of the test.
        empty: make one without any table; otherwise its schema is the newest.
    """
    if (cluster := _Here.cluster) is None:
        if not (empty or path.exists()) and path.parent.is_dir():
            path.touch(0o600)
            path.write_bytes(_newest_file())
        return f"sqlite:///{path}"
    if path not in _Here.made:
        name = f"t{hashlib.sha256(str(path).encode()).hexdigest()[:16]}"
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        template = sql.Identifier("template0" if empty else _TEMPLATE)
        cluster.execute(make.format(sql.Identifier(name), template))
        _Here.made[path] = name
    return cluster.url(_Here.made[path])


def sync_url(path: Path, *, empty: bool = False) -> URL:
    """The same address for a driver without coroutines."""
    url = read_address(url_of(path, empty=empty))
    return url.set(drivername=url.drivername.replace("sqlite+aiosqlite", "sqlite"))


def execute(path: Path, statement: str, **values: object) -> list[tuple[object, ...]]:
    """Run one statement past the product, as another program does; the rows that it gives."""
    engine = create_engine(sync_url(path))
    try:
        with engine.begin() as connection:
            done = connection.execute(text(statement), values)
            return [tuple(row) for row in done] if done.returns_rows else []
    finally:
        engine.dispose()


def files_of(path: Path) -> list[Path]:
    """Where the bytes of a database stand: a folder of files, as the operating system sees them."""
    if (cluster := _Here.cluster) is None:
        return [path.parent]
    own = "SELECT oid FROM pg_database WHERE datname = current_database()"
    [(number,)] = execute(path, own)
    cluster.execute("CHECKPOINT")
    return [cluster.folder / "data" / "base" / str(number)]


@cache
def _newest_file() -> bytes:
    """A SQLite file without a row and with the newest schema."""

    with TemporaryDirectory() as folder:
        run_engine(_migrated(f"sqlite:///{folder}/newest.db"))
        return (Path(folder) / "newest.db").read_bytes()


async def _migrated(url: str) -> None:
    await (await Database.open(url)).close()


def _make_template(cluster: Cluster) -> None:
    """Bring one database to the newest schema, once in a test run; the others are its copies."""
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # other processes of the run wait here
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_TEMPLATE,))
        if found.fetchone() is not None:
            return
        fresh = sql.Identifier(f"{_TEMPLATE}_new")
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(fresh))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(fresh))

        run_engine(_migrated(cluster.url(f"{_TEMPLATE}_new")))
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(rename.format(fresh, sql.Identifier(_TEMPLATE)))
