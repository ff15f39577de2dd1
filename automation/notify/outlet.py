"""The ways out for letters: a mail server, and services that take short texts."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address

from automation.errors import BadArgument, Unready
from automation.model import Recipient, Secret
from automation.notify.letter import Envelope, Written, enclosed
from automation.notify.post import MailServer, Post
from automation.notify.services import tell_service


@dataclass(frozen=True, slots=True)
class Posting:
    """How one letter goes.

    Attributes:
        recipient: who gets it.
        url: address of the service of that recipient; None where it goes by mail.
        thread: what the letters of one incident have in common.
        number: of this letter alone, and the same whenever it is sent.
        at: now.
    """

    recipient: Recipient
    url: Secret | None
    thread: str
    number: str
    at: datetime


class Outlet:
    """Hands letters over.

    Args:
        server: takes mail; None where there is no mail server.
        sender: address that mail comes from; the user of the server when empty.
        trust: certificates that are trusted; those of the system when not given.

    Raises:
        BadArgument: the sender is no address.
    """

    def __init__(
        self, server: MailServer | None, sender: str = "", *, trust: ssl.SSLContext | None = None
    ) -> None:
        self._post = Post(server, trust=trust) if server else None
        self._sender = sender or (server.username if server else "")
        if server is not None:
            try:
                known = Address(addr_spec=self._sender).domain
            except (HeaderParseError, ValueError, IndexError):
                known = ""
            if not known:
                raise BadArgument(
                    "nobody sends the letters",
                    remedy="Set VETPORTAL_MAIL_SENDER to a mail address.",
                )

    @classmethod
    def at(cls, address: Secret | None, sender: str) -> Outlet:
        """The outlet with the mail server of an address, or with none.

        Raises:
            BadArgument: the address or the sender is none.
        """
        return cls(MailServer.read(address) if address else None, sender)

    @property
    def has_mail(self) -> bool:
        """Whether there is a mail server."""
        return self._post is not None

    async def send(self, written: Written, posting: Posting) -> None:
        """Hand one letter over; once this returns, the server or the service has it.

        Raises:
            Transient: it does not answer, or not now.
            Unready: there is no mail server, or it takes no letters from us or for this address.
        """
        if posting.url is not None:
            await tell_service(posting.url, written.subject, written.text)
            return
        if self._post is None:
            raise Unready(
                "there is no mail server",
                remedy="Set VETPORTAL_MAIL_SERVER: smtp://USER:PASSWORD@HOST:587.",
            )
        envelope = Envelope(
            sender=self._sender,
            recipient=posting.recipient.address,
            at=posting.at,
            thread=posting.thread,
            number=posting.number,
        )
        await self._post.send(enclosed(written, envelope))
