"""JointSession: the two sessions of a practice that gets in both by a token and by a login."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from types import TracebackType
from typing import Final, Self

from automation.errors import NotPermitted, PersonNeeded, Refused, VetportalError
from automation.model import (
    Call,
    Endpoint,
    EntranceKind,
    Portal,
    Practice,
    Reply,
    Rung,
    Secret,
    Source,
)
from automation.ports import Gate, Take
from automation.session.portal_session import PortalSession

_LACKS: Final[Mapping[EntranceKind, str]] = {
    "token": "the portal hands out tokens for this, and the practice has authorized nobody",
    "login": "this is on the screens only, and the practice has no login for them",
}

Open = Callable[[], Awaitable[PortalSession]]


class JointSession:
    """The sessions of one practice; implements :class:`automation.ports.TakingSession`.

    The first one is open. The other opens when an endpoint first needs it; where that fails, what
    needs it fails, and the rest goes on.

    Args:
        kind: which one is open.
        first: that one.
        others: open the rest, by kind; what is not there the practice has no means for.
    """

    def __init__(
        self, kind: EntranceKind, first: PortalSession, others: Mapping[EntranceKind, Open]
    ) -> None:
        self._first, self._others = first, others
        self._opened: dict[EntranceKind, PortalSession] = {kind: first}
        self._failed: dict[EntranceKind, VetportalError] = {}
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """It is open already."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Keep the sessions for the next run."""
        await self.close()

    async def close(self) -> None:
        """Keep the sessions for the next run and let go of browser and connections."""
        await _close_all([*self._opened.values()])

    async def of(self, endpoint: Endpoint) -> PortalSession:
        """The session that an endpoint is asked in.

        Raises:
            NotPermitted: the practice has no means for it.
            Refused: its login needs a person.
            VetportalError: it cannot be opened at present.
        """
        kind = endpoint.asks_by
        if kind not in self._opened and kind not in self._others:
            raise NotPermitted(f"{endpoint.endpoint}: {_LACKS[kind]}", certain=True)
        async with self._opening:
            if kind not in self._opened:
                self._opened[kind] = await self._open(kind)
            return self._opened[kind]

    async def all(self) -> tuple[PortalSession, ...]:
        """Every session that the practice has the means for, open.

        Raises:
            PersonNeeded: a login needs a person.
            VetportalError: one cannot be opened at present.
        """
        async with self._opening:
            for kind, opening in self._others.items():
                if kind not in self._opened:
                    self._opened[kind] = await opening()
            return tuple(self._opened.values())

    async def _open(self, kind: EntranceKind) -> PortalSession:
        """Open it; a person that did not come is not called again by the next endpoint.

        Raises:
            Refused: its login needs a person.
            VetportalError: it cannot be opened at present.
        """
        if kind in self._failed:
            raise self._failed[kind]
        try:
            return await self._others[kind]()
        except PersonNeeded as problem:
            told = Refused(problem.message, remedy=problem.remedy)
            self._failed[kind] = told
            raise told from problem

    # ---------------------------------------------------------------- that of the first

    @property
    def practice(self) -> Practice:
        """The practice the sessions belong to."""
        return self._first.practice

    @property
    def portal(self) -> Portal:
        """The portal of the practice."""
        return self._first.portal

    @property
    def generation(self) -> int:
        """Of the first session."""
        return self._first.generation

    @property
    def slots(self) -> MutableMapping[str, str]:
        """Of the first session."""
        return self._first.slots

    def held(self, source: Source) -> str | None:
        """What the first session holds."""
        return self._first.held(source)

    def secret(self, name: str) -> Secret:
        """A secret of the practice by name; see the port."""
        return self._first.secret(name)

    async def send(self, call: Call, *, rung: Rung = Rung.HTTP) -> Reply:
        """Send one call in the first session; see the port."""
        return await self._first.send(call, rung=rung)

    async def fetch(self, call: Call, take: Take) -> Reply:
        """Send one call in the first session; see the port."""
        return await self._first.fetch(call, take)

    async def submit(self, call: Call, gate: Gate) -> Reply:
        """Send one call in the first session; see the port."""
        return await self._first.submit(call, gate)

    async def confirm(self) -> None:
        """See that the portal still shows this practice in the first session; see the port."""
        await self._first.confirm()

    async def renew(self, *, seen: int) -> None:
        """Renew the first session; see the port."""
        await self._first.renew(seen=seen)


async def _close_all(sessions: Collection[PortalSession]) -> None:
    """Close each, whatever becomes of the others."""
    done = await asyncio.gather(*(each.close() for each in sessions), return_exceptions=True)
    for failed in done:
        if isinstance(failed, BaseException):
            raise failed
