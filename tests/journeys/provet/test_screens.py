"""The newer pages are elements with open shadow roots, and flows work in them as in any page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from automation.browser import BrowserProfile, FoundBrowser, Tab, play_flow
from automation.catalog import Catalog
from automation.model import Flow
from automation.record import same_flow
from fixtures.common.totp import STEP_SECONDS
from tests.browser.site import Browser
from tests.contract.test_recorded_flows import Answers
from tests.journeys.provet.clinic import PORTAL
from tests.record_flows import FLOWS, STAGES, account_with_secret, practice_of, record_journeys
from tests.simulator import Simulator

pytestmark = pytest.mark.journey

CATALOG = Catalog(FLOWS)
STAGE = STAGES[PORTAL]
ROOTS = {
    "list-calendar": ("pc-calendar", "pc-slot"),
    "list-bills": ("pc-invoice-list", "pc-card"),
    "get-bill": ("pc-invoice", "pc-card", "pc-invoice-rows", "pc-invoice-payments"),
}
_OPEN = """
(name) => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((each) =>
    [each, ...(each.shadowRoot ? all(each.shadowRoot) : [])]);
  const found = all(document).filter((each) => each.localName === name);
  return found.length > 0 && found.every((each) => each.shadowRoot?.mode === "open");
}
"""


@pytest.fixture(scope="module")
def portal() -> Iterator[Simulator]:
    with STAGE.running() as simulator:
        account_with_secret(simulator)
        yield simulator


@pytest.fixture(scope="module")
def chromium(browser_profile: BrowserProfile, found_browser: FoundBrowser) -> Browser:
    return Browser(browser_profile, found_browser)


@pytest.mark.must_hold("provet")
def test_calendar_and_invoice_pages_are_open_shadow_roots_and_their_flows_pass(
    chromium: Browser, portal: Simulator, measured: Callable[..., None]
) -> None:
    account = portal.accounts()[0]
    practice = practice_of(portal, account)
    portal.clock.advance(2 * STEP_SECONDS)  # a code works once

    async def work(tab: Tab) -> list[str]:
        healed: list[str] = []
        for name in STAGE.names:
            flow = CATALOG.flow(PORTAL, name)
            values = Answers(portal, account, flow)
            located = await play_flow(flow, tab, values, base_url=practice.base_url)
            healed += [f"{name}: {each}" for each in located if each.healed]
            for element in ROOTS.get(name, ()):
                await tab.page.wait_for_function(_OPEN, arg=element)
        return healed

    assert chromium.run(portal.url, work, action_ms=20_000) == []
    measured("flows played, three of them in shadow roots", len(STAGE.names))


def test_each_committed_flow_is_recorded_again_and_equal_evidence_aside(
    chromium: Browser, portal: Simulator
) -> None:
    account = portal.accounts()[0]
    portal.clock.advance(2 * STEP_SECONDS)

    async def work(tab: Tab) -> dict[str, Flow]:
        return await record_journeys(tab, portal, account=account, names=STAGE.names)

    recorded = chromium.run(portal.url, work, action_ms=20_000)
    assert set(CATALOG.flow_names(PORTAL)) == set(recorded)
    unlike = [n for n, flow in recorded.items() if not same_flow(CATALOG.flow(PORTAL, n), flow)]
    assert unlike == []
