"""The committed flows are what the recorder makes of the robot person's journeys, and they play."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator

import pytest

from automation.browser import BrowserProfile, FoundBrowser, Tab, play_flow
from automation.catalog import Catalog, canonical_text
from automation.errors import NotKnown
from automation.model import Flow, Secret, Step, Target, When
from automation.record import without_evidence
from fixtures.common.totp import STEP_SECONDS
from tests.browser.site import Browser
from tests.record_flows import (
    FLOWS,
    NAMES,
    NOW,
    PORTAL,
    STAGES,
    login_of,
    record_journeys,
)
from tests.simulator import REPOSITORY, Account, Simulator, running

CATALOG = Catalog(FLOWS)
RENAME_SEED = 20260304
A_FEW = ("login", "get-invoice", "list-patients", "search-clients")
FIXTURES = REPOSITORY / "fixtures"
NO_NAMES = frozenset({"&"})
"""Parts of names that the portals say, too."""
NOT_FOR_ALL = {"get-integration-settings", "list-employees"}
"""What only who may manage the settings can open."""
Scale = Callable[[tuple[str, ...], tuple[str, ...]], tuple[str, ...]]


@pytest.fixture(scope="module")
def portal() -> Iterator[Simulator]:
    with running(PORTAL, now=NOW) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def chromium(browser_profile: BrowserProfile, found_browser: FoundBrowser) -> Browser:
    return Browser(browser_profile, found_browser)


@pytest.fixture(scope="module")
def recorded(chromium: Browser, portal: Simulator) -> dict[str, Flow]:
    return recording(chromium, portal)


def recording(
    chromium: Browser, portal: Simulator, names: Collection[str] = NAMES
) -> dict[str, Flow]:
    """These journeys, recorded once."""
    account = portal.accounts()[0]
    return chromium.run(
        portal.url,
        lambda tab: record_journeys(tab, portal, account=account, names=names),
        action_ms=20_000,
    )


class Answers:
    """Values of a run of one login of the simulator."""

    def __init__(self, portal: Simulator, account: Account, flow: Flow) -> None:
        self._portal, self._account, self._flow = portal, account, flow

    async def resolve(self, name: str) -> str | Secret:
        if name.startswith("input."):
            said = self._flow.inputs[name.removeprefix("input.")]
            # what was written when it was recorded is there already
            return said.again or said.example
        given: dict[str, Callable[[], str | Secret]] = {
            "credential.username": lambda: Secret(self._account.username),
            "credential.password": lambda: Secret(self._account.password),
            "practice.label": lambda: self._account.practices[0],
            "totp": self._code,
        }
        if name not in given:
            raise NotKnown("value", name, tuple(given))
        return given[name]()

    def _code(self) -> Secret:
        code = login_of(self._portal, self._account).code
        assert code is not None
        return Secret(code())


def play(
    chromium: Browser, portal: Simulator, account: Account, flows: list[Flow]
) -> dict[str, str]:
    """Play flows one after the other in one tab; where each ended, and what was healed."""
    portal.clock.advance(2 * STEP_SECONDS)  # a code works once

    async def work(tab: Tab) -> dict[str, str]:
        ends = {}
        for flow in flows:
            values = Answers(portal, account, flow)
            found = await play_flow(flow, tab, values, base_url=portal.url)
            healed = [each for each in found if each.healed]
            ends[flow.flow] = f"{tab.url.removeprefix(portal.url)} {healed or ''}".strip()
        return ends

    return chromium.run(portal.url, work, action_ms=20_000)


def shape(steps: tuple[Step, ...]) -> list[object]:
    """The kinds of the steps and of their locators: what is left when all words are others."""
    found: list[object] = []
    for step in steps:
        target = getattr(step, "target", None)
        kinds = [each.kind for each in target.locators()] if isinstance(target, Target) else []
        inner = shape(step.steps) if isinstance(step, When) else []
        found.append((step.kind, kinds, inner))
    return found


# --------------------------------------------------------------------


@pytest.mark.must_hold("spine")
def test_each_committed_flow_is_recorded_again_and_equal_evidence_aside(
    recorded: dict[str, Flow], measured: Callable[..., None]
) -> None:
    committed = {name: CATALOG.flow(PORTAL, name) for name in CATALOG.flow_names(PORTAL)}
    assert set(committed) == set(recorded) == set(NAMES)
    for name in NAMES:
        told = [
            canonical_text(without_evidence(each)) for each in (recorded[name], committed[name])
        ]
        assert told[0] == told[1], name
    measured("flows recorded again", len(recorded))


def test_nothing_secret_stands_in_a_recorded_flow(
    recorded: dict[str, Flow], portal: Simulator
) -> None:
    text = "".join(map(canonical_text, recorded.values()))
    for account in portal.accounts():
        for secret in (account.username, account.password, account.totp_secret, account.name):
            assert not secret or secret not in text
        assert not [name for name in account.practices if name in text]
    assert "{{ credential.password }}" in text
    assert "{{ totp }}" in text


def names_of(portal: str) -> frozenset[str]:
    """The names that a simulator gives to clients, patients and staff, and parts of them."""
    material = tomllib.loads((FIXTURES / portal / "material.toml").read_text())
    lists = ("first_names", "last_names", "pet_names", "companies")
    names = {name for each in lists for name in material[each]}
    return frozenset({*names, *(part for name in names for part in name.split())} - NO_NAMES)


def named_in(flow: Flow) -> list[str]:
    """Whom the steps of a flow name; what a person typed is declared as such."""
    steps = canonical_text(flow.model_copy(update={"inputs": {}}))
    names = "|".join(re.escape(name) for name in names_of(flow.portal) if len(name) > 2)
    return sorted(set(re.findall(rf"(?<!\w)(?:{names})(?!\w)", steps)))


def test_no_committed_flow_names_a_client_a_patient_or_one_of_the_staff() -> None:
    flows = [CATALOG.flow(portal, name) for portal in STAGES for name in CATALOG.flow_names(portal)]
    assert {each.flow: found for each in flows if (found := named_in(each))} == {}


def test_no_recorded_flow_names_a_client_a_patient_or_one_of_the_staff(
    recorded: dict[str, Flow],
) -> None:
    assert {name: found for name, flow in recorded.items() if (found := named_in(flow))} == {}


@pytest.mark.parametrize("number", [0, 1, 3], ids=["code and choice", "code", "neither"])
def test_the_committed_login_runs_for_every_kind_of_login(
    chromium: Browser, portal: Simulator, number: int
) -> None:
    login = CATALOG.flow(PORTAL, "login")
    account = portal.accounts()[number]
    assert play(chromium, portal, account, [login]) == {"login": "/Practice/Home/Index"}


def test_each_committed_flow_plays_to_its_end_without_healing(chromium: Browser) -> None:
    reads = {name for name in NAMES if CATALOG.flow(PORTAL, name).effect == "read"}
    ends: dict[str, str] = {}
    with running(PORTAL, now=NOW) as portal:
        manager, anybody = portal.accounts()[:2]
        for names in (reads, set(NAMES) - reads):  # what is written moves the rows of lists
            for account, own in ((anybody, names - NOT_FOR_ALL), (manager, names & NOT_FOR_ALL)):
                if own:
                    wanted = ("login", *sorted(own - {"login"}))
                    flows = [CATALOG.flow(PORTAL, name) for name in wanted]
                    ends |= play(chromium, portal, account, flows)
    assert set(ends) == set(NAMES)
    assert all(end.startswith("/Practice/") and " " not in end for end in ends.values())


def test_where_everything_is_called_differently_the_same_journeys_are_recorded_and_play(
    chromium: Browser, recorded: dict[str, Flow], scale: Scale
) -> None:
    names = scale(A_FEW, NAMES)
    with running(PORTAL, now=NOW, rename_seed=RENAME_SEED) as renamed:
        flows = recording(chromium, renamed, names)
        assert {name: shape(flow.steps) for name, flow in flows.items()} == {
            name: shape(recorded[name].steps) for name in names
        }
        ends = play(chromium, renamed, renamed.accounts()[0], list(flows.values()))
        assert set(ends) == set(names)
