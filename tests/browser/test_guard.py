"""Nothing gets out of the browser to a host that the practice may not speak to."""

from __future__ import annotations

import socket

import pytest
from pydantic import JsonValue

from automation.browser import Guard, Tab
from automation.errors import PortalDown, Refused
from automation.model import DIRECT, AllowList, Egress, Portal, Practice
from tests.browser.site import Browser, Served, Site, allowing, redirect, serving
from tests.way_out import forwarding

EVERY_WAY_OUT = """<!doctype html>
<link rel=prefetch href="{out}/prefetch"><img src="{out}/image"><iframe src="{out}/frame"></iframe>
<iframe src="/redirecting-frame"></iframe>
<a id=popup target=_blank href="{out}/popup">one</a>
<a id=popup2 target=_blank href="/redirecting-popup">two</a>
<form id=form method=post target=sink action="{out}/form"><input name=a></form>
<iframe name=sink></iframe>
<script>
  const never = () => 0;
  fetch("{out}/fetch", {{method: "POST", body: "x"}}).catch(never);
  fetch("/redirecting-fetch").catch(never);
  navigator.sendBeacon("{out}/beacon", "x");
  new Worker("/worker.js");
  new WebSocket("{out}/socket".replace("http", "ws"));
  new EventSource("{out}/events");
  document.querySelectorAll("a").forEach(each => each.click());
  document.querySelector("form").submit();
</script>"""


@pytest.mark.parametrize("by_proxy", [False, True])
def test_no_way_out_of_a_page_reaches_a_foreign_host(
    chromium: Browser, site: Site, by_proxy: bool
) -> None:
    with serving() as foreign, forwarding() as proxy:
        out = foreign.elsewhere
        site.pages["/"] = EVERY_WAY_OUT.format(out=out)
        site.pages["/worker.js"] = Served(f"fetch('{out}/worker')", mime="text/javascript")
        for name in ("frame", "popup", "fetch"):
            site.pages[f"/redirecting-{name}"] = redirect(f"{out}/redirected-{name}")

        async def visit(tab: Tab) -> int:
            await tab.goto(f"{site.url}/")
            await tab.rest()
            while len(tab.context.pages) < 3:
                await tab.rest()
            await tab.rest()
            return tab.guard.blocked[f"localhost:{foreign.port}"]

        blocked = chromium.run(site.url, visit, egress=Egress(proxy.url) if by_proxy else DIRECT)
        assert foreign.paths == []
        assert set(proxy.asked) == ({f"CONNECT 127.0.0.1:{site.port}"} if by_proxy else set())
        assert {"/redirecting-frame", "/redirecting-fetch", "/worker.js"} <= set(site.paths)
        assert blocked >= 10


CALL = """async ([transport, ...servers]) => {
    await new WebTransport(transport).ready.catch(() => 0);
    const call = new RTCPeerConnection({iceServers: servers.map(
        urls => ({urls, username: "a", credential: "b"}))});
    call.createDataChannel("x");
    await call.setLocalDescription(await call.createOffer());
    while (call.iceGatheringState !== "complete")
        await new Promise(done => call.onicegatheringstatechange = done);
}"""


@pytest.mark.parametrize("by_proxy", [False, True])
def test_a_call_between_browsers_sends_nothing_past_the_guard(
    chromium: Browser, site: Site, by_proxy: bool
) -> None:
    site.pages["/"] = "<h1>Here</h1>"
    with socket.socket(type=socket.SOCK_DGRAM) as udp, forwarding() as proxy:
        udp.bind(("127.0.0.1", 0))
        udp.settimeout(0)
        port = udp.getsockname()[1]
        ways: list[JsonValue] = [f"{way}127.0.0.1:{port}" for way in ("https://", "stun:", "turn:")]

        async def visit(tab: Tab) -> None:
            await tab.goto(f"{site.url}/")
            await tab.evaluate(CALL, ways)

        chromium.run(site.url, visit, egress=Egress(proxy.url) if by_proxy else DIRECT)
        with pytest.raises(BlockingIOError):
            udp.recv(2048)


