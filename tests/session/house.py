"""Sessions of practices: a database, a portal's files, processes one by one, seldom a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from automation import browser, catalog, store, vault
from automation.errors import Unready
from automation.model import (
    AllowList,
    Egress,
    Endpoint,
    Flow,
    Portal,
    Practice,
    Secret,
    SessionState,
    SessionStatus,
)
from automation.session import OpenTab, Outside, Sessions
from automation.session.safe import Safe
from tests.engine import run_engine
from tests.fakes import Notes, VirtualClock
from tests.infer.logins import NORTH, PASSWORD, USER
from tests.session.stand_ins import TOTP, StandIn

T = TypeVar("T")


@dataclass(frozen=True)
class Inside:
    """What one process of the product has.

    Attributes:
        sessions: the front door.
        rows: the database.
        safe: what is sealed in it.
        files: what is known of the portal.
        seal: seals.
    """

    sessions: Sessions
    rows: store.Store
    safe: Safe
    files: catalog.Catalog
    seal: vault.Vault


Work = Callable[[Inside], Awaitable[T]]


@dataclass
class House:
    """Practices of one portal; each `run` is a process of its own.

    Attributes:
        folder: database, key and portal files.
        url: where the portal is.
        clock: the time of the product.
        notes: what the audit log heard.
        tabs: how often a browser was asked for.
        open_tab: opens tabs; None where there is no browser.
    """

    folder: Path
    url: str
    clock: VirtualClock
    notes: Notes = field(default_factory=Notes)
    tabs: int = 0
    open_tab: OpenTab | None = None

    def write(self, portal: Portal, flow: Flow, endpoints: Iterable[Endpoint]) -> None:
        """Put down what is known of the portal."""
        files = catalog.Catalog(self.folder / "flows")
        files.write_portal(portal)
        files.write_flow(flow)
        for endpoint in endpoints:
            files.write_endpoint(portal.portal, endpoint)

    def practice(self, name: str = "north", label: str = NORTH, **more: Any) -> Practice:  # noqa: ANN401 - fields of a noun
        return Practice(
            name=name, portal="acme", base_url=self.url, label=label, loopback=True, **more
        )

    def admit(
        self,
        practice: Practice,
        *,
        password: str = PASSWORD,
        totp: str = TOTP,
        was_in: bool = True,
    ) -> Practice:
        """Add a practice with a credential; one that was in before may come in over HTTP."""
        given = {"username": USER, "password": password, "totp": totp}

        async def add(inside: Inside) -> None:
            if practice.name not in {each.name for each in await inside.rows.practices()}:
                await inside.rows.add_practice(practice)
            for name, text in given.items():
                if text:
                    await inside.sessions.put_secret(
                        practice.name, f"credential.{name}", Secret(text)
                    )
            if was_in and await inside.safe.session(practice.name) is None:
                landing = f"{self.url}/home"
                state = SessionState(ended=True, opened_at=self.clock.now(), landing=landing)
                await inside.safe.put_session(practice.name, state)

        self.run(add)
        return practice

    def run(self, work: Work[T]) -> T:
        """Do this in a process of its own: only the database is kept in between."""

        async def do() -> T:
            async with self.process() as inside:
                return await work(inside)

        return run_engine(do())

    @asynccontextmanager
    async def process(self) -> AsyncIterator[Inside]:
        """One process; several may live at once."""
        vault.make_key_file(self.folder / "key")
        seal = vault.Vault(vault.FileRing(self.folder / "key"))
        files = catalog.Catalog(self.folder / "flows")
        url = f"sqlite+aiosqlite:///{self.folder}/vetportal.db"
        rows = await store.Store.open(url, clock=self.clock, sealer=seal)
        try:
            outside = Outside(self._open_tab, no_picture, self.notes, self.clock, Random(1))
            sessions = Sessions(rows, seal, files, outside)
            yield Inside(sessions, rows, Safe(rows, seal), files, seal)
        finally:
            await rows.close()

    def open(self, practice: Practice) -> int:
        """Open the session, see that it shows the practice, and tell its generation."""

        async def work(inside: Inside) -> int:
            async with await inside.sessions.open(practice) as session:
                await session.confirm()
                return session.generation

        return self.run(work)

    def status(self, name: str = "north") -> SessionStatus:
        async def look(inside: Inside) -> SessionStatus:
            return await inside.sessions.status(name)

        return self.run(look)

    def kept(self, name: str = "north") -> SessionState:
        """The session as it lies in the database."""

        async def look(inside: Inside) -> SessionState:
            state = await inside.safe.session(name)
            assert state is not None
            return state

        return self.run(look)

    def _open_tab(
        self, allowed: AllowList, egress: Egress
    ) -> AbstractAsyncContextManager[browser.Tab]:
        self.tabs += 1
        if self.open_tab is not None:
            return self.open_tab(allowed, egress)
        raise Unready("there is no browser in this house")


def no_picture(*_: object) -> None:
    raise AssertionError("there is no page to take a picture of")


def at_home(portal: StandIn, folder: Path) -> House:
    """A house that knows how to log in to this portal."""
    house = House(folder, portal.site.url, portal.clock)
    house.write(portal.portal, portal.flow, portal.endpoints())
    return house
