"""Dialogs, pop-ups and downloads go as they were recorded, and otherwise nowhere."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from automation.browser import Tab, play_flow, take_snapshot
from automation.errors import StepNotPossible
from automation.model import Click, Signal, Target
from tests.browser.site import Given, Served, Site, flow_of
from tests.browser.workshop import Workshop

ASKING = """<h1></h1><button onclick="
    document.querySelector('h1').textContent = [confirm('Sure?'), prompt('Name?', 'x')]">Ask
</button>
<script>addEventListener('beforeunload', event => event.preventDefault())</script>
<a href=/next>Next</a>"""
ASK = Target(role="button", name="Ask")
NEXT = Click(target=Target(role="link", name="Next"))


def heading_after(running: Workshop, site: Site, *steps: Click) -> str | None:
    async def play(tab: Tab) -> str | None:
        await tab.goto(f"{site.url}/")
        await play_flow(flow_of(*steps), tab, Given(), base_url=site.url)
        return await tab.text_of("h1")

    return running.run(site.url, play)


@pytest.mark.parametrize(
    "accepts, said",
    [((True, True), "true,"), ((False, True), "false,"), ((True,), "true,"), ((), "false,")],
)
def test_dialogs_are_answered_in_the_recorded_order_and_others_dismissed(
    running: Workshop, site: Site, accepts: tuple[bool, ...], said: str
) -> None:
    site.pages["/"] = ASKING
    causes = tuple(Signal(kind="dialog", accept=accept) for accept in accepts)
    assert heading_after(running, site, Click(target=ASK, causes=causes)) == said


def test_a_dialog_that_was_not_recorded_is_reported_without_its_text(
    running: Workshop, site: Site
) -> None:
    site.pages["/"] = ASKING
    with capture_logs() as logs:
        heading_after(running, site, Click(target=ASK))
    told = [log for log in logs if log["event"] == "dialog_dismissed"]
    assert [log["kind"] for log in told] == ["confirm", "prompt"]
    assert "Sure?" not in str(logs)


def test_a_page_that_asks_whether_to_leave_is_left(running: Workshop, site: Site) -> None:
    site.pages |= {"/": ASKING, "/next": "<h1>Next</h1>"}
    assert heading_after(running, site, Click(target=ASK), NEXT) == "Next"


OPENING = "<h1>Opener</h1><a href=/next target=_blank rel=opener>Next</a>"
INSIDE = Click(target=Target(role="button", name="Inside"))
POPUP = """<h1>Popup</h1><button onclick="document.querySelector('h1').append('!')">Inside</button>
<button onclick="window.close()">Close</button>"""


def test_a_recorded_popup_comes_to_the_front(running: Workshop, site: Site) -> None:
    site.pages |= {"/": OPENING, "/next": POPUP}
    opening = NEXT.model_copy(update={"causes": (Signal(kind="popup"),)})
    assert heading_after(running, site, opening, INSIDE) == "Popup!"


def test_a_popup_that_closes_gives_way_to_its_opener(running: Workshop, site: Site) -> None:
    site.pages |= {"/": OPENING, "/next": POPUP}
    opening = NEXT.model_copy(update={"causes": (Signal(kind="popup"),)})
    closing = Click(target=Target(role="button", name="Close"))
    assert heading_after(running, site, opening, closing) == "Opener"


def test_a_popup_that_was_not_recorded_stays_behind(running: Workshop, site: Site) -> None:
    site.pages |= {"/": OPENING, "/next": POPUP}
    assert heading_after(running, site, NEXT) == "Opener"


def test_a_recorded_popup_that_does_not_open_stops_the_flow(running: Workshop, site: Site) -> None:
    site.pages |= {"/": "<a href=/next>Next</a>", "/next": POPUP}
    opening = NEXT.model_copy(update={"causes": (Signal(kind="popup"),)})
    with pytest.raises(StepNotPossible, match='step 1: link "Next" .*opened no new page'):
        heading_after(running, site, opening)


def test_a_file_that_the_portal_sends_is_not_kept(running: Workshop, site: Site) -> None:
    attached = ("Content-Disposition", "attachment; filename=a.pdf")
    site.pages |= {
        "/": "<h1>Here</h1><a href=/next>Next</a>",
        "/next": Served(b"%PDF" * 100_000, headers=[attached]),
    }
    with capture_logs() as logs:
        assert heading_after(running, site, NEXT) == "Here"
    assert "download_cancelled" in [log["event"] for log in logs]


@pytest.mark.parametrize(
    "link, kinds",
    [
        ("<a href=/next target=_blank>Next</a>", ("tab",)),
        (
            "<button onclick=\"window.open('/next', 'n', 'width=300,height=200')\">Next</button>",
            ("window",),
        ),
        ("<a href=/next download=a.html>Next</a>", ("download",)),
        ("<a href=#here>Next</a>", ()),
    ],
)
def test_what_an_action_opens_is_told_once(
    running: Workshop, site: Site, link: str, kinds: tuple[str, ...]
) -> None:
    site.pages |= {"/": f"<h1>Here</h1>{link}", "/next": POPUP}

    async def play(tab: Tab) -> tuple[tuple[str, ...], tuple[str, ...]]:
        await tab.goto(f"{site.url}/")
        await play_flow(flow_of(Click(target=Target(text="Next"))), tab, Given(), base_url=site.url)
        first, second = [(await take_snapshot(tab, step="1", taken=0))[0] for _ in range(2)]
        return first.opened, second.opened

    assert running.run(site.url, play) == (kinds, ())
