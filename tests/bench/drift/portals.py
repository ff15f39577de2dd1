"""Reads the patients of the two bundled portals as replays do, with what our files use of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import httpx2
from playwright.sync_api import sync_playwright
from typing_extensions import override

from automation import catalog
from automation.drift import Consumption, consumption_of
from automation.model import Exchange
from tests.bench.drift.wire import exchanged, numbered
from tests.bench.patients import DATA, SCREEN, TOKEN
from tests.bench.world import launch_options
from tests.oracle.login import own_account, sign_in
from tests.simulator import Simulator

FILES: Final = catalog.Catalog(Path(__file__).parents[3] / "flows")
_FORM: Final = "application/x-www-form-urlencoded"
_XHR: Final = {
    "x-requested-with": "XMLHttpRequest",
    "accept": "application/json, text/javascript, */*; q=0.01",
}


def used(portal: str) -> Consumption:
    """What our files use of a portal."""
    return consumption_of(FILES.endpoints(portal), FILES.mappings(portal))


@dataclass
class Patients(ABC):
    """The patients of a portal, read from two pages."""

    KIND: ClassVar[str]
    client: httpx2.Client
    base: str
    sim: Simulator
    practice: int
    rows: list[dict[str, Any]]

    def day(self, number: int) -> None:
        """Colleagues are at work: some animals have gained weight."""
        for row in self.rows[number % 20 :: 20]:
            self.sim.change(self.practice, self.KIND, row["id"], weight=2.5 + number % 7)

    def read(self) -> tuple[Exchange, ...]:
        """Both pages."""
        return numbered(self._calls())

    @abstractmethod
    def _calls(self) -> Iterator[Exchange]: ...


class Grid(Patients):
    """Those of the first portal, by the requests of its grid."""

    KIND = "patients"

    @override
    def _calls(self) -> Iterator[Exchange]:
        token = TOKEN.findall(self.client.get(SCREEN).text)[0]
        for page in (1, 2):
            form = {"__RequestVerificationToken": token, "page": page, "pageSize": 50}
            asked = form | {"search": "", "species": "", "status": ""}
            answer = self.client.post(DATA, data=asked, headers=_XHR)
            token = answer.headers.get("x-next-verification-token", token)
            yield exchanged(answer, self.base + DATA, (*_XHR.items(), ("content-type", _FORM)))


@contextmanager
def grid(sim: Simulator) -> Iterator[Grid]:
    """Sign in by the browser, and read with its cookies."""
    practice = sim.practices()[0]
    with sync_playwright() as playwright, playwright.chromium.launch(**launch_options()) as chrome:
        context = chrome.new_context()
        sign_in(context.new_page(), sim, own_account(sim, practice), practice)
        jar = {cookie["name"]: cookie["value"] for cookie in context.cookies()}
    rows = sim.dump(practice.id, "patients")["patients"]
    with httpx2.Client(base_url=sim.url, cookies=jar, trust_env=False, timeout=30) as client:
        yield Grid(client, sim.url, sim, practice.id, rows)


class Interface(Patients):
    """Those of the second portal, by its interface for programs."""

    KIND = "patient"

    @override
    def _calls(self) -> Iterator[Exchange]:
        asked = tuple((name, self.client.headers[name]) for name in ("authorization", "accept"))
        for page in (1, 2):
            path = f"/api/0.1/patient/?page_size=50&ordering=id&page={page}"
            answer = self.client.get(self.base + path)
            yield exchanged(answer, self.base + path, asked)


@contextmanager
def interface(sim: Simulator) -> Iterator[Interface]:
    """Ask for a token, and read with it."""
    practice: int = sim.door.ask("practices")[0]["id"]
    base = f"{sim.url}/{practice}"
    own = next(
        one
        for one in sim.door.ask("applications")
        if one["tenant"] == practice and one["grant"] == "client_credentials"
    )
    with httpx2.Client(trust_env=False, timeout=30) as client:
        who = own["client_id"], own["client_secret"]
        form = {"grant_type": "client_credentials"}
        token = client.post(f"{base}/oauth2/token/", data=form, auth=who).json()["access_token"]
        client.headers["authorization"] = f"Bearer {token}"
        rows = sim.dump(practice, "patient")["patient"]
        yield Interface(client, base, sim, practice, rows)
