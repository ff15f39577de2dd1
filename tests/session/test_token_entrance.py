"""A practice of a portal with OAuth: allowed once, let in by each process, sealed in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest

from automation import browser, catalog, store, transport, vault
from automation.errors import AuthorizationRefused, ClientRefused, NotKnown
from automation.model import (
    AllowList,
    Call,
    Egress,
    Grant,
    OAuth,
    OAuthClient,
    Portal,
    Practice,
    Reply,
    Secret,
)
from automation.ports import Session
from automation.session import ACCESS_TOKEN, Outside, Sessions
from automation.session.safe import Safe
from automation.session.token_entrance import KeptGrant
from tests import canary
from tests.conftest import Measure
from tests.engine import run_engine
from tests.fakes import Notes, VirtualClock
from tests.oauth_server import OAuthServer, authorization_server

HERE = "http://127.0.0.1:7/callback"
T = TypeVar("T")
Work = Callable[[Sessions, Safe], Awaitable[None]]


@dataclass
class House:
    """A database with one practice; `run` does something in a process of its own."""

    folder: Path
    server: OAuthServer
    clock: VirtualClock
    grant: str = "authorization_code"
    notes: Notes = field(default_factory=Notes)

    @property
    def practice(self) -> Practice:
        return Practice(name="north", portal="acme", base_url=self.server.url, loopback=True)

    @property
    def client(self) -> OAuthClient:
        return OAuthClient(Secret(self.server.client_id), Secret(self.server.client_secret))

    def run(self, work: Callable[[Sessions, Safe], Awaitable[T]]) -> T:
        async def do() -> T:
            oauth: dict[str, Any] = {
                "token_url": "/oauth2/token/",
                "authorize_url": "/oauth2/authorize/",
                "grant": self.grant,
            }
            files = catalog.Catalog(self.folder / "flows")
            portal = Portal(portal="acme", title="", hosts=(), oauth=OAuth(**oauth))
            files.write_portal(portal)
            vault.make_key_file(self.folder / "key")
            seal = vault.Vault(vault.FileRing(self.folder / "key"))
            url = f"sqlite+aiosqlite:///{self.folder}/vetportal.db"
            rows = await store.Store.open(url, clock=self.clock, sealer=seal)
            try:
                if not await rows.practices():
                    await rows.add_practice(self.practice)
                outside = Outside(no_tab, no_picture, self.notes, self.clock, Random(1))
                return await work(Sessions(rows, seal, files, outside), Safe(rows, seal))
            finally:
                await rows.close()

        return run_engine(do())

    def authorize(self, client: OAuthClient | None, *, other: Work | None = None) -> None:
        """What `practice authorize` does; `other` happens while the person thinks."""

        async def do(sessions: Sessions, safe: Safe) -> None:
            async def visit(asked: transport.Authorization) -> str:
                if other:
                    await other(sessions, safe)
                return self.server.visit(asked.url)

            await sessions.authorize(self.practice, client, redirect_uri=HERE, ask=visit)

        self.run(do)

    def read(self) -> tuple[int, int]:
        """What a run does: a call, once more after a new token; its status, and the generation."""
        return self.run(self.reading)

    async def reading(self, sessions: Sessions, _safe: Safe) -> tuple[int, int]:
        async with await sessions.open(self.practice) as session:
            if (await self._call(session)).status == 401:
                await session.renew(seen=session.generation)
            return (await self._call(session)).status, session.generation

    async def _call(self, session: Session) -> Reply:
        headers = {"authorization": f"Bearer {session.slots[ACCESS_TOKEN]}"}
        return await session.send(Call("GET", f"{self.server.url}/api/", headers))

    def phase(self) -> str:
        async def look(sessions: Sessions, _safe: Safe) -> str:
            return (await sessions.status("north")).phase

        return self.run(look)


def no_tab(_allowed: AllowList, _egress: Egress) -> AbstractAsyncContextManager[browser.Tab]:
    raise AssertionError("tokens need no browser")


def no_picture(*_: object) -> None:
    raise AssertionError("there is no page to take a picture of")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = VirtualClock()
    with authorization_server(clock) as server:
        yield House(tmp_path, server, clock)


def test_what_was_allowed_once_lets_every_later_process_in(house: House) -> None:
    house.authorize(house.client)
    assert house.read() == (200, 1)
    for generation in (2, 3):
        house.clock.pass_time(36_000)
        assert house.read() == (200, generation)
    assert house.server.outcomes("refresh_token") == ["done", "done"]
    assert house.phase() == "valid"


def test_a_token_that_the_portal_ended_early_is_renewed_within_the_run(house: House) -> None:
    house.authorize(house.client)
    house.server.end_access()
    assert house.read() == (200, 2)


def test_many_that_ask_at_once_refresh_once(house: House) -> None:
    house.authorize(house.client)
    house.clock.pass_time(36_000)

    async def all_at_once(sessions: Sessions, safe: Safe) -> list[tuple[int, int]]:
        return await asyncio.gather(*[house.reading(sessions, safe) for _ in range(8)])

    assert house.run(all_at_once) == [(200, 2)] * 8
    assert house.server.outcomes("refresh_token") == ["done"]


@pytest.mark.must_hold("sessions")
def test_a_revoked_refresh_token_is_sent_once_by_all_processes_and_then_a_person_is_asked(
    house: House, measured: Measure
) -> None:
    house.authorize(house.client)
    revoked = next(text for name, text in house.server.made().items() if "refresh" in name)
    house.server.revoke()
    for _ in range(24):  # a run every hour, each in a process of its own
        with pytest.raises(AuthorizationRefused, match=r"^north: ") as raised:
            house.read()
        assert "`vetportal practice authorize north`" in raised.value.remedy
        assert house.phase() == "needs_person"
        house.clock.pass_time(3600)
    measured("runs after the access was withdrawn", 24)
    measured("times the revoked refresh token was sent", house.server.sent.count(revoked))
    assert house.server.sent.count(revoked) == 1
    assert house.server.outcomes("refresh_token") == ["invalid_grant"]
    house.authorize(None)
    assert house.phase() == "valid"
    assert house.read()[0] == 200


def test_a_client_that_was_refused_is_sent_once_until_a_person_saw_to_it(house: House) -> None:
    house.grant = "client_credentials"
    house.authorize(house.client)
    right, house.server.client_secret = house.server.client_secret, "another"
    house.clock.pass_time(36_000)
    for _ in range(24):
        with pytest.raises(ClientRefused, match=r"^north: "):
            house.read()
        house.clock.pass_time(3600)
    assert house.server.outcomes("client_credentials") == ["done", "invalid_client"]
    house.server.client_secret = right
    house.authorize(None)
    house.clock.pass_time(36_000)
    assert house.read()[0] == 200


def test_runs_go_on_while_a_person_thinks(house: House) -> None:
    house.authorize(house.client)
    house.clock.pass_time(36_000)
    read: list[tuple[int, int]] = []

    async def meanwhile(sessions: Sessions, safe: Safe) -> None:
        read.append(await house.reading(sessions, safe))

    house.authorize(None, other=meanwhile)
    assert read == [(200, 2)]
    assert house.read() == (200, 3)


def test_a_session_that_was_dropped_begins_anew(house: House) -> None:
    house.authorize(house.client)

    async def close(sessions: Sessions, _safe: Safe) -> None:
        await sessions.close(house.practice)

    house.run(close)
    assert [house.read(), house.read()] == [(200, 2), (200, 2)]


def test_without_a_client_nobody_is_asked(house: House) -> None:
    with pytest.raises(NotKnown, match=Grant().client_id):
        house.authorize(None)
    assert house.server.asked == []


def test_a_public_client_and_a_forgotten_token_are_kept_as_nothing(house: House) -> None:
    async def do(_: Sessions, safe: Safe) -> tuple[OAuthClient, dict[str, Secret], Secret | None]:
        kept = KeptGrant(safe, "north")
        await kept.put_grant(OAuthClient(Secret("own")), Secret("canary-token"))
        before = await kept.credential()
        await kept.put_refresh_token(None)
        return await kept.client(), before, await kept.refresh_token()

    client, before, after = house.run(do)
    assert client == OAuthClient(Secret("own"), None)
    assert before == {
        Grant().client_id: Secret("own"),
        Grant().refresh_token: Secret("canary-token"),
    }
    assert after is None


def test_nothing_of_it_lies_open_on_the_disk(house: House) -> None:
    house.authorize(house.client)
    house.clock.pass_time(36_000)
    house.read()
    secrets = {"client": house.server.client_secret, **house.server.made()}
    assert len(secrets) == 6
    assert canary.scan([house.folder], secrets) == []
