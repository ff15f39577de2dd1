"""A home with an audit log: opened as often as wanted, each time as a process of its own would."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from automation import audit, store, vault
from automation.model import AuditEntry, Practice
from tests.databases import execute, url_of
from tests.engine import run_engine
from tests.fakes import VirtualClock

T = TypeVar("T")
NORTH = Practice(name="north", portal="acme", base_url="https://acme.example")
_GUARDS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


@dataclass(frozen=True)
class Logbook:
    """Where the log of a test is.

    Attributes:
        folder: holds database, key and anchor.
        clock: stamps the entries.
    """

    folder: Path
    clock: VirtualClock

    @property
    def database(self) -> Path:
        return self.folder / "vetportal.db"

    @property
    def url(self) -> str:
        """The address of that file, or of the database that stands for it."""
        return url_of(self.database, empty=True)

    @property
    def anchor(self) -> audit.Anchor:
        return audit.Anchor(self.folder / "audit.anchor")

    def with_rows(self, scene: Callable[[store.Store, store.AuditTrail], Awaitable[T]]) -> T:
        """Play a scene with the open database."""

        async def whole() -> T:
            vault.make_key_file(self.folder / "vault.key")
            sealer = vault.Vault(vault.FileRing(self.folder / "vault.key"))
            rows = await store.Store.open(self.url, clock=self.clock, sealer=sealer)
            try:
                return await scene(rows, store.AuditTrail(rows.database, sealer))
            finally:
                await rows.close()

        return run_engine(whole())

    def rotate_key(self) -> None:
        """Replace the key of the vault."""

        async def scene(rows: store.Store, _trail: store.AuditTrail) -> int:
            ring = vault.FileRing(self.folder / "vault.key")
            return await store.DataKeys(rows.database).rotate(vault.Vault(ring))

        assert self.with_rows(scene) == 1

    def log(self, trail: store.AuditTrail, *, seconds: float = 5.0) -> audit.AuditLog:
        return audit.AuditLog(
            trail, self.anchor, clock=self.clock, actor="cli:ann", seconds=seconds
        )

    def write(self, *batches: int) -> None:
        """A process that notes entries, in batches of these sizes, and ends."""

        async def scene(_rows: store.Store, trail: store.AuditTrail) -> None:
            async with self.log(trail).open() as log:
                for size in batches:
                    for number in range(size):
                        log.note("thing.done", practice="north", detail={"number": str(number)})
                        self.clock.pass_time(1)
                    await log.flush()

        self.with_rows(scene)

    def verify(self) -> audit.Verdict:
        return self.with_rows(lambda _rows, trail: audit.verify_log(trail, self.anchor))

    def entries(self, since: str = "", practice: str | None = None) -> list[AuditEntry]:
        async def scene(_rows: store.Store, trail: store.AuditTrail) -> list[AuditEntry]:
            return [each async for each in trail.entries(since=since, practice=practice)]

        return self.with_rows(scene)

    def tamper(self, *statements: str) -> None:
        """Do what somebody does who may write the database and took the triggers away."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            guards = connection.execute(_GUARDS).fetchall()
            for name, _ in guards:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)
            for _, definition in guards:
                connection.execute(definition)

    def asked(self, statement: str) -> list[tuple[object, ...]]:
        """What a query finds in the database."""
        return execute(self.database, statement)
