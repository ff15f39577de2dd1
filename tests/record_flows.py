"""Records every journey of the robot person, as committed under ``flows/``.

Run ``python -m tests.record_flows [NAME ...]`` to write them anew, all or some; the tests use
the same functions to see that the committed ones are still what recording gives.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from automation import browser, catalog, record
from automation.model import AllowList, Flow, Portal, Practice, Secret
from fixtures.common.totp import code_for, step_at
from tests.desk import JOURNEYS
from tests.engine import run_engine
from tests.person import Login, Person
from tests.simulator import REPOSITORY, Account, Simulator, running

PORTAL: Final = "covetrus_pulse"
FLOWS: Final = REPOSITORY / "flows"
NAMES: Final = ("login", *sorted(JOURNEYS))
NOW: Final = datetime.fromisoformat("2026-03-04T15:00:00+00:00")


def practice_of(simulator: Simulator, account: Account, *, name: str = "recorded") -> Practice:
    """The first practice of a login, as the product would keep it."""
    label = account.practices[0]
    return Practice(name=name, portal=PORTAL, base_url=simulator.url, label=label, loopback=True)


def known_of(simulator: Simulator, account: Account) -> record.Known:
    """What the product knows of a practice before it records."""
    secrets = {
        "credential.username": Secret(account.username),
        "credential.password": Secret(account.password),
    }
    if account.totp_secret:
        secrets["credential.totp"] = Secret(account.totp_secret)
    return record.Known.of(practice_of(simulator, account), secrets, simulator.clock.now)


def person_at(tab: browser.Tab, simulator: Simulator) -> Person:
    """Somebody in front of the page who knows what everything is called here."""
    names = simulator.names()
    words, paths = names.get("labels", {}), names.get("paths", {})
    return Person(tab.page, simulator.url, words, paths)


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
    portal: str = PORTAL,
) -> dict[str, Flow]:
    """Sign in and do each journey once; the flows by name. The login is always done."""
    known = known_of(simulator, account)
    person = person_at(tab, simulator)
    flows: dict[str, Flow] = {}
    wanted = [name for name in names if name != "login"]
    for name in ("login", *wanted):
        login = login_of(simulator, account)
        done = person.sign_in(login) if name == "login" else JOURNEYS[name](person)
        flows[name] = await record.record_flow(
            tab, name=name, portal=portal, known=known, stop=done
        )
    return flows


def allowed(simulator: Simulator, practice: Practice) -> AllowList:
    """What the browser of a test may speak to."""
    return AllowList.of(Portal(portal=PORTAL, title="Simulator", hosts=()), practice)


def record_anew(write: Callable[[Flow], Path], names: Collection[str]) -> Iterator[Path]:
    """Record journeys on a fresh simulator and write each flow; the login is always among them."""
    profile = browser.read_profile(REPOSITORY / "playwright.config.json")
    found = browser.find_browser(profile, browser.Machine())
    with running(PORTAL, now=NOW) as simulator:
        account = simulator.accounts()[0]
        allow = allowed(simulator, practice_of(simulator, account))

        async def work() -> dict[str, Flow]:
            async with browser.open_tab(profile, found, allow=allow) as tab:
                return await record_journeys(tab, simulator, account=account, names=names)

        for flow in run_engine(work()).values():
            yield write(flow)


if __name__ == "__main__":
    for path in record_anew(catalog.Catalog(FLOWS).write_flow, sys.argv[1:] or NAMES):
        sys.stdout.write(f"{path.relative_to(REPOSITORY)}\n")
