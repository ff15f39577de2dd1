"""A call sent by the page of a signed-in browser."""

from __future__ import annotations

import base64

import pytest
from pydantic import JsonValue

from automation import browser
from automation.errors import PortalDown, Refused, Throttled
from automation.model import AllowList, Call, Portal, Practice, Reply
from automation.session.page_rung import send_from_page
from tests.browser.site import Asked, Served, serving
from tests.browser.workshop import workshop
from tests.engine import run_engine
from tests.fakes import START


def allowing(base_url: str) -> AllowList:
    practice = Practice(name="north", portal="acme", base_url=base_url, loopback=True)
    return AllowList.of(Portal(portal="acme", title="Acme", hosts=()), practice)


class ScriptedPage:
    """Answers with a script of JSON values."""

    def __init__(self, answer: JsonValue) -> None:
        self.answer = answer
        self.asked: list[JsonValue] = []

    async def evaluate(self, script: str, argument: JsonValue = None) -> JsonValue:
        assert script.startswith("async (")
        self.asked.append(argument)
        return self.answer


def send(page: ScriptedPage, url: str = "https://x.example/a") -> Reply:
    allowed = allowing("https://x.example")
    call = Call("POST", url, {"a": "b"}, b"\x00\xff")
    return run_engine(send_from_page(page, call, allowed=allowed, now=START))


def answered(status: int, *headers: tuple[str, str], redirected: bool = False) -> JsonValue:
    return {
        "status": status,
        "url": "https://x.example/b" if redirected else "https://x.example/a",
        "redirected": redirected,
        "headers": [list(pair) for pair in headers],
        "content": base64.b64encode(b"\x01\xfe").decode(),
    }


def test_call_and_reply_cross_the_page_byte_by_byte() -> None:
    page = ScriptedPage(answered(200, ("X-One", "1")))
    assert send(page) == Reply(200, "https://x.example/a", (("x-one", "1"),), b"\x01\xfe")
    assert page.asked == [
        {
            "method": "POST",
            "url": "https://x.example/a",
            "headers": {"a": "b"},
            "body": base64.b64encode(b"\x00\xff").decode(),
        }
    ]


def test_a_redirect_shows() -> None:
    reply = send(ScriptedPage(answered(200, redirected=True)))
    assert (reply.url, reply.redirects) == ("https://x.example/b", ("https://x.example/a",))


def test_a_foreign_address_is_not_asked() -> None:
    page = ScriptedPage(answered(200))
    with pytest.raises(Refused, match=r"elsewhere\.example"):
        send(page, "https://elsewhere.example/")
    assert page.asked == []


def test_no_answer_and_server_errors_are_a_portal_that_is_down() -> None:
    with pytest.raises(PortalDown, match="did not answer the page"):
        send(ScriptedPage(None))
    with pytest.raises(PortalDown, match="status 502"):
        send(ScriptedPage(answered(502)))


def test_a_wish_to_slow_down_is_told() -> None:
    with pytest.raises(Throttled) as raised:
        send(ScriptedPage(answered(429, ("Retry-After", "7"))))
    assert raised.value.retry_after == 7


def test_a_real_page_sends_and_receives_every_byte(
    browser_profile: browser.BrowserProfile, found_browser: browser.FoundBrowser
) -> None:
    every = bytes(range(256)) * 300

    def echo(asked: Asked) -> Served:
        assert (asked.method, asked.headers["x-token"]) == ("POST", "t")
        return Served(asked.body, mime="application/octet-stream", headers=[("X-Back", "yes")])

    async def work(tab: browser.Tab) -> Reply:
        await tab.goto(f"{site.url}/home")
        call = Call("POST", f"{site.url}/echo", {"x-token": "t"}, every)
        return await send_from_page(tab, call, allowed=allowing(site.url), now=START)

    with serving() as site, workshop(browser_profile, found_browser) as running:
        site.pages |= {"/home": "<p>home</p>", "/echo": echo}
        reply = running.run(site.url, work)
    assert (reply.status, reply.header("x-back")) == (200, "yes")
    assert reply.content == every
