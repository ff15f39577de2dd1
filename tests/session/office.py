"""A practice with a portal, a browser and a database: what a session needs around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TypeVar

from automation import browser, catalog, store, vault
from automation.browser.guard import Guard
from automation.model import (
    AllowList,
    Click,
    Credential,
    Egress,
    Expect,
    Fill,
    Flow,
    Goto,
    LoginOutcome,
    Portal,
    Practice,
    Secret,
    SignedOut,
    Snapshot,
    Target,
    When,
)
from automation.session import Outside, Sessions
from tests.browser.workshop import Workshop
from tests.fakes import Notes, SharedClock
from tests.simulator import Account, Simulator

Result = TypeVar("Result")

LOGIN = "/Practice/Account/LogOn"
NAMES = Credential()

PORTAL = Portal(
    portal="acme",
    title="Acme",
    hosts=(),
    signed_out=SignedOut(login_paths=("/Practice/Account/*",)),
    outcomes=(
        LoginOutcome(meaning="refused", target_css="[role=alert]", text="user name or password"),
        LoginOutcome(meaning="code_refused", target_css="[role=alert]", text="code was not"),
    ),
    probe="/Practice/Home/Index",
)

LOGIN_FLOW = Flow(
    flow="login",
    portal="acme",
    steps=(
        Goto(url=LOGIN),
        Fill(target=Target(id="UserName"), value="{{ credential.username }}"),
        Fill(target=Target(id="Password"), value="{{ credential.password }}"),
        Click(target=Target(id="btnSignIn")),
        When(
            target=Target(id="Code"),
            steps=(
                Fill(target=Target(id="Code"), value="{{ totp }}"),
                Click(target=Target(id="btnVerify")),
            ),
        ),
        When(
            target=Target(role="button", name="{{ practice.label }}"),
            steps=(Click(target=Target(role="button", name="{{ practice.label }}")),),
        ),
        Expect(url="/Practice/Home/**"),
    ),
)


def practice_of(simulator: Simulator, label: str = "", *, name: str = "north") -> Practice:
    """A practice on this simulator; the label is the portal's name for it."""
    return Practice(
        name=name,
        portal="acme",
        base_url=simulator.url,
        label=label,
        timezone="America/Chicago",
        loopback=True,
    )


@dataclass
class Office:
    """Sessions of practices of one simulated portal.

    Attributes:
        simulator: the portal.
        clock: the time of both sides.
        folder: database and flows.
        workshop: a running browser.
        tabs: how many tabs were opened.
        notes: what the audit log heard.
    """

    simulator: Simulator
    clock: SharedClock
    folder: Path
    workshop: Workshop
    tabs: int = field(default=0)
    notes: Notes = field(default_factory=Notes)
    pictures: list[tuple[str, bytes]] = field(default_factory=list)

    def run(self, work: Callable[[Sessions, store.Store], Coroutine[None, None, Result]]) -> Result:
        """Do this with sessions of a process of its own: only the database is kept in between."""

        async def do() -> Result:
            files = catalog.Catalog(self.folder / "flows")
            files.write_portal(PORTAL)
            files.write_flow(LOGIN_FLOW)
            vault.make_key_file(self.folder / "key")
            seal = vault.Vault(vault.FileRing(self.folder / "key"))
            url = f"sqlite+aiosqlite:///{self.folder}/vetportal.db"
            rows = await store.Store.open(url, clock=self.clock, sealer=seal)
            try:
                outside = Outside(
                    self._open_tab, self._keep_picture, self.notes, self.clock, Random(1)
                )
                sessions = Sessions(rows, seal, files, outside)
                return await work(sessions, rows)
            finally:
                await rows.close()

        return asyncio.run_coroutine_threadsafe(do(), self.workshop.loop).result()

    def admit(self, practice: Practice, account: Account, **other: str) -> None:
        """Add the practice with the account's credential; `other` replaces parts of it."""

        async def add(sessions: Sessions, rows: store.Store) -> None:
            if practice.name not in {each.name for each in await rows.practices()}:
                await rows.add_practice(practice)
            given = {
                NAMES.username: other.get("username", account.username),
                NAMES.password: other.get("password", account.password),
                NAMES.totp: other.get("totp", account.totp_secret or ""),
            }
            for name, text in given.items():
                if text:
                    await sessions.put_secret(practice.name, name, Secret(text))

        self.run(add)

    def _keep_picture(
        self, _practice: Practice, flow: str, _at: datetime, _seen: Snapshot, picture: bytes
    ) -> None:
        self.pictures.append((flow, picture))

    @asynccontextmanager
    async def _open_tab(self, allowed: AllowList, _egress: Egress) -> AsyncIterator[browser.Tab]:
        self.tabs += 1
        context = await self.workshop.browser.new_context(service_workers="block")
        async with context:
            page = await context.new_page()
            timeouts = self.workshop.profile.timeouts
            yield browser.Tab(context, page, guard=Guard(allowed), timeouts=timeouts)


@contextmanager
def opened(simulator: Simulator, folder: Path, workshop: Workshop) -> Iterator[Office]:
    """An office with a fresh database; the portal begins without sessions and counts."""
    simulator.expire()
    simulator.faults.clear()
    simulator.reset_counts()
    clock = SharedClock(simulator)
    # past every code that an earlier office used, and in the middle of a step
    simulator.clock.set(clock.now().replace(second=5, microsecond=0))
    simulator.clock.advance(3600)
    yield Office(simulator, SharedClock(simulator), folder, workshop)
