"""Where copies for analysis are kept: a folder of Parquet files, or one DuckDB database.

A copy is whole or the one before, also when the power goes: what is new is on the disk before it
counts.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from shutil import copy2, rmtree
from tempfile import mkdtemp
from types import UnionType
from typing import Any, Final, Protocol, get_args, get_origin

import duckdb
import orjson
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from automation.durable import settle
from automation.entities import ENTITIES, plural
from automation.errors import Unready

BATCH: Final = 1000
_HIDDEN: Final = frozenset({"raw", "content_hash", "run"})
_STATE: Final = "export.json"
_LIVE: Final = ".live"
_COPY: Final = ".copy-"
_TYPES: Final[tuple[tuple[type, Any], ...]] = (
    (bool, pa.bool_()),
    (int, pa.int64()),
    (float, pa.float64()),
    (datetime, pa.timestamp("us", tz="UTC")),
    (date, pa.date32()),
)


@dataclass(frozen=True, slots=True)
class State:
    """Up to where a copy goes.

    Attributes:
        sequence: the last change that is in it.
        organization: whose it is.
        practices: those of which it holds rows.
        only: the practices it was asked for; all when empty.
    """

    sequence: int = 0
    organization: str = ""
    practices: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What becomes of a kind.

    Attributes:
        whole: whether it is written anew.
        gone: ids whose rows go, those that are written again included.
        left: practices whose rows go.
        tables: the rows that come, batch by batch.
    """

    whole: bool
    gone: frozenset[str]
    left: frozenset[str]
    tables: AsyncIterator[pa.Table]


class Copy(Protocol):
    """Where a copy is kept."""

    def state(self) -> State | None:
        """Up to where it goes; None where there is none yet."""
        ...

    async def put(self, kind: str, batch: Batch) -> int:
        """Bring one kind up to date; say how many rows came."""
        ...

    def close(self, state: State | None) -> None:
        """Keep all of it under its new state; without one, nothing of it."""
        ...


@cache
def schema_of(kind: str) -> pa.Schema:
    """The columns of a kind; lists and objects are JSON texts."""
    fields = ENTITIES[kind].model_fields
    return pa.schema(
        [(name, _type(info.annotation)) for name, info in fields.items() if name not in _HIDDEN]
    )


def _type(annotation: Any) -> Any:  # noqa: ANN401 - of a field
    own = [each for each in get_args(annotation) if each is not type(None)]
    plain = own[0] if get_origin(annotation) is UnionType or len(own) == 1 else annotation
    return next((arrow for python, arrow in _TYPES if plain is python), pa.string())


