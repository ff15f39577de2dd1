"""Real proxies and real certificates on this machine, for both doors."""

from __future__ import annotations

import ipaddress
import select
import socket
import socketserver
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from typing_extensions import override

_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
_UNTIL: Final = datetime(2050, 1, 1, tzinfo=UTC)


class Authority:
    """A certificate authority of its own, which nobody trusts unless told to."""

    def __init__(self, name: str, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._named = _name(name)
        public = self._key.public_key()
        self._certificate = (
            _unsigned(self._named, self._named, public)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_may_sign(), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.pem = _pem(self._certificate)
        self.file = folder / f"{name}.pem"
        self.file.write_text(self.pem)

    def server(self, *names: str) -> ssl.SSLContext:
        """What a server with a certificate for these names presents."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self._key.public_key()
        certificate = (
            _unsigned(_name(names[0]), self._named, key.public_key())
            .add_extension(
                x509.SubjectAlternativeName([_alternative(each) for each in names]), critical=False
            )
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        file = self._folder / f"{names[0]}.server.pem"
        file.write_text(private_pem(key) + _pem(certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def private_pem(key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(
        serialization.Encoding.PEM, form, serialization.NoEncryption()
    ).decode()


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(name: str) -> x509.GeneralName:
    with suppress(ValueError):
        return x509.IPAddress(ipaddress.ip_address(name))
    return x509.DNSName(name)


def _may_sign() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _unsigned(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
    )


@dataclass
class Proxy:
    """A forwarding proxy that keeps what it was asked.

    Attributes:
        url: its address.
        asked: ``CONNECT host:port``, ``SOCKS host:port`` or ``GET http://...``, in order.
        greetings: names and passwords that were sent, refused ones too.
        login: the name and password it wants; None for any.
        ports: where a name and port really live on this machine; others are reached as they are.
    """

    url: str
    asked: list[str] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)
    login: tuple[str, str] | None = None
    ports: dict[str, int] = field(default_factory=dict)

    def reach(self, host: str, port: int) -> socket.socket:
        known = self.ports.get(f"{host}:{port}")
        place = ("127.0.0.1", known) if known else (host, port)
        return socket.create_connection(place, timeout=10)


@contextmanager
def forwarding(
    scheme: str = "http",
    *,
    login: tuple[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Proxy]:
    """Run a proxy on a free port of this machine: ``http``, ``https`` or ``socks5``."""

    class Handler(socketserver.BaseRequestHandler):
        @override
        def handle(self) -> None:
            with suppress(OSError, EOFError):
                line = tls.wrap_socket(self.request, server_side=True) if tls else self.request
                with line:
                    (_socks if scheme == "socks5" else _http)(line, proxy)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        @override
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up is no error of a test."""

    with Server(("127.0.0.1", 0), Handler) as server:
        proxy = Proxy(f"{scheme}://127.0.0.1:{server.server_address[1]}", login=login)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield proxy
        server.shutdown()
        thread.join()


def _http(line: socket.socket, proxy: Proxy) -> None:
    head, rest = _head(line)
    method, target, _ = head.split("\r\n")[0].split(" ")
    fields = {
        name.lower(): value
        for name, _, value in (each.partition(": ") for each in head.split("\r\n")[1:])
    }
    if "proxy-authorization" in fields:
        proxy.greetings.append(fields["proxy-authorization"])
    proxy.asked.append(f"{method} {target}")
    if proxy.login is not None:
        wanted = b64encode(":".join(proxy.login).encode()).decode()
        if fields.get("proxy-authorization") != f"Basic {wanted}":
            told = b"HTTP/1.1 407 Who are you\r\nproxy-authenticate: Basic realm=x\r\n"
            line.sendall(told + b"content-length: 0\r\n\r\n")
            return
    if method != "CONNECT":
        _forward(line, proxy, head, rest)
        return
    host, _, port = target.rpartition(":")
    try:
        far = proxy.reach(host.strip("[]"), int(port))
    except OSError:
        line.sendall(b"HTTP/1.1 502 Nobody there\r\ncontent-length: 0\r\n\r\n")
        return
    line.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
    _relay(line, far)


def _forward(line: socket.socket, proxy: Proxy, head: str, rest: bytes) -> None:
    """One plain request; the connection ends after it."""
    method, target, version = head.split("\r\n", maxsplit=1)[0].split(" ")
    place, slash, path = target.removeprefix("http://").partition("/")
    host, _, port = place.partition(":")
    fields = [each for each in head.split("\r\n")[1:] if not each.lower().startswith("proxy-")]
    far = proxy.reach(host, int(port or 80))
    kept = [f"{method} {slash}{path} {version}", *fields, "connection: close"]
    far.sendall("\r\n".join(kept).encode() + b"\r\n\r\n" + rest)
    _relay(line, far)


def _socks(line: socket.socket, proxy: Proxy) -> None:
    """RFC 1928 and RFC 1929."""
    _, count = _exactly(line, 2)
    methods = _exactly(line, count)
    wanted = 0 if proxy.login is None else 2
    if wanted not in methods:
        line.sendall(b"\x05\xff")
        return
    line.sendall(bytes([5, wanted]))
    if proxy.login is not None:
        _exactly(line, 1)
        name, word = (_exactly(line, _exactly(line, 1)[0]).decode() for _ in range(2))
        proxy.greetings.append(f"{name}:{word}")
        good = (name, word) == proxy.login
        line.sendall(bytes([1, 0 if good else 1]))
        if not good:
            return
    _, _, _, kind = _exactly(line, 4)
    host = _socks_host(line, kind)
    port = int.from_bytes(_exactly(line, 2), "big")
    proxy.asked.append(f"SOCKS {host}:{port}")
    try:
        far = proxy.reach(host, port)
    except OSError:
        line.sendall(bytes([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]))
        return
    line.sendall(bytes([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
    _relay(line, far)


def _socks_host(line: socket.socket, kind: int) -> str:
    if kind == 3:
        return _exactly(line, _exactly(line, 1)[0]).decode()
    return str(ipaddress.ip_address(_exactly(line, 4 if kind == 1 else 16)))


def _head(line: socket.socket) -> tuple[str, bytes]:
    gathered = b""
    while b"\r\n\r\n" not in gathered:
        chunk = line.recv(65536)
        if not chunk:
            raise EOFError
        gathered += chunk
    head, _, rest = gathered.partition(b"\r\n\r\n")
    return head.decode("latin-1"), rest


def _exactly(line: socket.socket, count: int) -> bytes:
    gathered = b""
    while len(gathered) < count:
        chunk = line.recv(count - len(gathered))
        if not chunk:
            raise EOFError
        gathered += chunk
    return gathered


def _relay(one: socket.socket, other: socket.socket) -> None:
    with other:
        ends = {one: other, other: one}
        while True:
            pending = [each for each in ends if isinstance(each, ssl.SSLSocket) and each.pending()]
            ready = pending or select.select(list(ends), [], [])[0]
            for each in ready:
                chunk = each.recv(65536)
                if not chunk:
                    return
                ends[each].sendall(chunk)