def test_a_proxy_of_the_environment_is_not_taken(
    chromium: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/"] = "<h1>Here</h1>"

    async def visit(tab: Tab) -> None:
        await tab.goto(f"{site.url}/")
        with pytest.raises(PortalDown, match="ERR_NAME_NOT_RESOLVED"):
            await tab.goto("https://other.acme.example/")

    with forwarding() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("no_proxy", "")
        chromium.run(site.url, visit)
        assert proxy.asked == []


def test_the_practices_own_machine_on_another_port_is_a_foreign_host(
    chromium: Browser, site: Site
) -> None:
    with serving() as neighbour:
        site.pages["/"] = f"<img src='{neighbour.url}/image'><h1>Here</h1>"

        async def visit(tab: Tab) -> str | None:
            await tab.goto(f"{site.url}/")
            await tab.rest()
            tab.guard.check()
            return await tab.text_of("h1")

        assert chromium.run(site.url, visit) == "Here"
        assert neighbour.paths == []


def test_a_page_that_redirects_to_a_foreign_host_is_refused_with_its_name(
    chromium: Browser, site: Site
) -> None:
    with serving() as foreign:
        site.pages["/"] = redirect(f"{foreign.elsewhere}/stolen")

        async def visit(tab: Tab) -> None:
            await tab.goto(f"{site.url}/")

        with pytest.raises(
            Refused, match=f"localhost:{foreign.port} is not an allowed host"
        ) as caught:
            chromium.run(site.url, visit)
        assert "portal.yaml" in caught.value.remedy
        assert foreign.paths == []


def test_an_address_that_is_not_allowed_is_not_even_tried(chromium: Browser, site: Site) -> None:
    async def visit(tab: Tab) -> None:
        await tab.goto(f"{site.elsewhere}/")

    with pytest.raises(Refused, match="is not an allowed host"):
        chromium.run(site.url, visit)
    assert site.paths == []


def test_a_host_that_answers_although_it_must_not_stops_the_flow(
    chromium: Browser, site: Site
) -> None:
    """A browser behind a proxy resolves nothing itself; here another allow-list plays the proxy."""
    site.pages["/"] = "<h1>Elsewhere</h1>"

    async def visit(tab: Tab) -> None:
        watching = Guard(allowing("https://app.acme.example"))
        watching.watch(tab.context)
        await tab.goto(f"{site.url}/")
        watching.check()

    with pytest.raises(Refused, match="was answered by 127.0.0.1:"):
        chromium.run(site.url, visit)


def test_a_portal_that_does_not_listen_is_down_and_not_refused(chromium: Browser) -> None:
    with serving() as gone:
        url = gone.url

    async def visit(tab: Tab) -> None:
        await tab.goto(f"{url}/Home?secret=1")

    with pytest.raises(PortalDown, match=r"/Home did not answer \(ERR_CONNECTION_REFUSED\)$"):
        chromium.run(url, visit)


@pytest.mark.parametrize(
    "base_url, loopback, hosts, rules",
    [
        (
            "https://a.acme.example",
            False,
            ("*.acme.example",),
            "MAP a.acme.example:443 a.acme.example:443, EXCLUDE *.acme.example, MAP * ~NOTFOUND",
        ),
        ("http://127.0.0.1:8123", True, (), "MAP 127.0.0.1:8123 127.0.0.1:8123, MAP * ~NOTFOUND"),
        ("http://[::1]:8123", True, (), "MAP [::1]:8123 [::1]:8123, MAP * ~NOTFOUND"),
        ("http://127.0.0.1:8123", False, ("localhost", "*.localhost"), "MAP * ~NOTFOUND"),
    ],
)
def test_the_browser_is_told_the_allowed_hosts_and_no_others(
    base_url: str,
    loopback: bool,
    hosts: tuple[str, ...],
    rules: str,
) -> None:
    portal = Portal(portal="acme", title="Acme", hosts=hosts)
    practice = Practice(name="north", portal="acme", base_url=base_url, loopback=loopback)
    guard = Guard(AllowList.of(portal, practice))
    resolve, *others = guard.flags()
    assert resolve == f"--host-resolver-rules={rules}"
    assert "--no-proxy-server" in others
