"""With a proxy nothing leaves the browser but through the gate, which asks the allow-list."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import structlog

from automation.browser import Tab
from automation.browser.gate import Gate
from automation.errors import PortalDown, Refused, Unusable
from automation.model import AllowList, Egress, Secret
from tests.browser.site import Browser, Site, allowing, redirect, serving
from tests.engine import run_engine
from tests.way_out import Authority, forwarding

HOST = "app.acme.example"
NORTH = ("north", "s3cret")


# ---------------------------------------------------------------- spoken to directly


def socks(host: str, port: int, *, version: int = 5, command: int = 1) -> bytes:
    name = host.encode()
    asked = bytes([version, command, 0, 3, len(name)]) + name + port.to_bytes(2, "big")
    return bytes([version, 1, 0]) + asked


def knocking(
    allow: AllowList,
    egress: Egress,
    work: Callable[[Gate, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> list[tuple[str, int]]:
    """Open a line to a gate; gives what the gate turned back."""
    turned_back: list[tuple[str, int]] = []

    async def run() -> None:
        gate = Gate(allow, egress, lambda *place: turned_back.append(place))
        async with gate.opened() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                await work(gate, reader, writer)
            finally:
                writer.close()

    run_engine(run())
    return turned_back


@pytest.mark.parametrize(
    "host, port",
    [
        ("elsewhere.example", 443),
        (HOST, 80),
        (HOST, 8443),
        ("127.0.0.1", 443),
        ("localhost", 443),
        (f"someone@{HOST}", 443),
        (f"{HOST}/@elsewhere.example", 443),
        (f"{HOST}:443#", 443),
    ],
)
def test_a_line_to_an_address_that_is_not_allowed_is_turned_back(host: str, port: int) -> None:
    async def knock(gate: Gate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(socks(host, port))
        assert await reader.readexactly(2 + 10) == b"\x05\x00\x05\x02" + bytes([0, 1, *[0] * 6])
        assert await reader.read() == b""

    with forwarding() as proxy:
        turned_back = knocking(allowing(f"https://{HOST}"), Egress(proxy.url), knock)
    assert turned_back == [(host, port)]
    assert proxy.asked == []


@pytest.mark.parametrize(
    "said", [b"GET / HTTP/1.1\r\n\r\n", socks(HOST, 443, version=4), socks(HOST, 443, command=2)]
)
def test_who_does_not_ask_for_a_line_as_the_browser_does_is_hung_up_on(said: bytes) -> None:
    async def knock(gate: Gate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        writer.write_eof()
        assert (await reader.read()).removeprefix(b"\x05\x00") == b""

    with forwarding() as proxy:
        assert knocking(allowing(f"https://{HOST}"), Egress(proxy.url), knock) == []
    assert proxy.asked == []


def test_a_line_hands_on_both_ways_and_ends_with_either_side(site: Site) -> None:
    site.pages["/"] = "here"

    async def knock(gate: Gate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(socks("127.0.0.1", site.port))
        assert (await reader.readexactly(12))[3] == 0
        writer.write(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).endswith(b"here")
        assert gate.trouble is None

    with forwarding() as proxy:
        knocking(allowing(site.url), Egress(proxy.url), knock)


def test_what_kept_a_line_from_being_opened_is_remembered() -> None:
    async def knock(gate: Gate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(socks(HOST, 443))
        assert (await reader.readexactly(12))[3] == 4
        assert isinstance(gate.trouble, PortalDown)

    with forwarding() as proxy:
        knocking(allowing(f"https://{HOST}"), Egress(proxy.url), knock)


def test_a_proxy_that_did_not_accept_us_is_not_asked_again() -> None:
    async def knock(gate: Gate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with gate.opened() as port:
            for _ in range(3):
                again, line = await asyncio.open_connection("127.0.0.1", port)
                line.write(socks(HOST, 443))
                assert (await again.readexactly(12))[3] == 4
                line.close()

    name, word = Secret("north"), Secret("wr0ng")
    with forwarding(login=NORTH) as proxy:
        knocking(allowing(f"https://{HOST}"), Egress(proxy.url, name, word), knock)
    assert len(proxy.greetings) == 1


# ---------------------------------------------------------------- spoken to by the browser


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
def test_the_browser_reaches_the_portal_through_the_proxy_by_its_name(
    scheme: str, chromium: Browser, tmp_path: Path
) -> None:
    ours = Authority("ours", tmp_path)
    over = ours.server("127.0.0.1") if scheme == "https" else None
    with serving(ours.server(HOST)) as site, forwarding(scheme, login=NORTH, tls=over) as proxy:
        proxy.ports[f"{HOST}:443"] = site.port
        site.pages["/"] = "<h1>Here</h1>"
        name, word = (Secret(each) for each in NORTH)

        async def visit(tab: Tab) -> str | None:
            await tab.goto(f"https://{HOST}/")
            return await tab.text_of("h1")

        egress = Egress(proxy.url, name, word, ours.pem)
        assert chromium.run(f"https://{HOST}", visit, egress=egress) == "Here"
    verb = "SOCKS" if scheme == "socks5" else "CONNECT"
    assert set(proxy.asked) == {f"{verb} {HOST}:443"}


def test_a_web_socket_goes_through_the_proxy_like_everything_else(
    chromium: Browser, site: Site
) -> None:
    site.pages["/"] = "<script>new WebSocket(location.href.replace('http', 'ws') + 'live')</script>"

    async def visit(tab: Tab) -> None:
        await tab.goto(f"{site.url}/")
        await tab.rest()
        while "/live" not in site.paths:
            await tab.rest()

    with forwarding() as proxy:
        chromium.run(site.url, visit, egress=Egress(proxy.url))
    assert set(proxy.asked) == {f"CONNECT 127.0.0.1:{site.port}"}


def test_a_page_that_leads_to_a_foreign_host_is_refused_by_name_before_the_proxy_hears_of_it(
    chromium: Browser, site: Site
) -> None:
    site.pages["/"] = redirect("https://elsewhere.example/stolen")

    async def visit(tab: Tab) -> int:
        with pytest.raises(Refused, match=r"elsewhere\.example is not an allowed host"):
            await tab.goto(f"{site.url}/")
        return tab.guard.blocked["elsewhere.example"]

    with forwarding() as proxy, structlog.testing.capture_logs() as logs:
        assert chromium.run(site.url, visit, egress=Egress(proxy.url)) >= 1
    assert set(proxy.asked) == {f"CONNECT 127.0.0.1:{site.port}"}
    told = [each["host"] for each in logs if each["event"] == "foreign_host_blocked"]
    assert told.count("elsewhere.example") == 1


def test_a_proxy_that_does_not_accept_us_is_told_as_that(chromium: Browser) -> None:
    async def visit(tab: Tab) -> None:
        await tab.goto(f"https://{HOST}/")

    refused = pytest.raises(Unusable, match="does not accept our name and password")
    with forwarding(login=NORTH) as proxy, refused:
        chromium.run(f"https://{HOST}", visit, egress=Egress(proxy.url))


def test_a_proxy_that_is_gone_is_no_reason_to_go_another_way(chromium: Browser, site: Site) -> None:
    with forwarding() as gone:
        url = gone.url

    async def visit(tab: Tab) -> None:
        await tab.goto(f"{site.url}/")

    with pytest.raises(PortalDown, match=r"proxy of this practice does not lead to 127\.0\.0\.1"):
        chromium.run(site.url, visit, egress=Egress(url))
    assert site.paths == []
