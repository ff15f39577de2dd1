"""The two ways out of one practice: plain HTTP and a browser, with the same limits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from automation import browser, catalog, transport
from automation.model import DIRECT, AllowList, Egress, Practice, SessionState
from automation.ports import Clock, Ledger
from automation.session.safe import Safe

OpenTab = Callable[[AllowList, Egress], AbstractAsyncContextManager[browser.Tab]]
"""Starts a browser for the addresses of one practice, on its way out."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Opens doors.

    Attributes:
        files: knows the hosts of portals.
        safe: keeps what a proxy asks for.
        open_tab: starts a browser for the addresses of one practice.
        clock: every wait goes through it.
        rng: spreads retries.
        ledger: what is used up of the budgets that portals state.
    """

    files: catalog.Catalog
    safe: Safe
    open_tab: OpenTab
    clock: Clock
    rng: Random
    ledger: Ledger = field(default_factory=transport.OwnLedger)

    async def http(
        self, practice: Practice, state: SessionState | None = None
    ) -> transport.HttpDoor:
        """A way out over HTTP, in this session or as a stranger; to be closed after use."""
        portal = self.files.portal(practice.portal)
        user = await self.safe.counted_as(practice)
        door = transport.HttpDoor(
            AllowList.of(portal, practice),
            practice.pace or portal.pace,
            egress=await self._egress(practice),
            budgets=transport.Budgets(user, self.ledger, self.clock),
            clock=self.clock,
            rng=self.rng,
        )
        if state is not None:
            door.adopt(state.cookies, agent=state.agent)
        return door

    @asynccontextmanager
    async def tab(self, practice: Practice) -> AsyncIterator[browser.Tab]:
        """A browser tab without a session."""
        allowed = AllowList.of(self.files.portal(practice.portal), practice)
        async with self.open_tab(allowed, await self._egress(practice)) as tab:
            yield tab

    async def _egress(self, practice: Practice) -> Egress:
        if practice.proxy is None and practice.ca_file is None:
            return DIRECT
        username, password = await self.safe.proxy_credential(practice.name)
        return transport.read_egress(practice, username=username, password=password)
