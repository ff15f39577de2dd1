"""A page is at rest when what it began has ended, and polling does not keep it from that."""

from __future__ import annotations

import asyncio
import threading

from automation.browser import Tab
from automation.browser.rest import Landing
from tests.browser.site import Asked, Served, Site, as_json, redirect
from tests.browser.workshop import Workshop

CHAIN = """<h1>Loading</h1><script>
  const next = left => fetch("/data").then(got => got.json()).then(() =>
    left ? setTimeout(next, 20, left - 1) : document.querySelector("h1").append(" done"));
  next(30);
</script>"""
POLLING = """<h1>Here</h1><script>
  const poll = () => fetch("/poll").then(poll, poll);
  poll();
</script>"""


def test_a_chain_of_requests_is_waited_for_to_its_end(running: Workshop, site: Site) -> None:
    site.pages |= {"/": CHAIN, "/data": as_json([])}

    async def visit(tab: Tab) -> str | None:
        await tab.goto(f"{site.url}/")
        await tab.rest()
        return await tab.text_of("h1")

    assert running.run(site.url, visit) == "Loading done"


def test_a_page_that_leads_to_another_one_is_waited_for(running: Workshop, site: Site) -> None:
    site.pages |= {
        "/": "<script>setTimeout(() => location.href = '/two', 30)</script>",
        "/two": "<form action=/three></form><script>document.forms[0].submit()</script>",
        "/three": "<h1>Three</h1>",
    }

    async def visit(tab: Tab) -> str | None:
        await tab.goto(f"{site.url}/")
        await tab.rest()
        return await tab.text_of("h1")

    assert running.run(site.url, visit) == "Three"


def test_a_request_that_never_ends_is_waited_for_once(running: Workshop, site: Site) -> None:
    hold = threading.Event()

    def poll(asked: Asked) -> str:
        hold.wait(20)
        return "{}"

    site.pages |= {"/": POLLING, "/poll": poll}

    async def visit(tab: Tab) -> None:
        await tab.goto(f"{site.url}/")
        await tab.traffic.rest(tab.page, quiet=0.05, limit=0.5)
        async with asyncio.timeout(15):
            for _ in range(3):
                await tab.page.evaluate("() => { poll(); }")
                await tab.traffic.rest(tab.page, quiet=0.05, limit=60)

    try:
        running.run(site.url, visit)
    finally:
        hold.set()


def test_a_quick_poll_keeps_no_page_from_rest(running: Workshop, site: Site) -> None:
    site.pages |= {"/": "<script>setInterval(() => fetch('/poll'), 300)</script>", "/poll": "{}"}

    async def visit(tab: Tab) -> None:
        await tab.goto(f"{site.url}/")
        async with asyncio.timeout(15):
            await tab.traffic.rest(tab.page, quiet=0.5, limit=60)
            tab.traffic.mark()
            await tab.traffic.rest(tab.page, quiet=0.5, limit=60)

    running.run(site.url, visit)


def test_what_began_before_the_mark_is_not_waited_for(running: Workshop, site: Site) -> None:
    hold = threading.Event()

    def slow(asked: Asked) -> str:
        hold.wait(20)
        return "{}"

    site.pages |= {"/": "<h1>Here</h1>", "/slow": slow}

    async def visit(tab: Tab) -> None:
        await tab.goto(f"{site.url}/")
        async with tab.page.expect_request("**/slow"):
            await tab.page.evaluate("() => { fetch('/slow'); }")
        tab.traffic.mark()
        async with asyncio.timeout(15):
            await tab.traffic.rest(tab.page, quiet=0.05, limit=60)

    try:
        running.run(site.url, visit)
    finally:
        hold.set()


def test_the_landing_tells_what_the_last_change_of_page_came_to(
    running: Workshop, site: Site
) -> None:
    site.pages |= {
        "/": redirect("/busy"),
        "/busy": Served("<iframe src=/gone></iframe>", status=503, headers=[("Retry-After", "7")]),
    }

    async def visit(tab: Tab) -> list[Landing | None]:
        seen = [tab.traffic.landing(tab.page)]
        await tab.page.goto(f"{site.url}/")
        await tab.rest()
        seen.append(tab.traffic.landing(tab.page))
        tab.traffic.mark()
        return [*seen, tab.traffic.landing(tab.page)]

    before, after, marked = running.run(site.url, visit)
    assert before is None
    assert after == Landing(f"{site.url}/busy", 503, retry_after="7")
    assert marked is None


def test_a_page_that_closes_itself_is_at_rest(running: Workshop, site: Site) -> None:
    async def visit(tab: Tab) -> None:
        page = await tab.context.new_page()
        tab.bring_forward(page)
        await page.close()
        await tab.traffic.rest(page, quiet=0.05, limit=60)

    running.run(site.url, visit)