class ParquetFolder:
    """One file for each kind; all of them change at one moment.

    The files stand in a hidden folder, another one for each export. One link leads to the folder
    that counts and is replaced in one step; the names that people read lead through it.

    Args:
        folder: where they are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._live = folder, folder / _LIVE
        self._next = self._begun()
        if not self._live.is_symlink() and (folder / _STATE).is_file():
            self._adopt()

    def state(self) -> State | None:
        """Up to where it goes; None where there is none yet."""
        path = self._live / _STATE
        return _state_of(path.read_bytes()) if path.exists() else None

    async def put(self, kind: str, batch: Batch) -> int:
        """Write a kind beside its file: what stays of it, and what comes."""
        name, count = f"{plural(kind)}.parquet", 0
        before = self._live / name
        with (
            _private(self._next / name) as file,
            pq.ParquetWriter(file, schema_of(kind)) as writer,
        ):
            if not batch.whole and before.exists():
                with pq.ParquetFile(before) as old:
                    for some in old.iter_batches(BATCH):
                        writer.write_table(_left(pa.Table.from_batches([some]), batch))
            async for table in batch.tables:
                writer.write_table(table)
                count += table.num_rows
        return count

    def close(self, state: State | None) -> None:
        """Let the new files count, with those that stay as they are; or nothing of them."""
        if state is not None:
            with _private(self._next / _STATE) as file:
                file.write(_text_of(state))
            self._keep(self._live, self._next)
            _settle(self._next)
            self._switch()
        for each in self._folder.glob(f"{_COPY}*"):
            if not self._live.is_symlink() or each.name != str(self._live.readlink()):
                rmtree(each)

    def _begun(self) -> Path:
        return Path(mkdtemp(prefix=_COPY, dir=self._folder))

    def _adopt(self) -> None:
        """Let a copy count whose files stand in the open, as earlier versions left them."""
        self._keep(self._folder, self._next)
        _settle(self._next)
        self._switch()
        self._next = self._begun()

    def _keep(self, source: Path, target: Path) -> None:
        """Let a folder have what it does not have yet of another one."""
        for path in (*source.glob("*.parquet"), source / _STATE):
            if path.exists() and not (target / path.name).exists():
                try:
                    (target / path.name).hardlink_to(path.resolve())
                except OSError:  # not every file system can
                    copy2(path, target / path.name)

    def _switch(self) -> None:
        """The one step: after it the new folder counts, before it the old one."""
        for path in self._next.iterdir():
            if not self._live.is_symlink() and (self._folder / path.name).is_file():
                continue  # it stands in the open: the same file, until the folder counts
            self._lead(self._folder / path.name, f"{_LIVE}/{path.name}")
        self._lead(self._live, self._next.name)
        for path in self._next.iterdir():
            self._lead(self._folder / path.name, f"{_LIVE}/{path.name}")
        settle(self._folder)  # before the folder that counted goes

    def _lead(self, path: Path, target: str) -> None:
        if path.is_symlink() and str(path.readlink()) == target:
            return
        new = path.with_name(f"{_COPY}link")
        new.unlink(missing_ok=True)
        new.symlink_to(target)
        new.replace(path)


def _left(table: pa.Table, batch: Batch) -> pa.Table:
    gone = pc.is_in(table["id"], pa.array(sorted(batch.gone), pa.string()))
    left = pc.is_in(table["practice"], pa.array(sorted(batch.left), pa.string()))
    return table.filter(pc.invert(pc.or_(gone, left)))


class DuckFile:
    """One table for each kind, brought up to date in one transaction.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._database = duckdb.connect(str(path))
        except duckdb.IOException:  # its words name processes and versions of its own
            raise Unready(
                f"{path} is open elsewhere, or is no DuckDB database",
                remedy="Wait for the other export, or close what reads the file; then run again.",
            ) from None
        path.chmod(0o600)
        self._run("SET timezone = 'UTC'")
        self._run("BEGIN")
        self._run("CREATE TABLE IF NOT EXISTS export_state (state VARCHAR)")

    def state(self) -> State | None:
        """Up to where it goes; None where there is none yet."""
        found = self._run("SELECT state FROM export_state")
        return _state_of(found[0][0]) if found else None

    async def put(self, kind: str, batch: Batch) -> int:
        """Take rows away and put others in."""
        name, count = plural(kind), 0
        make = f"CREATE TABLE IF NOT EXISTS {name} AS SELECT * FROM empty"  # noqa: S608 - a name of ours
        self._with("empty", schema_of(kind).empty_table(), make)
        for column, values in (("id", batch.gone), ("practice", batch.left)):
            gone = pa.table({"value": pa.array(sorted(values), pa.string())})
            drop = f"DELETE FROM {name} WHERE {column} IN (SELECT value FROM gone)"  # noqa: S608 - names of ours
            self._with("gone", gone, drop)
        async for table in batch.tables:
            add = f"INSERT INTO {name} BY NAME SELECT * FROM rows"  # noqa: S608 - a name of ours
            self._with("rows", table, add)
            count += table.num_rows
        return count

    def close(self, state: State | None) -> None:
        """End the transaction."""
        if state is None:
            self._run("ROLLBACK")
        else:
            self._run("DELETE FROM export_state")
            text = _text_of(state).decode()
            self._run("INSERT INTO export_state VALUES (?)", text)
            self._run("COMMIT")
        self._database.close()

    def _run(self, statement: str, *values: str) -> list[Any]:
        """Run a statement to its end; another one is refused before."""
        return self._database.execute(statement, list(values)).fetchall()

    def _with(self, name: str, table: pa.Table, statement: str) -> None:
        self._database.register(name, table)
        self._run(statement)
        self._database.unregister(name)


def _private(path: Path) -> Any:  # noqa: ANN401 - a file
    """A new file that only its owner reads."""
    opener: Callable[[str, int], int] = lambda name, flags: os.open(name, flags, 0o600)  # noqa: E731 - as `open` wants it
    return open(path, "wb", opener=opener)


def _settle(folder: Path) -> None:
    """Wait until the files of a folder, and their names, are on the disk."""
    for path in folder.iterdir():
        settle(path)
    settle(folder)


def _text_of(state: State) -> bytes:
    names = ("sequence", "organization", "practices", "only")
    return orjson.dumps({name: getattr(state, name) for name in names})


def _state_of(text: bytes | str) -> State:
    read = orjson.loads(text)
    practices, only = tuple(read["practices"]), tuple(read["only"])
    return State(read["sequence"], read["organization"], practices, only)
