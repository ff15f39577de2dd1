"""A password goes to the host it was typed for and follows no redirect to another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import structlog

from automation.browser import BrowserPool, Tab, open_tab
from automation.browser.redirects import Paused
from automation.errors import PortalDown, Refused
from tests.browser.site import Asked, Browser, Served, Site, allowing, redirect, serving
from tests.engine import run_engine

WORD = "hunter2"
EVERY_BODY = """<!doctype html>
<iframe name=sink></iframe>
<form method=post action="/again/frame" target=sink><input name=word value=hunter2></form>
<form method=post action="/again/popup" target=_blank><input name=word value=hunter2></form>
<script>
  const never = () => 0, body = {method: "POST", body: "hunter2"};
  fetch("/again/fetch", body).catch(never);
  fetch("/again/keepalive", {...body, keepalive: true}).catch(never);
  fetch("/again/put", {...body, method: "PUT"}).catch(never);
  const old = new XMLHttpRequest(); old.open("POST", "/again/xhr"); old.send("hunter2");
  navigator.sendBeacon("/again/beacon", "hunter2");
  new Worker("/worker.js");
  document.querySelectorAll("form").forEach(each => each.submit());
</script>"""
WAYS = ("frame", "popup", "fetch", "keepalive", "put", "xhr", "beacon", "worker")


def again(site: Site, other: str, status: int) -> None:
    """Answer each body with the wish to send it to the other host."""
    open_door = ("Access-Control-Allow-Origin", "*")
    for way in WAYS:
        site.pages[f"/again/{way}"] = redirect(f"{other}/{way}", open_door, status=status)
    worker = "fetch('/again/worker', {method: 'POST', body: 'hunter2'}).catch(() => 0)"
    site.pages["/worker.js"] = Served(worker, mime="text/javascript")


def welcoming(site: Site) -> None:
    """Let pages of any origin ask for anything."""

    def answer(asked: Asked) -> Served:
        return Served(
            headers=[
                ("Access-Control-Allow-Origin", asked.headers.get("origin", "*")),
                ("Access-Control-Allow-Headers", "*, authorization"),
                ("Access-Control-Allow-Methods", "*, PUT"),
            ]
        )

    for way in (*WAYS, "read"):
        site.pages[f"/{way}"] = answer


@pytest.mark.parametrize("status", [307, 308])
def test_no_body_follows_a_redirect_to_another_host_whoever_sent_it(
    status: int, chromium: Browser, site: Site
) -> None:
    with serving() as other:
        again(site, other.elsewhere, status)
        welcoming(other)
        site.pages["/"] = EVERY_BODY

        async def visit(tab: Tab) -> None:
            await tab.page.goto(f"{site.url}/")
            while not {f"/again/{way}" for way in WAYS} <= set(site.paths):
                await tab.rest()
            await tab.rest()

        with structlog.testing.capture_logs() as logs:
            # the other host is allowed as far as the browser's own rules can tell
            chromium.run(site.url, visit, hosts=("localhost",))
        assert [each for each in other.asked if WORD.encode() in each.body] == []
    told = [each for each in logs if each["event"] == "body_withheld"]
    assert len(told) == len(WAYS)
    assert {each["host"] for each in told} == {f"127.0.0.1:{site.port}"}


@pytest.mark.parametrize("host", ["localhost", "*.acme.example"])
def test_a_login_form_that_wants_its_body_elsewhere_stops_the_flow_and_names_both_hosts(
    host: str, chromium: Browser, site: Site
) -> None:
    with serving() as other:
        site.pages["/login"] = redirect(f"{other.elsewhere}/in", status=307)
        site.pages["/"] = (
            f"<form method=post action=/login><input name=word value={WORD}><button>In</button>"
        )

        async def visit(tab: Tab) -> None:
            await tab.goto(f"{site.url}/")
            await tab.page.get_by_role("button").click()
            await tab.rest()
            tab.check_landing()

        with pytest.raises(Refused, match=f"localhost:{other.port}") as caught:
            chromium.run(site.url, visit, hosts=(host,))
        assert WORD not in str(caught.value)
        assert other.paths == []


def test_the_next_tab_of_the_same_browser_is_held_back_by_nobody_but_its_own_guard(
    chromium: Browser, site: Site
) -> None:
    with serving() as other:
        site.pages["/away"] = redirect(f"{other.elsewhere}/in", status=307)
        site.pages["/stay"] = redirect("/in", status=307)
        site.pages["/in"] = lambda asked: asked.body.decode()
        allow = allowing(site.url, "localhost")

        async def send(pool: BrowserPool, to: str) -> tuple[object, str]:
            async with open_tab(chromium.profile, chromium.found, allow=allow, pool=pool) as tab:
                await tab.goto(f"{site.url}/")
                asked = f"fetch('{to}', {{method: 'POST', body: '{WORD}'}})"
                said = await tab.page.evaluate(
                    f"() => {asked}.then(answer => answer.text()).catch(() => 'stopped')"
                )
                return tab.context.browser, said

        async def tabs() -> list[tuple[object, str]]:
            async with BrowserPool() as pool:
                return [await send(pool, to) for to in ("/stay", "/away", "/stay")]

        with ThreadPoolExecutor(1) as thread:
            found = thread.submit(lambda: run_engine(tabs())).result()
        assert len({browser for browser, _ in found}) == 1
        assert [said for _, said in found] == [WORD, "stopped", WORD]
        assert other.paths == []


def form_leads_to(chromium: Browser, site: Site, to: str, *, status: int) -> str | None:
    """What the page says that a form came to by a redirect; it says how it was asked for."""
    site.pages["/login"] = redirect(to, status=status)
    site.pages["/in"] = lambda asked: f"<h1>{asked.method} {asked.body.decode()}</h1>"
    site.pages["/"] = f"<form method=post action=/login><input name=word value={WORD}></form>"

    async def visit(tab: Tab) -> str | None:
        await tab.goto(f"{site.url}/")
        async with tab.page.expect_navigation():
            await tab.evaluate("() => document.forms[0].submit()")
        await tab.rest()
        if to.startswith("/"):  # the other host is allowed by the browser's own rules only
            tab.check_landing()
        return await tab.text_of("h1")

    return chromium.run(site.url, visit, hosts=("localhost",))


def test_the_same_host_gets_the_body_again_and_the_page_shows(
    chromium: Browser, site: Site
) -> None:
    assert form_leads_to(chromium, site, "/in", status=307) == f"POST word={WORD}"


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_form_leaves_its_body_behind_where_the_standard_says_so(
    status: int, chromium: Browser, site: Site
) -> None:
    assert form_leads_to(chromium, site, f"{site.elsewhere}/in", status=status) == "GET"


READ = """async headers => {
    try { return (await fetch("/again/fetch", {headers})).status; } catch { return null; }
}"""


def read_elsewhere(
    chromium: Browser, site: Site, header: str, value: str
) -> tuple[object, list[Asked]]:
    """The status of a read with this header that is sent on to another host, and what that got."""
    with serving() as other:
        again(site, other.elsewhere, 302)
        welcoming(other)
        site.pages["/"] = "<h1>Here</h1>"

        async def visit(tab: Tab) -> object:
            await tab.goto(f"{site.url}/")
            return await tab.evaluate(READ, {header: value})

        return chromium.run(site.url, visit, hosts=("localhost",)), other.asked


@pytest.mark.parametrize("header, arrives", [("X-CSRF-Token", False), ("Accept", True)])
def test_a_token_that_the_page_adds_follows_no_redirect_to_another_host(
    header: str, arrives: bool, chromium: Browser, site: Site
) -> None:
    status, asked = read_elsewhere(chromium, site, header, WORD)
    assert status == (200 if arrives else None)
    assert [each.method for each in asked] == ["GET"] * arrives


def test_the_browser_itself_drops_the_authorization_of_a_page(
    chromium: Browser, site: Site
) -> None:
    _, asked = read_elsewhere(chromium, site, "Authorization", f"Bearer {WORD}")
    assert "GET" in {each.method for each in asked}
    assert [each for each in asked if WORD in str(each.headers)] == []


def test_a_plain_address_of_an_allowed_host_gets_no_request_where_the_practice_speaks_tls(
    chromium: Browser, site: Site
) -> None:
    site.pages["/"] = "<h1>Here</h1>"

    async def visit(tab: Tab) -> None:
        await tab.page.goto(f"{site.elsewhere}/")

    with pytest.raises(Exception, match="ERR_BLOCKED_BY_CLIENT"):
        chromium.run("https://app.acme.example", visit, hosts=("localhost",))
    assert site.paths == []


def test_a_portal_that_does_not_answer_is_still_told_as_that(chromium: Browser) -> None:
    async def visit(tab: Tab) -> None:
        await tab.goto("https://app.acme.example/")

    with pytest.raises(PortalDown, match="ERR_NAME_NOT_RESOLVED"):
        chromium.run("https://app.acme.example", visit)


# ---------------------------------------------------------------- the rule alone


def target(status: int, method: str, to: str | None) -> str | None:
    event: dict[str, Any] = {
        "requestId": "1",
        "resourceType": "Fetch",
        "request": {"method": method, "url": "https://a.example/go", "headers": {}},
        "responseStatusCode": status,
        "responseHeaders": [{"name": "LOCATION", "value": to}] if to is not None else [],
    }
    return Paused.of(event).target


@pytest.mark.parametrize(
    "status, method, to, stopped",
    [
        (307, "POST", "https://b.example/x", True),
        (308, "PUT", "https://b.example/x", True),
        (307, "POST", "//b.example/x", True),
        (307, "POST", "http://a.example/x", True),
        (307, "POST", "https://a.example:8443/x", True),
        (302, "PUT", "https://b.example/x", True),
        (307, "POST", "javascript:0", True),
        (307, "POST", "/x", False),
        (307, "POST", "https://A.example:443/x", False),
        (307, "GET", "https://b.example/x", False),
        (302, "POST", "https://b.example/x", False),
        (303, "PUT", "https://b.example/x", False),
        (200, "POST", "https://b.example/x", False),
        (307, "POST", None, False),
    ],
)
def test_only_a_body_on_its_way_to_another_origin_is_stopped(
    status: int, method: str, to: str | None, stopped: bool
) -> None:
    assert (target(status, method, to) is not None) is stopped
