"""The stage of the journeys: a home with practices of a running simulator, entered as users do.

A journey works in a home folder of its own: through the product's own wiring in this process, or
through the command line in another one. Nothing between product, browser and simulator is replaced.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from automation import wiring
from automation.catalog import Catalog
from automation.entities import ENTITIES, Entity
from automation.model import Practice, Secret
from automation.pipeline import Synced, Tools, sync
from automation.ports import Clock
from automation.settings import Settings
from automation.store import Scope
from fixtures.common.totp import STEP_SECONDS
from tests import simulator
from tests.forking import run_module
from tests.oracle import Entities, stored_entities
from tests.simulator import REPOSITORY, Account, Simulator

T = TypeVar("T")

PORTAL: Final = "covetrus_pulse"
FLOWS: Final = REPOSITORY / "flows"
NO_BROWSER: Final = {"VETPORTAL_BROWSER_EXECUTABLE": "/nowhere/browser"}
"""Settings under which whatever needs a browser fails."""

_OF_A_BROWSER: Final = ("script", "style", "logo", "telemetry", "notifications")
"""What only a page that stands in a browser asks for."""
_PAGE: Final = 500
_LONGEST: Final = 1800


@dataclass(frozen=True)
class Home:
    """A home folder and the portal folders it works with.

    Attributes:
        path: the home.
        flows: the portal folders.
        environment: settings beside these two, and whatever else its programs find there.
    """

    path: Path
    flows: Path
    environment: Mapping[str, str]

    @classmethod
    def new(
        cls, path: Path, *, flows: Path | None = None, settings: Mapping[str, str] | None = None
    ) -> Home:
        """A home that holds nothing yet."""
        path.mkdir(mode=0o700, parents=True)
        return cls(path, flows or FLOWS, settings or {})

    def copy(
        self, path: Path, *, flows: Path | None = None, settings: Mapping[str, str] | None = None
    ) -> Home:
        """The same home once more, sessions included, perhaps with other portal folders."""
        shutil.copytree(self.path, path)
        return Home(path, flows or self.flows, {**self.environment, **(settings or {})})

    @property
    def settings(self) -> Settings:
        own = ((name.partition("VETPORTAL_"), value) for name, value in self._settings())
        given = {name.lower(): value for (before, _, name), value in own if name and not before}
        return Settings.model_validate(given)

    @property
    def database(self) -> Path:
        return self.settings.database

    def work(self, scene: Callable[[Tools], Awaitable[T]], *, clock: Clock | None = None) -> T:
        """Play a scene with the product's own tools, on a loop of its own."""

        async def whole() -> T:
            async with wiring.tools(self.settings, clock=clock) as tools:
                return await scene(tools)

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, whole()).result()

    def command(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command line in a process of its own; `given` is its standard input."""
        return run_module(
            "automation",
            arguments,
            folder=REPOSITORY,
            variables=self.variables,
            given=given,
            seconds=_LONGEST,
        )

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a program that works in this home."""
        return {**os.environ, **dict(self._settings())}

    def _settings(self) -> list[tuple[str, str]]:
        own = {"VETPORTAL_HOME": str(self.path), "VETPORTAL_FLOWS": str(self.flows)}
        return list({**own, **self.environment}.items())


def flows_with(folder: Path, mappings: Collection[str], portal: str = PORTAL) -> Path:
    """The portal folders once more, with these mappings only: nothing else is read."""
    shutil.copytree(FLOWS, folder)
    for one in Catalog(folder).mappings(portal):
        if one.mapping not in mappings:
            (folder / portal / "mappings" / f"{one.mapping}.yaml").unlink()
    return folder


def run_program(
    command: Sequence[str], variables: Mapping[str, str], given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a program in the repository until it ends."""
    return subprocess.run(
        command,
        cwd=REPOSITORY,
        env=dict(variables),
        input=given,
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )


# ---------------------------------------------------------------- practices


def name_of(practice: simulator.Practice) -> str:
    """Our name for a practice of the simulator."""
    return f"practice-{practice.id}"


def account_of(portal: Simulator, practice: simulator.Practice) -> Account:
    """The login that may open most practices; the oracle uses others."""
    able = [one for one in portal.accounts() if practice.name in one.practices]
    return max(able, key=lambda one: len(one.practices))


def login_of(account: Account) -> dict[str, str]:
    """What `practice add` asks for."""
    given = {"username": account.username, "password": account.password}
    return {**given, "totp": account.totp_secret} if account.totp_secret else given


def add_by_command(
    home: Home, portal: Simulator, practice: simulator.Practice, **changed: str
) -> None:
    """Add a practice as a user does, its login perhaps with a mistake in it."""
    done = try_to_add(home, portal, practice, **changed)
    assert done.returncode == 0, done.stderr


def try_to_add(
    home: Home, portal: Simulator, practice: simulator.Practice, **changed: str
) -> subprocess.CompletedProcess[str]:
    """Ask to add a practice as a user does."""
    login = {**login_of(account_of(portal, practice)), **changed}
    return home.command(
        "practice",
        "add",
        name_of(practice),
        *("--portal", portal.portal),
        *("--base-url", portal.url),
        *("--label", practice.name),
        *("--timezone", practice.zone),
        *("--credentials", "-"),
        "--loopback",
        given=json.dumps(login),
    )


async def add_practice(
    tools: Tools, portal: Simulator, practice: simulator.Practice, kind: str = PORTAL
) -> Practice:
    """Add a practice in this process."""
    made = Practice(
        name=name_of(practice),
        portal=kind,
        base_url=portal.url,
        label=practice.name,
        timezone=practice.zone,
        loopback=True,
    )
    await tools.store.add_practice(made)
    for name, text in login_of(account_of(portal, practice)).items():
        await tools.sessions.put_secret(made.name, f"credential.{name}", Secret(text))
    return made


async def sign_in(tools: Tools, portal: Simulator, practice: Practice) -> None:
    """Log in with the browser and keep the session; practices may share a login and its codes."""
    async with await tools.sessions.open(practice):
        portal.clock.advance(STEP_SECONDS)


def moved_in(home: Home, portal: Simulator, kind: str = PORTAL) -> None:
    """Add every practice of a simulator and sign in to each."""

    async def scene(tools: Tools) -> None:
        for practice in portal.practices():
            await sign_in(tools, portal, await add_practice(tools, portal, practice, kind))

    home.work(scene)


# ---------------------------------------------------------------- results


def synced(home: Home, practice: str, *, full: bool = False) -> Synced:
    """Sync a practice in this process; everything that may be seen is read."""
    done = tried(home, practice, full=full)
    assert done.problem is None
    return done


def tried(home: Home, practice: str, *, full: bool = False) -> Synced:
    """Sync a practice in this process, however that ends."""

    async def scene(tools: Tools) -> Synced:
        return await sync(tools, await tools.store.practice(practice), full=full)

    return home.work(scene)


def stored(home: Home, practice: str) -> Entities:
    """What the store holds of a practice, in the form of the oracle."""

    async def scene(tools: Tools) -> dict[str, list[Entity]]:
        return {kind: await _rows(tools, kind, practice) for kind in ENTITIES}

    return stored_entities(home.work(scene))


async def _rows(tools: Tools, kind: str, practice: str) -> list[Entity]:
    found: list[Entity] = []
    while True:
        after = found[-1].id if found else None
        scope = Scope(practice=practice)
        page = await tools.store.rows(kind, scope, after=after, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return found


def days_of(home: Home, portal: Simulator, practice: simulator.Practice) -> tuple[date, date]:
    """The first and the last day that a sync reads of a calendar, counted here by hand."""
    portals = [path.read_text(encoding="utf-8") for path in home.flows.glob("*/portal.yaml")]
    assert not any("horizon" in text for text in portals), "the defaults are counted on here"
    today = portal.clock.now().astimezone(ZoneInfo(practice.zone)).date()
    return today - timedelta(days=30), today + timedelta(days=60)


def browser_traffic(portal: Simulator) -> dict[str, int]:
    """What browsers asked the portal for since its counts began; empty when there was none."""
    served = portal.counts()["served"]
    return {name: served[name] for name in _OF_A_BROWSER if name in served}


def size_of(entities: Mapping[str, Mapping[str, Any]]) -> int:
    """How many there are, of all kinds."""
    return sum(len(found) for found in entities.values())
