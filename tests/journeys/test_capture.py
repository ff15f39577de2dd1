"""Captures of the recorded flows on the simulator: every exchange, its step, and no secret."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
import pytest

from automation.browser import BrowserProfile, FoundBrowser, open_tab
from automation.capture import Archive, capture_flow
from automation.catalog import Catalog
from automation.model import AllowList, Capture, Practice, Secret
from automation.redact import Redactor
from automation.wiring import SystemClock
from tests import canary
from tests.simulator import REPOSITORY, Account, Simulator, running
from tests.vaults import vault_for

PORTAL = "covetrus_pulse"
STATIC = {"style", "script", "logo"}
POLLED, POLLING = "notifications", "/GetCount?"
"""What a timer of every page asks for, also when the capture has ended."""
FLOWS = ("login", "list-patients", "list-appointments")


@dataclass
class Answers:
    """What a person would type into this simulator; remembers every code."""

    sim: Simulator
    account: Account
    label: str
    typed: list[str] = field(default_factory=list)

    async def resolve(self, name: str) -> str | Secret:
        if name == "totp":
            assert self.account.totp_secret is not None
            self.typed.append(pyotp.TOTP(self.account.totp_secret).at(self.sim.clock.now()))
            return Secret(self.typed[-1])
        known: dict[str, str | Secret] = {
            "credential.username": Secret(self.account.username),
            "credential.password": Secret(self.account.password),
            "practice.label": self.label,
        }
        return known[name]


@dataclass(frozen=True)
class Captured:
    """What came of it: the captures by flow, what the simulator served, what must not be found."""

    folder: Path
    archive: Archive
    captures: dict[str, Capture]
    served: dict[str, dict[str, int]]
    secrets: dict[str, str]


@pytest.fixture(scope="module")
def captured(
    tmp_path_factory: pytest.TempPathFactory,
    browser_profile: BrowserProfile,
    found_browser: FoundBrowser,
) -> Iterator[Captured]:
    folder = tmp_path_factory.mktemp("captures")
    with running() as sim:
        account = next(one for one in sim.accounts() if one.totp_secret and len(one.practices) > 1)
        answers = Answers(sim, account, account.practices[0])
        practice = Practice(name="north", portal=PORTAL, base_url=sim.url, loopback=True)
        work = capture_all(sim, answers, practice, folder, (browser_profile, found_browser))
        with ThreadPoolExecutor(1) as thread:
            yield thread.submit(asyncio.run, work).result()


async def capture_all(
    sim: Simulator,
    answers: Answers,
    practice: Practice,
    folder: Path,
    browser: tuple[BrowserProfile, FoundBrowser],
) -> Captured:
    archive = Archive(folder, vault_for(practice.name))
    files = Catalog(REPOSITORY / "flows")
    portal = files.portal(PORTAL)
    redactor = Redactor(os.urandom(32), {})
    captures: dict[str, Capture] = {}
    served: dict[str, dict[str, int]] = {}
    async with open_tab(*browser, allow=AllowList.of(portal, practice)) as tab:
        for flow in FLOWS:
            sim.reset_counts()
            captures[flow] = await capture_flow(
                files.flow(PORTAL, flow),
                tab,
                answers,
                practice=practice,
                portal=portal,
                redactor=redactor,
                writer=archive.writer(practice),
                clock=SystemClock(),
                inputs={},
            )
            served[flow] = sim.counts()["served"]
        cookies = {f"cookie {each.name}": each.value for each in await tab.cookies()}
    codes = {f"code {number}": code for number, code in enumerate(answers.typed)}
    own = {"password": answers.account.password, "user": answers.account.username}
    return Captured(folder, archive, captures, served, {**cookies, **codes, **own})


@pytest.mark.journey
@pytest.mark.parametrize("flow", FLOWS)
def test_a_capture_holds_everything_that_the_portal_served(captured: Captured, flow: str) -> None:
    served = sum(
        count for name, count in captured.served[flow].items() if name not in STATIC | {POLLED}
    )
    kept = [
        each.request.url
        for each in captured.captures[flow].exchanges
        if each.response is not None and POLLING not in each.request.url
    ]
    assert len(kept) == served


@pytest.mark.journey
def test_the_pages_of_a_grid_belong_to_the_clicks_that_asked_for_them(captured: Captured) -> None:
    steps = [
        each.step
        for each in captured.captures["list-patients"].exchanges
        if each.request.url.endswith("/GetGrid")
    ]
    assert steps == ["2", "3", "4"]


@pytest.mark.journey
@pytest.mark.parametrize("flow", FLOWS)
def test_a_capture_is_read_back_as_it_was_made(captured: Captured, flow: str) -> None:
    made = captured.captures[flow]
    assert captured.archive.read("north", made.id) == made
    asked = [each for each in made.exchanges if POLLING not in each.request.url]
    assert asked
    assert all(each.response and each.finished for each in asked)
    assert not [
        each.request.url
        for each in asked
        if each.response and each.response.body and each.response.body.truncated
    ]


@pytest.mark.journey
def test_no_secret_of_the_login_is_on_the_disk(captured: Captured) -> None:
    assert {"password", "user", "code 0"} < set(captured.secrets)
    leaks = canary.scan([captured.folder], captured.secrets)
    assert not leaks, "\n".join(map(str, leaks))
