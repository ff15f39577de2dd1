"""Tokens of a practice: kept, refreshed, replaced; never sent again once they were refused."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

import pytest
import structlog
from typing_extensions import override

from automation import transport
from automation.errors import (
    AuthorizationRefused,
    BadArgument,
    ClientRefused,
    NotKnown,
    PortalDown,
    Refused,
    Unready,
    VetportalError,
)
from automation.model import (
    AllowList,
    Call,
    OAuth,
    OAuthClient,
    Pace,
    Portal,
    Practice,
    Secret,
    SessionState,
)
from automation.session import ACCESS_TOKEN, TokenLogin
from tests import canary
from tests.engine import run_engine
from tests.fakes import Notes, VirtualClock
from tests.oauth_server import OAuthServer, authorization_server

HERE = "http://127.0.0.1:7/callback"
HOUR = 3600.0
T = TypeVar("T")
Visit = Callable[[transport.Authorization], str]


@dataclass
class Disk:
    """What outlives a process: the client, the refresh token and the session."""

    known: OAuthClient | None = None
    token: Secret | None = None
    state: SessionState | None = None
    full: bool = False
    every: list[str] = field(default_factory=list)

    async def client(self) -> OAuthClient:
        if self.known is None:
            raise NotKnown("secret of north", "oauth.client_id", ())
        return self.known

    async def refresh_token(self) -> Secret | None:
        return self.token

    async def put_refresh_token(self, token: Secret | None) -> None:
        if self.full:
            raise Unready("the disk is full")
        self.token = token
        self.every.append(token.reveal() if token else "")

    async def put_grant(self, client: OAuthClient, token: Secret | None) -> None:
        await self.put_refresh_token(token)
        self.known = client


@dataclass
class Clinic:
    """One practice of a portal with a token server; `run` does something in a fresh process."""

    server: OAuthServer
    clock: VirtualClock
    grant: str = "authorization_code"
    disk: Disk = field(default_factory=Disk)
    notes: Notes = field(default_factory=Notes)
    changed: dict[str, Any] = field(default_factory=dict)

    def login(self) -> TokenLogin:
        known: dict[str, Any] = {
            "token_url": "/oauth2/token/",
            "authorize_url": "/oauth2/authorize/",
            "grant": self.grant,
        }
        oauth = OAuth(**known | self.changed)
        portal = Portal(portal="acme", title="Acme", hosts=(), oauth=oauth)
        return TokenLogin(self.practice, portal, self.disk, audit=self.notes, clock=self.clock)

    @property
    def practice(self) -> Practice:
        return Practice(name="north", portal="acme", base_url=self.server.url, loopback=True)

    @property
    def client(self) -> OAuthClient:
        return OAuthClient(Secret(self.server.client_id), Secret(self.server.client_secret))

    @asynccontextmanager
    async def door(self) -> AsyncIterator[transport.HttpDoor]:
        allowed = AllowList.of(Portal(portal="acme", title="", hosts=()), self.practice)
        async with transport.HttpDoor(allowed, Pace(), clock=self.clock, rng=Random(1)) as door:
            yield door

    def run(self, work: Callable[[TokenLogin, transport.HttpDoor], Awaitable[T]]) -> T:
        async def do() -> T:
            async with self.door() as door:
                return await work(self.login(), door)

        return run_engine(do())

    def log_in(self, *, renew: bool = False) -> SessionState:
        """What a run does: log in, put the session away."""
        state = self.run(lambda login, door: login.log_in(door, self.disk.state, renew=renew))
        self.disk.state = state
        return state

    def authorize(self, client: OAuthClient | None = None, visit: Visit | None = None) -> None:
        """What `practice authorize` does; `visit` opens the page and returns where it leads."""
        client = client or self.client

        async def do(login: TokenLogin, door: transport.HttpDoor) -> SessionState:
            if self.grant == "client_credentials":
                return await login.authorize(door, client, self.disk.state)
            asked = login.question(client, HERE)
            redirected = visit(asked) if visit else self.server.visit(asked.url)
            return await login.authorize(
                door, client, self.disk.state, asked=asked, redirected=redirected
            )

        self.disk.state = self.run(do)

    def read(self) -> int:
        """Ask the portal with the token of the session; the status it answers."""
        assert self.disk.state is not None
        token = self.disk.state.slots[ACCESS_TOKEN]
        return self.server.read(f"Bearer {token}")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def clinic(clock: VirtualClock) -> Iterator[Clinic]:
    with authorization_server(clock) as server:
        yield Clinic(server, clock)


# ---------------------------------------------------------------- what a run finds


def test_a_person_allows_the_access_once_and_the_token_serves_the_calls(clinic: Clinic) -> None:
    clinic.authorize()
    assert clinic.read() == 200
    assert clinic.disk.token is not None
    assert clinic.log_in().generation == 1
    assert [grant for grant, _ in clinic.server.asked] == ["authorization_code"]


def test_a_token_that_is_over_is_refreshed_and_the_new_refresh_token_replaces_the_old(
    clinic: Clinic, clock: VirtualClock
) -> None:
    clinic.authorize()
    before = clinic.disk.token
    clock.pass_time(10 * HOUR)
    state = clinic.log_in()
    assert state.generation == 2
    assert clinic.disk.token not in {None, before}
    assert clinic.read() == 200


def test_the_rest_of_a_session_stays_as_it_was(clinic: Clinic, clock: VirtualClock) -> None:
    clinic.disk.state = SessionState(opened_at=clock.now(), slots={"a": "b"}, landing="/home")
    clinic.authorize()
    state = clinic.disk.state
    assert (state.slots["a"], state.landing, state.generation) == ("b", "/home", 2)


def test_a_token_that_the_portal_ended_early_is_replaced_at_once(clinic: Clinic) -> None:
    clinic.authorize()
    assert clinic.log_in(renew=True).generation == 2
    assert clinic.server.outcomes("refresh_token") == ["done"]


def test_a_token_of_unknown_life_is_used_until_the_portal_refuses_it(
    clinic: Clinic, clock: VirtualClock
) -> None:
    clinic.grant = "client_credentials"
    clinic.authorize()
    assert clinic.disk.state is not None
    clinic.disk.state = clinic.disk.state.model_copy(update={"expires_at": None})
    clock.pass_time(1000 * HOUR)
    assert clinic.log_in().generation == 1
    assert clinic.log_in(renew=True).generation == 2


def test_a_client_of_its_own_needs_no_person_and_no_refresh_token(
    clinic: Clinic, clock: VirtualClock
) -> None:
    clinic.grant = "client_credentials"
    clinic.authorize()
    clock.pass_time(10 * HOUR)
    clinic.log_in()
    assert clinic.disk.token is None
    assert clinic.server.outcomes("client_credentials") == ["done", "done"]


def test_a_portal_that_keeps_its_refresh_token_is_asked_with_the_same_again(
    clinic: Clinic, clock: VirtualClock
) -> None:
    clinic.authorize()
    before = clinic.disk.token
    answer = b'{"access_token":"canary-x","token_type":"bearer","expires_in":60}'
    clinic.server.replies = [(200, answer)]
    clock.pass_time(10 * HOUR)
    clinic.log_in()
    assert clinic.disk.token == before


def test_each_use_of_a_credential_is_noted_before_it_is_sent(clinic: Clinic) -> None:
    seen: list[list[str]] = []

    class Watched(Notes):
        @override
        async def flush(self) -> None:
            seen.append([each.action for each in self.heard])
            assert clinic.server.asked == []

    clinic.notes = Watched()
    clinic.authorize()
    assert seen == [["credential.used"]]
    assert clinic.notes.actions() == ["credential.used", "token.received"]


def test_a_portal_without_oauth_says_so(clinic: Clinic) -> None:
    portal = Portal(portal="acme", title="", hosts=())
    with pytest.raises(BadArgument, match="no `oauth`"):
        TokenLogin(clinic.practice, portal, clinic.disk, audit=clinic.notes, clock=clinic.clock)


# ---------------------------------------------------------------- authorization


def test_a_page_on_a_foreign_host_is_shown_to_nobody(clinic: Clinic) -> None:
    def never(asked: transport.Authorization) -> str:
        raise AssertionError(asked)

    clinic.changed = {"authorize_url": "https://elsewhere.example/authorize"}
    with pytest.raises(Refused, match="allow-list"):
        clinic.authorize(visit=never)


def test_what_was_kept_stays_in_force_until_the_new_client_is_proven(clinic: Clinic) -> None:
    clinic.authorize()
    before = (clinic.disk.known, clinic.disk.token)
    wrong = OAuthClient(Secret(clinic.server.client_id), Secret("canary-wrong"))
    with pytest.raises(ClientRefused, match="^north: "):
        clinic.authorize(wrong)
    assert (clinic.disk.known, clinic.disk.token) == before


def test_an_address_of_somebody_else_changes_nothing(clinic: Clinic) -> None:
    def forged(asked: transport.Authorization) -> str:
        return f"{HERE}?code=stolen&state=guessed"

    with pytest.raises(BadArgument, match="state"):
        clinic.authorize(visit=forged)
    assert clinic.disk == Disk()
    assert clinic.server.asked == []


# ---------------------------------------------------------------- what goes wrong


def test_a_revoked_refresh_token_is_sent_once_and_then_a_person_is_asked(
    clinic: Clinic, clock: VirtualClock
) -> None:
    clinic.authorize()
    revoked = clinic.disk.token
    assert revoked is not None
    clinic.server.revoke()
    clock.pass_time(10 * HOUR)
    said: list[VetportalError] = []
    for hour in range(24):  # a run every hour, each in a process of its own
        with pytest.raises(AuthorizationRefused) as raised:
            clinic.log_in(renew=bool(hour % 2))
        said.append(raised.value)
        clock.pass_time(HOUR)
    sent = clinic.server.sent.count(revoked.reveal())
    assert sent == 1
    assert clinic.server.outcomes("refresh_token") == ["invalid_grant"]
    assert "north: 127.0.0.1 does not accept the authorization, or no longer" in said[0].message
    assert "refused before" in said[-1].message
    assert {each.remedy for each in said} == {
        "Let the practice allow the access anew: `vetportal practice authorize north`."
    }
    assert {each.exit_code for each in said} == {5}
    clinic.authorize()
    clock.pass_time(10 * HOUR)
    clinic.log_in()
    assert clinic.read() == 200


def test_a_thousand_hours_of_rotating_tokens_pass_without_a_refusal(
    clinic: Clinic, clock: VirtualClock
) -> None:
    clinic.authorize()
    for _ in range(1000):
        clock.pass_time(HOUR)
        clinic.log_in()
        assert clinic.read() == 200
    outcomes = clinic.server.outcomes("refresh_token")
    assert set(outcomes) == {"done"}
    assert len(outcomes) == 100
    assert clinic.server.api == {200: 1000}
    assert len(set(clinic.server.sent) - {clinic.server.client_secret}) == 100


@pytest.mark.parametrize("fault", ["503", "429", "drop-before"])
def test_a_portal_that_did_not_see_the_request_gets_the_same_token_in_the_next_run(
    clinic: Clinic, clock: VirtualClock, fault: str
) -> None:
    clinic.authorize()
    clock.pass_time(10 * HOUR)
    clinic.server.replies = [fault]
    with pytest.raises(VetportalError) as raised:
        clinic.log_in()
    assert raised.value.exit_code == 75
    clinic.log_in()
    assert clinic.read() == 200
    assert clinic.server.outcomes("refresh_token") == ["done"]


def test_an_answer_lost_on_the_way_ends_in_one_refusal_and_not_in_a_loop(
    clinic: Clinic, clock: VirtualClock
) -> None:
    clinic.authorize()
    clock.pass_time(10 * HOUR)
    clinic.server.replies = ["drop-after"]
    with pytest.raises(PortalDown):
        clinic.log_in()
    for _ in range(3):
        with pytest.raises(AuthorizationRefused):
            clinic.log_in()
    assert clinic.server.outcomes("refresh_token") == ["done", "invalid_grant"]


def test_a_crash_before_the_new_token_is_kept_ends_in_one_refusal(
    clinic: Clinic, clock: VirtualClock
) -> None:
    clinic.authorize()
    clock.pass_time(10 * HOUR)
    clinic.disk.full = True
    with pytest.raises(Unready):
        clinic.log_in()
    clinic.disk.full = False
    for _ in range(3):
        with pytest.raises(AuthorizationRefused):
            clinic.log_in()
    assert clinic.server.outcomes("refresh_token") == ["done", "invalid_grant"]


def test_a_crash_before_the_session_is_kept_costs_one_refresh(
    clinic: Clinic, clock: VirtualClock
) -> None:
    clinic.authorize()
    clock.pass_time(10 * HOUR)
    clinic.run(lambda login, door: login.log_in(door, clinic.disk.state))  # never put away
    clinic.log_in()
    assert clinic.read() == 200
    assert clinic.server.outcomes("refresh_token") == ["done", "done"]


def test_the_new_token_is_kept_before_the_old_one_can_be_sent_again(
    clinic: Clinic, clock: VirtualClock
) -> None:
    clinic.authorize()
    for _ in range(3):
        clock.pass_time(10 * HOUR)
        clinic.log_in()
    secret = clinic.server.client_secret
    sent = [token for token in clinic.server.sent if token != secret]
    assert sent == clinic.disk.every[:-1]


def test_a_run_that_is_cancelled_in_the_middle_of_a_refresh_still_keeps_the_new_token(
    clinic: Clinic, clock: VirtualClock
) -> None:
    clinic.authorize()
    clock.pass_time(10 * HOUR)
    before = clinic.disk.token

    async def cancelled(login: TokenLogin, door: transport.HttpDoor) -> None:
        sending = asyncio.Event()
        send = door.send

        async def told(call: Call) -> Any:  # noqa: ANN401 - a reply
            sending.set()
            return await send(call)

        door.send = told  # type: ignore[assignment, method-assign]
        task = asyncio.ensure_future(login.log_in(door, clinic.disk.state))
        await sending.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    clinic.run(cancelled)
    assert clinic.disk.token not in {None, before}
    clinic.log_in()
    assert set(clinic.server.outcomes("refresh_token")) == {"done"}


def test_no_client_no_request(clinic: Clinic) -> None:
    with pytest.raises(NotKnown, match=r"oauth\.client_id"):
        clinic.log_in()
    clinic.disk.known = clinic.client
    with pytest.raises(AuthorizationRefused, match="nobody allows the access"):
        clinic.log_in()
    assert clinic.server.asked == []


def test_no_secret_shows_in_logs_notes_or_errors(
    clinic: Clinic, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    said = io.StringIO()
    structlog.configure(
        processors=[structlog.processors.JSONRenderer(default=str)],
        logger_factory=structlog.PrintLoggerFactory(said),
    )
    problems: list[str] = []
    codes: list[str] = []

    def visit(asked: transport.Authorization) -> str:
        address = clinic.server.visit(asked.url)
        codes.append(asked.code_in(address).reveal())
        return address

    try:
        with caplog.at_level(logging.DEBUG):
            clinic.authorize(visit=visit)
            clock.pass_time(10 * HOUR)
            clinic.log_in()
            clinic.server.revoke()
            for _ in range(2):
                with pytest.raises(VetportalError) as raised:
                    clinic.log_in(renew=True)
                problems.append(f"{raised.getrepr(showlocals=False)} {raised.value.remedy}")
            with pytest.raises(VetportalError) as raised:
                clinic.authorize(OAuthClient(Secret("canary-id:1"), Secret("canary-wrong")))
            problems.append(f"{raised.value!r} {raised.value.remedy}")
    finally:
        structlog.reset_defaults()
    secrets = dict(enumerate({*clinic.server.sent, *codes, *filter(None, clinic.disk.every)}))
    assert len(secrets) >= 5
    shown = f"{said.getvalue()}{caplog.text}{clinic.notes.heard}{problems}{clinic.disk.state!r}"
    assert "token_received" in shown
    assert canary.scan([shown.encode()], {str(name): one for name, one in secrets.items()}) == []
