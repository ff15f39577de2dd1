"""The post: hands letters to a mail server by SMTP (RFC 5321), encrypted unless told otherwise."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

from automation.errors import BadArgument, Transient, Unready
from automation.model import Secret

_PORTS: Final = {"smtps": 465, "smtp": 587, "smtp+plain": 25}
_REMEDY: Final = "Correct the address of the mail server, VETPORTAL_MAIL_SERVER."
_TIMEOUT: Final = 30.0
_PERMANENT: Final = 500


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server.

    Attributes:
        host: its name.
        port: its port.
        secure: ``tls`` from the first byte (RFC 8314), ``starttls`` (RFC 3207), or ``none``.
        username: who logs in; empty for nobody.
        password: the password; None where nobody logs in.
    """

    host: str
    port: int
    secure: str
    username: str = ""
    password: Secret | None = None

    @classmethod
    def read(cls, address: Secret) -> MailServer:
        """A server by its address: ``smtps://name:password@host``, ``smtp://`` with STARTTLS.

        Without encryption it is ``smtp+plain://``, which takes no password: it would be readable.

        Raises:
            BadArgument: it is no such address.
        """
        try:
            parts = urlsplit(address.reveal())
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            raise BadArgument("the mail server has no port of a number", remedy=_REMEDY) from None
        if parts.scheme not in _PORTS or not parts.hostname:
            known = ", ".join(f"{scheme}://" for scheme in _PORTS)
            raise BadArgument(f"a mail server begins with {known}", remedy=_REMEDY)
        if parts.password and parts.scheme == "smtp+plain":
            raise BadArgument("a password is sent to no server without encryption", remedy=_REMEDY)
        secure = {"smtps": "tls", "smtp": "starttls"}.get(parts.scheme, "none")
        username, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port, secure, username, Secret(password) if password else None)


class Post:
    """Sends letters.

    Args:
        server: takes them.
        trust: certificates that are trusted; those of the system when not given.
    """

    def __init__(self, server: MailServer, *, trust: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._trust = trust or ssl.create_default_context()

    async def send(self, letter: EmailMessage) -> None:
        """Hand one letter over; once this returns, the server has it.

        Raises:
            Transient: the server does not answer, or not now.
            Unready: it takes no letters from us, or none for this address.
        """
        try:
            await asyncio.to_thread(self._hand_over, letter)
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, f"the mail server says {error.smtp_code}") from None
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _refused(max(codes), "the mail server does not take the recipient") from None
        except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
            raise Unready(
                f"the mail server cannot be spoken to safely: {type(error).__name__}",
                remedy=_REMEDY,
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            told = f"the mail server does not answer: {type(error).__name__}"
            raise Transient(told) from None

    def _hand_over(self, letter: EmailMessage) -> None:
        server, trust = self._server, self._trust
        made: smtplib.SMTP
        if server.secure == "tls":
            made = smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT, context=trust)
        else:
            made = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT)
        with made:
            if server.secure == "starttls":
                made.starttls(context=trust)
            if server.password is not None:
                made.login(server.username, server.password.reveal())
            made.send_message(letter)


def _refused(code: int, told: str) -> Transient | Unready:
    if code < _PERMANENT:  # 4yz: RFC 5321, 4.2.1: try again later
        return Transient(told)
    return Unready(told, remedy=_REMEDY)
