"""Takes the notices of portals: proven by the secret in their address, kept, answered at once.

A notice is only a hint that something about one record may have changed. Nothing in it is believed:
the record is read later, with the session of the practice, and that decides. So a forged, repeated
or late notice costs one reading at most, and a flood of them no more than the rows that
:class:`automation.store.Notices` keeps.

No web framework is needed here; whoever mounts this hands over method, headers and body, and keeps
the address out of access logs, because it holds the secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from automation import store
from automation.catalog import Catalog
from automation.errors import BadArgument, DatabaseAway, NotKnown, Unready
from automation.inbound.payload import read_payload
from automation.inbound.secrets import InboundSecrets
from automation.model import Inbound, Practice

MOST_BYTES: Final = 16 * 1024
"""Bytes of a notice; whoever mounts the receiver reads no more of a body."""
_AT_ONCE: Final = 64
"""Notices under way at once; the portal is asked to try others again."""

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Reception:
    """What a notice is answered with.

    Attributes:
        status: HTTP status; a portal sends again what does not get 200.
        said: in a few words, for the delivery log of the portal.
    """

    status: int
    said: str


_KEPT: Final = Reception(200, "noted")
_UNUSED: Final = Reception(200, "nothing to follow")
_NOWHERE: Final = Reception(404, "not found")
_BUSY: Final = Reception(503, "try again")
_METHOD: Final = Reception(405, "notices are posted")
_LARGE: Final = Reception(413, "too large for a notice")


class Receiver:
    """Takes notices for all practices.

    Args:
        catalog: knows what portals tell.
        rows: knows the practices.
        notices: keeps what came.
        secrets: knows the secrets of the addresses.
        at_once: notices under way at once.
    """

    def __init__(
        self,
        catalog: Catalog,
        rows: store.Store,
        notices: store.Notices,
        secrets: InboundSecrets,
        *,
        at_once: int = _AT_ONCE,
    ) -> None:
        self._catalog, self._rows, self._notices, self._secrets = catalog, rows, notices, secrets
        self._room = at_once
        self._files: dict[str, Inbound] = {}

    async def receive(
        self, practice: str, secret: str, *, method: str, headers: Mapping[str, str], body: bytes
    ) -> Reception:
        """Keep one notice; it is on disk when this answers 200.

        Args:
            practice: the name in the address.
            secret: the secret in the address.
            method: of the request.
            headers: of the request, in any case.
            body: of the request.

        Returns:
            404 for every address that is not a practice's own, 503 when it could not be kept.
        """
        if len(body) > MOST_BYTES:
            return _LARGE
        if self._room <= 0:
            return _BUSY
        self._room -= 1
        try:
            return await self._received(practice, secret, method, headers, body)
        except (DatabaseAway, Unready) as problem:
            _log.warning("notice_not_kept", practice=practice, why=problem.message)
            return _BUSY
        finally:
            self._room += 1

    async def _received(
        self, name: str, secret: str, method: str, headers: Mapping[str, str], body: bytes
    ) -> Reception:
        if not await self._secrets.fits(name, secret):
            return _NOWHERE
        if method.upper() != "POST":
            return _METHOD
        try:
            practice = await self._rows.practice(name)
            return await self._kept(practice, _header(headers, "content-type"), body)
        except NotKnown:  # offboarded meanwhile
            return _NOWHERE
        except BadArgument as problem:
            return Reception(400, problem.message)

    async def _kept(self, practice: Practice, content_type: str, body: bytes) -> Reception:
        """Keep what a notice is about.

        Raises:
            BadArgument: it is no notice of this portal.
        """
        inbound = self._inbound(practice.portal)
        said = read_payload(content_type, body)
        about = {topic: said[topic] for topic in inbound.topics if said.get(topic)}
        for topic, record in about.items():
            if not inbound.is_id(record):
                raise BadArgument(f"{topic} is no id")
        for topic, record in about.items():
            apart = await self._notices.note(practice.name, topic, record)
            _log.debug("notice_kept", practice=practice.name, topic=topic, apart=apart)
        return _KEPT if about else _UNUSED

    def _inbound(self, portal: str) -> Inbound:
        """What a portal tells, read once: files change with the program."""
        if portal not in self._files:
            self._files[portal] = self._catalog.inbound(portal)
        return self._files[portal]


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")
