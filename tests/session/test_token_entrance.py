"""A practice of a portal with OAuth: allowed once, let in by each process, sealed in between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from automation import browser, catalog, store, transport, vault
from automation.errors import AuthorizationRefused, BadArgument, NotKnown
from automation.model import (
    AllowList,
    Egress,
    Grant,
    OAuth,
    OAuthClient,
    Portal,
    Practice,
    Secret,
    SessionState,
)
from automation.session import ACCESS_TOKEN, TokenEntrance
from automation.session.doors import Doors
from automation.session.safe import Safe
from automation.session.token_entrance import KeptGrant
from tests import canary
from tests.engine import run_engine
from tests.fakes import Notes, VirtualClock
from tests.oauth_server import OAuthServer, authorization_server

HERE = "http://127.0.0.1:7/callback"
T = TypeVar("T")


@dataclass
class House:
    """A database with one practice; `run` does something in a process of its own."""

    folder: Path
    server: OAuthServer
    clock: VirtualClock
    turns: list[str] = field(default_factory=list)

    @property
    def practice(self) -> Practice:
        return Practice(name="north", portal="acme", base_url=self.server.url, loopback=True)

    @property
    def client(self) -> OAuthClient:
        return OAuthClient(Secret(self.server.client_id), Secret(self.server.client_secret))

    def run(self, work: Callable[[TokenEntrance], Awaitable[T]]) -> T:
        async def do() -> T:
            oauth = OAuth(
                token_url="/oauth2/token/",
                authorize_url="/oauth2/authorize/",
                grant="authorization_code",
            )
            files = catalog.Catalog(self.folder / "flows")
            files.write_portal(Portal(portal="acme", title="", hosts=(), oauth=oauth))
            vault.make_key_file(self.folder / "key")
            seal = vault.Vault(vault.FileRing(self.folder / "key"))
            url = f"sqlite+aiosqlite:///{self.folder}/vetportal.db"
            rows = await store.Store.open(url, clock=self.clock, sealer=seal)
            try:
                if not await rows.practices():
                    await rows.add_practice(self.practice)
                safe = Safe(rows, seal)
                doors = Doors(files, safe, no_tab, self.clock, Random(1))
                entrance = TokenEntrance(safe, doors, files, self.turn, Notes(), self.clock)
                return await work(entrance)
            finally:
                await rows.close()

        return run_engine(do())

    @asynccontextmanager
    async def turn(self, practice: Practice) -> AsyncIterator[None]:
        self.turns.append(practice.name)
        yield

    def authorize(self, client: OAuthClient | None) -> SessionState:
        async def visit(asked: transport.Authorization) -> str:
            assert self.turns == []  # runs go on while a person thinks
            return self.server.visit(asked.url)

        async def do(entrance: TokenEntrance) -> SessionState:
            return await entrance.authorize(self.practice, client, redirect_uri=HERE, ask=visit)

        return self.run(do)

    def enter(self) -> SessionState:
        """What a run does that needs a new token."""

        async def do(entrance: TokenEntrance) -> SessionState:
            state = await entrance.enter(self.practice)
            await entrance.safe.put_session("north", state)
            return state

        return self.run(do)


def no_tab(_allowed: AllowList, _egress: Egress) -> AbstractAsyncContextManager[browser.Tab]:
    raise AssertionError("tokens need no browser")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = VirtualClock()
    with authorization_server(clock) as server:
        yield House(tmp_path, server, clock)


def test_what_was_allowed_once_lets_every_later_process_in(house: House) -> None:
    house.authorize(house.client)
    for generation in (2, 3):
        house.clock.pass_time(36_000)
        state = house.enter()
        assert state.generation == generation
        assert house.server.read(f"Bearer {state.slots[ACCESS_TOKEN]}") == 200
    assert house.turns == ["north"]


def test_a_session_that_was_dropped_begins_anew_with_its_cookies(house: House) -> None:
    before = house.authorize(house.client)

    async def drop(entrance: TokenEntrance) -> None:
        over = before.model_copy(update={"ended": True, "slots": {}})
        await entrance.safe.put_session("north", over)

    house.run(drop)
    state = house.enter()
    assert not state.ended
    assert state.generation == before.generation + 1


def test_a_token_that_was_refused_is_gone_for_every_later_process(house: House) -> None:
    house.authorize(house.client)
    house.server.revoke()
    for _ in range(3):
        with pytest.raises(AuthorizationRefused, match=r"^north: "):
            house.enter()
    assert house.server.outcomes("refresh_token") == ["invalid_grant"]


def test_the_client_that_is_kept_is_used_again(house: House) -> None:
    house.authorize(house.client)
    house.turns.clear()
    house.authorize(None)
    assert house.server.outcomes("authorization_code") == ["done", "done"]


def test_without_a_client_nobody_is_asked(house: House) -> None:
    with pytest.raises(NotKnown, match=Grant().client_id):
        house.authorize(None)
    assert house.server.asked == []


def test_a_portal_without_oauth_says_so(house: House) -> None:
    async def do(entrance: TokenEntrance) -> None:
        entrance.files.write_portal(Portal(portal="acme", title="", hosts=()))
        await entrance.enter(house.practice)

    with pytest.raises(BadArgument, match="no `oauth`"):
        house.run(do)


def test_a_public_client_and_a_forgotten_token_are_kept_as_nothing(house: House) -> None:
    async def do(entrance: TokenEntrance) -> tuple[OAuthClient, Secret | None, Secret | None]:
        kept = KeptGrant(entrance.safe, "north")
        await kept.put_grant(OAuthClient(Secret("own")), Secret("canary-token"))
        before = await kept.refresh_token()
        await kept.put_refresh_token(None)
        return await kept.client(), before, await kept.refresh_token()

    client, before, after = house.run(do)
    assert client == OAuthClient(Secret("own"), None)
    assert (before, after) == (Secret("canary-token"), None)


def test_nothing_of_it_lies_open_on_the_disk(house: House) -> None:
    house.authorize(house.client)
    house.clock.pass_time(36_000)
    house.enter()
    secrets = {"client": house.server.client_secret, **house.server.made()}
    assert len(secrets) == 6
    assert canary.scan([house.folder], secrets) == []
