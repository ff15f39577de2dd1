"""The stage of the benches: a simulator with many patients, and sessions that are signed in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final, Never

import httpx2
from playwright.async_api import Page, async_playwright
from playwright.sync_api import sync_playwright

from automation import browser, catalog, session, transport, wiring
from automation.model import AllowList, Cookie, Endpoint, Practice, SessionState
from automation.session.portal_session import Ways
from tests import simulator
from tests.oracle.login import own_account, sign_in

REPOSITORY: Final = Path(__file__).parents[2]
FLOWS: Final = catalog.Catalog(REPOSITORY / "flows")


@dataclass(frozen=True)
class World:
    """Three sessions of one practice: in a browser, in our client, in a bare client."""

    portal: simulator.Simulator
    page: Page
    session: session.PortalSession
    client: httpx2.AsyncClient

    def endpoint(self, name: str) -> Endpoint:
        """One of the endpoints that were inferred for this portal."""
        return FLOWS.endpoint(self.portal.portal, name)


def rng() -> Random:
    """The same draws in each run."""
    return Random(1)


def launch_options() -> Mapping[str, Any]:
    """How the repository's browser is started."""
    profile = browser.read_profile(REPOSITORY / "playwright.config.json")
    return browser.launch_options(profile, browser.find_browser(profile, browser.Machine()))


@asynccontextmanager
async def opened(*, patients: int) -> AsyncIterator[World]:
    """Start everything, signed in; end everything with the block."""
    with simulator.running(patients=patients) as portal:
        jars = await asyncio.to_thread(_signed_in, portal, 3)
        async with (
            async_playwright() as playwright,
            await playwright.chromium.launch(**launch_options()) as chromium,
            _session(portal, jars[1]) as ours,
            httpx2.AsyncClient(
                base_url=portal.url, cookies=_plain(jars[2]), trust_env=False
            ) as client,
        ):
            context = await chromium.new_context()
            await context.add_cookies(jars[0])  # type: ignore[arg-type]  # as the browser gave them
            yield World(portal, await context.new_page(), ours, client)


def _signed_in(portal: simulator.Simulator, times: int) -> list[list[Mapping[str, Any]]]:
    """The cookies of as many logins into the first practice."""
    practice = portal.practices()[0]
    account = own_account(portal, practice)
    jars: list[list[Mapping[str, Any]]] = []
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(**launch_options()) as chromium,
    ):
        for _ in range(times):
            context = chromium.new_context()
            sign_in(context.new_page(), portal, account, practice)
            jars.append([dict(cookie) for cookie in context.cookies()])
    return jars


def _plain(jar: list[Mapping[str, Any]]) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in jar}


@asynccontextmanager
async def _session(
    portal: simulator.Simulator, jar: list[Mapping[str, Any]]
) -> AsyncIterator[session.PortalSession]:
    """Our session as a login leaves it; a bench has to do without a new login."""
    kind = FLOWS.portal(portal.portal)
    practice = Practice(
        name="bench", portal=portal.portal, base_url=portal.url, timezone="UTC", loopback=True
    )
    clock = wiring.SystemClock()
    door = transport.HttpDoor(AllowList.of(kind, practice), kind.pace, clock=clock, rng=rng())
    cookies = tuple(
        Cookie(name=cookie["name"], value=cookie["value"], domain=cookie["domain"])
        for cookie in jar
    )
    state = SessionState(cookies=cookies, opened_at=clock.now())
    ways = Ways(
        secret=_never,
        renew=_never,
        keep=_forget,
        drop=_never,
        probe=_never,
        tab=_never,
        siblings=_alone,
    )
    ours = session.PortalSession(
        practice, kind, state, identity=None, door=door, ways=ways, clock=clock
    )
    async with ours:
        yield ours


def _never(*_: object) -> Never:
    raise AssertionError("a bench has to stay signed in")


async def _alone() -> tuple[Practice, ...]:
    return ()


async def _forget(_: SessionState, _rested: float | None) -> None:
    return
