"""A line through a proxy stands, or says in our words why it does not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from automation.browser.tunnel import open_tunnel
from automation.errors import PortalDown, Unusable
from automation.model import Egress, Secret
from tests.browser.site import serving
from tests.engine import run_engine
from tests.way_out import Authority, forwarding

NORTH = ("north", "s3cret")
SCHEMES = ["http", "https", "socks5"]


def say(egress: Egress, host: str, port: int) -> bytes:
    """Ask for a page over the line; gives all that comes back."""

    async def run() -> bytes:
        reader, writer = await open_tunnel(egress, host, port)
        writer.write(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        return answer

    return run_engine(run())


@pytest.mark.parametrize("host", ["portal.acme.example", "127.0.0.1", "::1"])
@pytest.mark.parametrize("login", [None, NORTH])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_line_reaches_the_host_by_the_name_the_proxy_is_told(
    scheme: str, login: tuple[str, str] | None, host: str, tmp_path: Path
) -> None:
    ours = Authority("ours", tmp_path)
    over = ours.server("127.0.0.1") if scheme == "https" else None
    with serving() as site, forwarding(scheme, login=login, tls=over) as proxy:
        proxy.ports[f"{host}:8080"] = site.port
        site.pages["/"] = "here"
        name, word = (Secret(each) for each in login) if login else (None, None)
        answer = say(Egress(proxy.url, name, word, ours.pem), host, 8080)
    assert answer.endswith(b"here")
    verb = "SOCKS" if scheme == "socks5" else "CONNECT"
    place = f"[{host}]:8080" if ":" in host and verb == "CONNECT" else f"{host}:8080"
    assert proxy.asked == [f"{verb} {place}"]


@pytest.mark.parametrize("given", [("north", "wr0ng"), None])
@pytest.mark.parametrize("scheme", SCHEMES[::2])
def test_a_proxy_that_wants_another_login_is_asked_once(
    scheme: str, given: tuple[str, str] | None
) -> None:
    name, word = (Secret(each) for each in given) if given else (None, None)
    refused = pytest.raises(Unusable, match="does not accept our name and password")
    with forwarding(scheme, login=NORTH) as proxy, refused as caught:
        say(Egress(proxy.url, name, word), "portal.acme.example", 443)
    assert len(proxy.greetings) == (1 if given else 0)
    assert "wr0ng" not in f"{caught.value} {caught.value.remedy}"


@pytest.mark.parametrize("scheme", SCHEMES[::2])
def test_a_host_that_the_proxy_does_not_find_is_down(scheme: str) -> None:
    down = pytest.raises(PortalDown, match="does not lead to portal.acme.example")
    with forwarding(scheme) as proxy, down:
        say(Egress(proxy.url), "portal.acme.example", 443)


def test_a_proxy_whose_certificate_nobody_vouches_for_is_not_told_our_name(tmp_path: Path) -> None:
    ours, other = Authority("ours", tmp_path), Authority("other", tmp_path)
    down = pytest.raises(PortalDown)
    with forwarding("https", login=NORTH, tls=ours.server("127.0.0.1")) as proxy, down:
        say(Egress(proxy.url, Secret("north"), Secret("s3cret"), other.pem), "a.example", 443)
    assert (proxy.asked, proxy.greetings) == ([], [])


@contextmanager
def saying(answer: bytes) -> Iterator[str]:
    """Something that answers this to whatever it is asked, and hangs up; gives host and port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            line, _ = listener.accept()
            with line:
                line.recv(65536)
                line.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize(
    "scheme, answer",
    [
        ("http", b""),
        ("http", b"SSH-2.0-OpenSSH\r\n\r\n"),
        ("http", b"\r\n\r\n"),
        ("http", b"HTTP/1.1 " + b"x" * 100_000),
        ("http", b"HTTP/1.1 302 Sign in first\r\n\r\n"),
        ("socks5", b""),
        ("socks5", b"\x05\x00\x05"),
    ],
)
def test_what_is_no_proxy_is_no_line(scheme: str, answer: bytes) -> None:
    with saying(answer) as place, pytest.raises(PortalDown, match="does not lead to a.example"):
        say(Egress(f"{scheme}://{place}"), "a.example", 443)


def test_without_a_proxy_there_is_nothing_to_go_through() -> None:
    with pytest.raises(ValueError, match="no proxy"):
        say(Egress(), "a.example", 443)
