"""Fetch the bytes of one document, signed in, into a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import structlog

from automation import replay
from automation.documents.arriving import Arriving
from automation.entities import Document
from automation.errors import AnswerNotUnderstood, LoggedOut, NotPermitted, Unusable
from automation.model import Call, Reply, same_origin
from automation.ports import TakingSession
from automation.session import ACCESS_TOKEN

LARGEST: Final = 50 * 1024 * 1024
"""Bytes of one document, unless somebody allows more."""
_ROUNDS: Final = 3
"""How often a session may end between the bytes and their confirmation."""
_FORBIDDEN: Final = 403
_FINE: Final = range(200, 300)

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched.

    Attributes:
        size: bytes.
        sha256: their SHA-256, in hexadecimal digits.
        content_type: what the answer said they are.
        expected: bytes that the portal said the document has; None where it says nothing.
    """

    size: int
    sha256: str
    content_type: str | None
    expected: int | None


async def fetch(
    session: TakingSession, document: Document, path: Path, *, limit: int = LARGEST
) -> Fetched:
    """Write the bytes of a document into a file, as they come.

    The bytes count only after the portal confirmed, after them, that the session still is that of
    the practice. Memory stays flat whatever the size.

    Args:
        session: of the practice whose document it is.
        document: whose bytes are wanted.
        path: a file that nobody else reads yet; what is in it after a failure means nothing.
        limit: bytes at most.

    Raises:
        Unusable: the portal gives no address for the bytes of this document.
        Refused: there are more bytes than the limit, or they lie on a host that is not allowed.
        AnswerNotUnderstood: the portal answers with something else: a page, an error, nothing.
        NotPermitted: the user may not see it.
        LoggedOut: signed out again right after a login.
        PortalDown: no answer, or one that was cut off again and again.
    """
    fetching = _Fetching(session, document, path, limit)
    for _ in range(_ROUNDS):
        seen, fetched = await fetching.signed_in()
        await session.confirm()
        if session.generation == seen:
            return fetched
    raise LoggedOut("the session ends again and again before the document is confirmed")


class _Fetching:
    """The bytes of one document, asked for as often as it takes."""

    def __init__(self, session: TakingSession, document: Document, path: Path, limit: int) -> None:
        self._session, self._document = session, document
        self._name = f"document {document.id}"
        self._arriving = Arriving(path, expected=document.content_type, limit=limit)

    async def signed_in(self) -> tuple[int, Fetched]:
        """The bytes, and the generation of the session that got them; one login at most."""
        seen = self._session.generation
        try:
            return seen, await self._once()
        except LoggedOut as problem:
            _log.info("session_ended", document=self._document.id, why=problem.message)
        await self._session.renew(seen=seen)
        return self._session.generation, await self._once()

    async def _once(self) -> Fetched:
        call, arriving = self._call(), self._arriving
        arriving.is_file = False
        reply = await self._session.fetch(call, arriving.take)
        reading, portal = replay.read_reply(reply), self._session.portal
        why = replay.why_stranger(reading, call.url, portal.signed_out, expected=arriving.is_file)
        if why is not None:
            raise LoggedOut(f"{self._name}: signed out ({why})")
        replay.refuse_denied(reading, portal.denied)
        self._refuse_other(reply)
        said = self._document.size_bytes
        return Fetched(arriving.size, arriving.sha256, arriving.content_type, said)

    def _call(self) -> Call:
        """No compression: files are compressed as they are, and their length is then true."""
        document, session = self._document, self._session
        if not document.content_path:
            raise Unusable(
                f"{self._name}: the portal gives no address for its bytes",
                remedy="Map `content_path` if there is one, and sync again.",
            )
        base = f"{session.practice.base_url}/"
        url = urljoin(base, document.content_path)
        headers = {"accept": "*/*", "accept-encoding": "identity"}
        token = session.slots.get(ACCESS_TOKEN)
        if token and same_origin(url, base):
            headers["authorization"] = f"Bearer {token}"
        return Call("GET", url, headers)

    def _refuse_other(self, reply: Reply) -> None:
        """See that the answer is the file, and all of it."""
        arriving = self._arriving
        if reply.status == _FORBIDDEN:
            raise NotPermitted(f"{self._name}: status {reply.status}")
        if not arriving.is_file:
            kind = arriving.content_type or "no type"
            said = f"a page ({kind})" if reply.status in _FINE else f"status {reply.status}"
        elif not arriving.size and self._document.size_bytes != 0:
            said = "no bytes"
        else:
            return
        raise AnswerNotUnderstood(
            f"{self._name}: {said} instead of the file",
            remedy="Sync the practice, and look at the document in the portal.",
        )
