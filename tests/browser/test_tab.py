"""What the layers above can do with a page, and what they are told when it fails."""

from __future__ import annotations

import threading

import pytest

from automation.browser import Tab
from automation.errors import PortalDown, Throttled, Transient
from automation.model import Cookie
from tests.browser.site import Browser, Served, Site, redirect
from tests.browser.workshop import Workshop


def test_an_address_opens_and_its_page_can_be_read(running: Workshop, site: Site) -> None:
    site.pages["/Home"] = "<title> The home </title><h1>Good\n morning</h1><h1 hidden>No</h1>"

    async def visit(tab: Tab) -> tuple[object, ...]:
        await tab.goto(f"{site.url}/Home?day=1")
        html = await tab.html()
        answer = await tab.evaluate("more => [1, more]", {"a": None})
        return tab.url, await tab.title(), await tab.text_of("h1"), "morning" in html, answer

    told = running.run(site.url, visit)
    assert told == (f"{site.url}/Home?day=1", "The home", "Good morning", True, [1, {"a": None}])


def test_a_text_that_is_not_visible_is_not_there(running: Workshop, site: Site) -> None:
    site.pages["/"] = "<p style='display: none'>Secretly</p>"

    async def visit(tab: Tab) -> str | None:
        await tab.goto(f"{site.url}/")
        return await tab.text_of("p")

    assert running.run(site.url, visit) is None


def test_cookies_and_storage_can_be_taken_out_and_cookies_put_in(
    running: Workshop, site: Site
) -> None:
    made = ("Set-Cookie", "sid=abc; Path=/Practice; HttpOnly; SameSite=Strict")
    site.pages["/Practice"] = Served("<script>localStorage.a = 1</script>", headers=[made])
    given = Cookie(name="device", value="known", domain="127.0.0.1", http_only=True)

    async def visit(tab: Tab) -> tuple[tuple[Cookie, ...], dict[str, dict[str, str]]]:
        await tab.adopt([given])
        await tab.goto(f"{site.url}/Practice")
        return await tab.cookies(), await tab.storage()

    cookies, storage = running.run(site.url, visit)
    assert set(cookies) == {
        given,
        Cookie(
            name="sid",
            value="abc",
            domain="127.0.0.1",
            path="/Practice",
            http_only=True,
            same_site="Strict",
        ),
    }
    assert storage == {site.url: {"a": "1"}}
    assert "cookie" in site.asked[0].headers


def test_the_page_in_front_closes_and_the_one_behind_it_is_in_front_again(
    running: Workshop, site: Site
) -> None:
    async def visit(tab: Tab) -> bool:
        first = tab.page
        tab.bring_forward(await tab.context.new_page())
        assert tab.page is not first
        await tab.page.close()
        return tab.page is first

    assert running.run(site.url, visit)


@pytest.mark.parametrize("served", [Served(status=500), Served(status=0), redirect("/loop")])
def test_a_portal_that_fails_to_answer_is_down(
    running: Workshop, site: Site, served: Served
) -> None:
    site.pages |= {"/": served, "/loop": redirect("/loop")}

    async def visit(tab: Tab) -> None:
        await tab.goto(f"{site.url}/?token=s3cret")

    with pytest.raises(PortalDown) as caught:
        running.run(site.url, visit)
    assert "s3cret" not in caught.value.message
    assert caught.value.__context__ is None


def test_a_portal_that_answers_too_late_is_down(chromium: Browser, site: Site) -> None:
    hold = threading.Event()

    def late(asked: object) -> str:
        hold.wait(20)
        return "late"

    site.pages["/"] = late

    async def visit(tab: Tab) -> None:
        try:
            await tab.goto(f"{site.url}/")
        finally:
            hold.set()

    with pytest.raises(PortalDown, match="no answer in time"):
        chromium.run(site.url, visit, navigation_ms=500)


def test_a_portal_that_asks_to_slow_down_is_believed(running: Workshop, site: Site) -> None:
    site.pages["/"] = Served("slower", status=429, headers=[("Retry-After", "12")])

    async def visit(tab: Tab) -> None:
        await tab.goto(f"{site.url}/")

    with pytest.raises(Throttled) as caught:
        running.run(site.url, visit)
    assert caught.value.retry_after == 12


def test_a_file_instead_of_a_page_leaves_the_page_as_it_is(running: Workshop, site: Site) -> None:
    attached = ("Content-Disposition", "attachment; filename=a.pdf")
    site.pages |= {"/": "<h1>Here</h1>", "/file": Served(b"%PDF", headers=[attached])}

    async def visit(tab: Tab) -> str | None:
        await tab.goto(f"{site.url}/")
        await tab.goto(f"{site.url}/file")
        return await tab.text_of("h1")

    assert running.run(site.url, visit) == "Here"


def test_a_question_that_the_page_cannot_answer_is_an_error_of_ours(
    running: Workshop, site: Site
) -> None:
    async def visit(tab: Tab) -> None:
        await tab.evaluate("() => { throw new Error('s3cret') }")

    with pytest.raises(Transient) as caught:
        running.run(site.url, visit)
    assert "s3cret" not in str(caught.value)
