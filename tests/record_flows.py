"""Records every journey of the robot person, as committed under ``flows/``.

Run ``python -m tests.record_flows [PORTAL] [NAME ...]`` to write them anew, all or some; the tests
use the same functions to see that the committed ones are still what recording gives.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from automation import browser, catalog, record
from automation.model import AllowList, Flow, Portal, Practice, Secret
from fixtures.common.totp import code_for, step_at
from tests.desk import JOURNEYS, WRITING, clinics
from tests.desk.core import Journeys
from tests.engine import run_engine
from tests.person import Login, Person
from tests.simulator import REPOSITORY, Account, Simulator, running

PORTAL: Final = "covetrus_pulse"
FLOWS: Final = REPOSITORY / "flows"
NOW: Final = datetime.fromisoformat("2026-03-04T15:00:00+00:00")


def account_with_secret(simulator: Simulator) -> Account:
    """The first login, whose codes come from an app."""
    account = simulator.accounts()[0]
    return account if account.totp_secret else simulator.change_account(account, mfa="totp")


@dataclass(frozen=True)
class Stage:
    """How the robot person works at one portal.

    Attributes:
        portal: its folder, and its simulator.
        journeys: what is done, by the name of the flow.
        sign_in: how one gets in.
        path: what the base URL of a practice ends with, by its number.
        patients: how many the simulator has, so that lists have the pages that are turned.
        writing: those of the journeys that change something.
        furnish: gives the practice what a fresh simulator lacks.
    """

    portal: str
    journeys: Journeys
    sign_in: Callable[[Person, Login], Awaitable[None]] = Person.sign_in
    path: str = ""
    patients: int = 200
    writing: frozenset[str] = frozenset()
    furnish: Callable[[Simulator], None] = lambda _simulator: None

    @contextmanager
    def running(self) -> Iterator[Simulator]:
        """A fresh simulator of the portal, as it is recorded and inferred from."""
        with running(self.portal, now=NOW, patients=self.patients) as simulator:
            self.furnish(simulator)
            yield simulator

    @property
    def names(self) -> tuple[str, ...]:
        """The flows of the portal, the login first."""
        return ("login", *sorted(self.journeys))

    def base_url(self, simulator: Simulator, label: str) -> str:
        """The base URL of the practice of this name."""
        number = next(each.id for each in simulator.practices() if each.name == label)
        return simulator.url + self.path.format(number)


STAGES: Final = {
    stage.portal: stage
    for stage in (
        Stage(PORTAL, JOURNEYS, writing=WRITING),
        Stage(
            "provet_cloud", clinics.JOURNEYS, clinics.sign_in, "/{}", 1200, furnish=clinics.furnish
        ),
    )
    if (FLOWS / stage.portal).is_dir()
}
"""The portals of the repository, by name."""
NAMES: Final = STAGES[PORTAL].names


def practice_of(simulator: Simulator, account: Account, *, name: str = "recorded") -> Practice:
    """The first practice of a login, as the product would keep it."""
    label, stage = account.practices[0], STAGES[simulator.portal]
    return Practice(
        name=name,
        portal=stage.portal,
        base_url=stage.base_url(simulator, label),
        label=label,
        loopback=True,
    )


def known_of(simulator: Simulator, account: Account) -> record.Known:
    """What the product knows of a practice before it records."""
    secrets = {
        "credential.username": Secret(account.username),
        "credential.password": Secret(account.password),
    }
    if account.totp_secret:
        secrets["credential.totp"] = Secret(account.totp_secret)
    return record.Known.of(practice_of(simulator, account), secrets, simulator.clock.now)


def person_at(tab: browser.Tab, simulator: Simulator, base_url: str | None = None) -> Person:
    """Somebody in front of the page who knows what everything is called here."""
    names = simulator.names()
    words, paths = names.get("labels", {}), names.get("paths", {})
    return Person(tab.page, base_url or simulator.url, words, paths)


def login_of(simulator: Simulator, account: Account) -> Login:
    """What a person knows to sign in to the first practice of a login."""

    def code() -> str:
        return code_for(account.totp_secret or "", step_at(simulator.clock.now()))

    asked = len(account.practices) > 1
    return Login(
        username=account.username,
        password=account.password,
        code=code if account.totp_secret else None,
        practice=account.practices[0] if asked else "",
    )


async def record_journeys(
    tab: browser.Tab,
    simulator: Simulator,
    *,
    account: Account,
    names: Collection[str] = NAMES,
    portal: str = "",
) -> dict[str, Flow]:
    """Sign in and do each journey once; the flows by name. The login is always done."""
    stage, known = STAGES[simulator.portal], known_of(simulator, account)
    person = person_at(tab, simulator, known.base_url)
    flows: dict[str, Flow] = {}
    wanted = [name for name in names if name != "login"]
    for name in ("login", *wanted):
        login = login_of(simulator, account)
        done = stage.sign_in(person, login) if name == "login" else stage.journeys[name](person)
        flows[name] = await record.record_flow(
            tab,
            name=name,
            portal=portal or stage.portal,
            known=known,
            stop=done,
            effect="write" if name in stage.writing else "read",
        )
    return flows


def allowed(simulator: Simulator, practice: Practice) -> AllowList:
    """What the browser of a test may speak to."""
    return AllowList.of(Portal(portal=PORTAL, title="Simulator", hosts=()), practice)


def record_anew(
    write: Callable[[Flow], Path], names: Collection[str], portal: str = PORTAL
) -> Iterator[Path]:
    """Record journeys on a fresh simulator and write each flow; the login is always among them."""
    profile = browser.read_profile(REPOSITORY / "playwright.config.json")
    found = browser.find_browser(profile, browser.Machine())
    with STAGES[portal].running() as simulator:
        account = account_with_secret(simulator)
        allow = allowed(simulator, practice_of(simulator, account))

        async def work() -> dict[str, Flow]:
            async with browser.open_tab(profile, found, allow=allow) as tab:
                return await record_journeys(tab, simulator, account=account, names=names)

        for flow in run_engine(work()).values():
            yield write(flow)


def chosen(arguments: list[str]) -> tuple[Stage, tuple[str, ...]]:
    """The portal and the flows that a command line names."""
    stage = STAGES[arguments[0] if arguments[:1] and arguments[0] in STAGES else PORTAL]
    return stage, tuple(each for each in arguments if each not in STAGES)


if __name__ == "__main__":
    wanted, flows = chosen(sys.argv[1:])
    files = catalog.Catalog(FLOWS)

    def write(flow: Flow) -> Path:
        """Write a flow, with the second values of the one before it."""
        if flow.flow in files.flow_names(flow.portal):
            flow = record.with_second_values(flow, files.flow(flow.portal, flow.flow))
        return files.write_flow(flow)

    for path in record_anew(write, flows or wanted.names, wanted.portal):
        sys.stdout.write(f"{path.relative_to(REPOSITORY)}\n")
