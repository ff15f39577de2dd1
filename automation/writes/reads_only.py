"""ReadsOnly: a session in which nothing can be written."""

from __future__ import annotations

from collections.abc import MutableMapping

from automation.errors import Bug
from automation.model import Call, Endpoint, Portal, Practice, Reply, Rung, Secret, Source
from automation.ports import Session


class ReadsOnly:
    """The same session for reads; what is no read never reaches it.

    Args:
        session: of the practice.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def practice(self) -> Practice:
        """The practice this session belongs to."""
        return self._session.practice

    @property
    def portal(self) -> Portal:
        """The portal of the practice."""
        return self._session.portal

    @property
    def slots(self) -> MutableMapping[str, str]:
        """Latest value of each named slot."""
        return self._session.slots

    @property
    def generation(self) -> int:
        """Grows by one with every login."""
        return self._session.generation

    def held(self, source: Source) -> str | None:
        """The current value of a cookie or a storage key."""
        return self._session.held(source)

    def secret(self, name: str) -> Secret:
        """A secret of the practice by name."""
        return self._session.secret(name)

    async def of(self, endpoint: Endpoint) -> ReadsOnly:
        """The session that an endpoint is asked in, for reads, too."""
        return ReadsOnly(await self._session.of(endpoint))

    async def send(self, call: Call, *, rung: Rung = Rung.HTTP) -> Reply:
        """Send a read.

        Raises:
            Bug: it is no read; nothing was sent.
        """
        if not call.safe:
            raise Bug(f"a {call.method} was about to be sent where nothing may be written")
        return await self._session.send(call, rung=rung)

    async def confirm(self) -> None:
        """See that the portal still shows this practice."""
        await self._session.confirm()

    async def renew(self, *, seen: int) -> None:
        """Log in again unless somebody did since."""
        await self._session.renew(seen=seen)
