"""What a portal's scripts stored is there again before they run, once, and nothing else is."""

from __future__ import annotations

from automation.browser import Tab
from automation.browser.storage import state_of
from automation.model import Cookie
from tests.browser.site import Browser, Site, allowing
from tests.browser.workshop import Workshop

SEEN = "<script>document.title = [localStorage.a, sessionStorage.b, document.cookie]</script>"
SID = Cookie(name="sid", value="s1", domain="127.0.0.1")


def test_the_first_script_of_a_page_finds_what_was_stored(chromium: Browser, site: Site) -> None:
    site.pages["/home"] = SEEN
    site.pages["/later"] = SEEN

    async def visit(tab: Tab) -> list[str]:
        storage, own = {site.url: {"a": "1"}}, {site.url: {"b": "2 </script> \u2028 '\""}}
        await tab.adopt([SID], storage=storage, tab_storage=own)
        assert site.asked == [], "nothing is asked for that"
        await tab.goto(f"{site.url}/home")
        seen = [await tab.title()]
        assert (await tab.storage(), await tab.tab_storage()) == (storage, own)
        await tab.evaluate("() => { localStorage.a = 'new'; sessionStorage.b = 'new' }")
        await tab.goto(f"{site.url}/later")
        return [*seen, await tab.title()]

    first, then = chromium.run(site.url, visit)
    assert first == "1,2 </script> \u2028 '\",sid=s1"
    assert then == "new,new,sid=s1", "what scripts change stays changed"


def test_what_another_session_left_is_gone(running: Workshop, site: Site) -> None:
    site.pages["/home"] = SEEN

    async def visit(tab: Tab) -> list[str]:
        seen = []
        await tab.goto(f"{site.url}/home")
        await tab.evaluate("() => { localStorage.a = 'of it'; sessionStorage.b = 'of it' }")
        for cookies in ([SID], []):
            await tab.adopt(cookies)
            await tab.goto(f"{site.url}/home")
            seen.append(await tab.title())
        return seen

    assert running.run(site.url, visit) == [",,sid=s1", ",,"]


def test_what_an_address_stored_that_is_not_allowed_stays_out() -> None:
    allow = allowing("https://app.acme.example", "api.acme.example")
    places = ("https://app.acme.example", "https://api.acme.example", "https://login.example")
    state = state_of([], {place: {"a": "1"} for place in places}, allow)
    assert [each["origin"] for each in state["origins"]] == list(places[:2])


def test_a_page_of_no_address_has_stored_nothing(running: Workshop, site: Site) -> None:
    async def visit(tab: Tab) -> dict[str, dict[str, str]]:
        return await tab.tab_storage()

    assert running.run(site.url, visit) == {}
