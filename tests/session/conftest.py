"""One portal and one browser for the tests of sessions; a database of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.browser import BrowserProfile, FoundBrowser, Guard, Timeouts
from automation.model import AllowList
from tests.browser.site import serving
from tests.browser.workshop import Workshop, workshop
from tests.fakes import VirtualClock
from tests.session.office import PORTAL, Office, opened, practice_of
from tests.session.stand_ins import Forms, Scripts, StandIn
from tests.simulator import Simulator, running

KINDS: dict[str, type[StandIn]] = {"forms": Forms, "scripts": Scripts}
SHORT = Timeouts(action_ms=1500, navigation_ms=8000)


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with running(patients=60) as one:
        yield one


@pytest.fixture(scope="session")
def bench(
    simulator: Simulator, browser_profile: BrowserProfile, found_browser: FoundBrowser
) -> Iterator[Workshop]:
    """A browser that reaches the simulator only, as in the product."""
    profile = browser_profile.model_copy(update={"timeouts": SHORT})
    flags = Guard(AllowList.of(PORTAL, practice_of(simulator))).flags()
    with workshop(profile, found_browser, flags=flags) as one:
        yield one


@pytest.fixture
def office(simulator: Simulator, tmp_path: Path, bench: Workshop) -> Iterator[Office]:
    with opened(simulator, tmp_path, bench) as one:
        yield one


@pytest.fixture(params=sorted(KINDS))
def portal(request: pytest.FixtureRequest) -> Iterator[StandIn]:
    with serving() as site:
        yield KINDS[request.param](site, VirtualClock())


@pytest.fixture
def forms() -> Iterator[Forms]:
    with serving() as site:
        yield Forms(site, VirtualClock())
