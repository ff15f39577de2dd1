"""A real mail server on loopback: it speaks STARTTLS, wants a password and keeps what it takes."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD: Final = "canary-mail-7c2d"


@dataclass
class Mailbox:
    """What a mail server took.

    Attributes:
        letters: in order.
        refusing: what it says instead of taking one.
        asked: how often it was given one, taken or not.
        slow: seconds between taking one and saying so.
        port: where it listens.
    """

    letters: list[EmailMessage] = field(default_factory=list)
    refusing: str = ""
    asked: int = 0
    slow: float = 0.0
    port: int = 0

    async def handle_DATA(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.asked += 1
        if self.refusing:
            return self.refusing
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        await asyncio.sleep(self.slow)
        return "250 taken"


@contextmanager
def mailbox(folder: Path) -> Iterator[tuple[Mailbox, ssl.SSLContext]]:
    """A server with STARTTLS that lets ``vetportal`` in; and whom its certificate is trusted by."""
    certificate = _certificate(folder)
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(certificate)
    box = Mailbox()
    port = free_port()
    box.port = port
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        tls_context=own,
        require_starttls=True,
        auth_required=True,
        authenticator=_let_in,
    )
    controller.start()
    try:
        yield box, ssl.create_default_context(cafile=str(certificate))
    finally:
        controller.stop()


def _let_in(
    _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, data: object
) -> AuthResult:
    assert isinstance(data, LoginPassword)
    known = (data.login, data.password) == (b"vetportal", PASSWORD.encode())
    return AuthResult(success=known, handled=known)


def free_port() -> int:
    """A port that nobody listens on; the library wants to know it before it listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "mail.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
