"""Both doors of a practice take the way out that the practice names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import cast

import pytest

from automation import browser, catalog
from automation.browser import BrowserProfile, FoundBrowser
from automation.errors import BadFile
from automation.model import AllowList, Budget, Call, Charge, Egress, Pace, Portal, Practice, Secret
from automation.session.doors import Doors
from automation.session.safe import Safe
from tests.browser.site import Site, serving
from tests.engine import run_engine
from tests.fakes import VirtualClock
from tests.way_out import Authority, Proxy, forwarding

HOST = "app.acme.example"
NORTH = ("north", "s3cret")


@dataclass
class Keeps:
    """A safe that holds what the proxy asks for."""

    async def proxy_credential(self, practice: str) -> tuple[Secret | None, Secret | None]:
        assert practice == "north"
        return Secret(NORTH[0]), Secret(NORTH[1])

    async def counted_as(self, practice: Practice) -> str:
        return f"user of {practice.base_url}"


@dataclass(frozen=True)
class Outside:
    """A portal that is reached through a proxy only, under a certificate of its own."""

    site: Site
    proxy: Proxy
    practice: Practice


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    ours = Authority("ours", tmp_path)
    with serving(ours.server(HOST)) as site, forwarding(login=NORTH) as proxy:
        proxy.ports[f"{HOST}:443"] = site.port
        site.pages["/"] = "<h1>Here</h1>"
        practice = Practice(
            name="north",
            portal="acme",
            base_url=f"https://{HOST}",
            proxy=proxy.url,
            ca_file=str(ours.file),
        )
        yield Outside(site, proxy, practice)


@contextmanager
def doors(
    folder: Path, profile: BrowserProfile, found: FoundBrowser
) -> Iterator[tuple[Doors, list[Egress]]]:
    files = catalog.Catalog(folder / "flows")
    files.write_portal(Portal(portal="acme", title="Acme", hosts=(), pace=Pace(parallel=2)))
    ways: list[Egress] = []

    @asynccontextmanager
    async def open_tab(allowed: AllowList, egress: Egress) -> AsyncIterator[browser.Tab]:
        ways.append(egress)
        async with browser.open_tab(profile, found, allow=allowed, egress=egress) as tab:
            yield tab

    safe = cast("Safe", Keeps())
    yield Doors(files, safe, open_tab, VirtualClock(), Random(1)), ways


Use = Callable[[Doors, Practice], Coroutine[None, None, str]]


async def by_http(doors: Doors, practice: Practice) -> str:
    async with await doors.http(practice) as door:
        return (await door.send(Call("GET", f"{practice.base_url}/"))).content.decode()


async def by_browser(doors: Doors, practice: Practice) -> str:
    async with doors.tab(practice) as tab:
        await tab.goto(f"{practice.base_url}/")
        return await tab.html()


def test_every_door_of_a_user_draws_on_the_same_budget(
    tmp_path: Path, browser_profile: BrowserProfile, found_browser: FoundBrowser
) -> None:
    charge = Charge("list-things", Budget(calls=1))

    async def twice(opened: Doors, practice: Practice) -> None:
        for _ in range(2):
            async with await opened.http(practice) as door:
                await door.send(Call("GET", f"{practice.base_url}/", charge=charge))

    with doors(tmp_path, browser_profile, found_browser) as (opened, _), serving() as site:
        practice = Practice(name="north", portal="acme", base_url=site.url, loopback=True)
        site.pages["/"] = "<h1>Here</h1>"
        run_engine(twice(opened, practice))
        assert cast("VirtualClock", opened.clock).slept == [60]


@pytest.mark.parametrize("use", [by_http, by_browser])
def test_both_doors_go_by_the_practices_proxy_and_trust_its_authority(
    use: Use,
    outside: Outside,
    tmp_path: Path,
    browser_profile: BrowserProfile,
    found_browser: FoundBrowser,
) -> None:
    with doors(tmp_path, browser_profile, found_browser) as (opened, _):
        assert "<h1>Here</h1>" in run_engine(use(opened, outside.practice))
    assert set(outside.proxy.asked) == {f"CONNECT {HOST}:443"}


@pytest.mark.parametrize("use", [by_http, by_browser])
def test_a_file_of_authorities_that_is_gone_is_told_before_anything_is_opened(
    use: Use,
    outside: Outside,
    tmp_path: Path,
    browser_profile: BrowserProfile,
    found_browser: FoundBrowser,
) -> None:
    gone = outside.practice.model_copy(update={"ca_file": str(tmp_path / "gone.pem")})
    told = pytest.raises(BadFile, match=r"gone\.pem: cannot be read")
    with doors(tmp_path, browser_profile, found_browser) as (opened, ways), told:
        run_engine(use(opened, gone))
    assert (ways, outside.proxy.asked) == ([], [])
