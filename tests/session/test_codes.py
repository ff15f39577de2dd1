"""Each time step once, by the portal's clock, with time left to send it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import cast

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response
from werkzeug.http import http_date

from automation import store, transport, vault
from automation.errors import Unready
from automation.model import AllowList, Pace, Portal, Practice, Secret
from automation.session.codes import next_code, portal_skew
from tests.engine import run_engine
from tests.fakes import VirtualClock

TOTP = vault.Totp(Secret("JBSWY3DPEHPK3PXP"))
MINUTE = timedelta(minutes=1)
STEP = datetime(2026, 3, 2, 10, 0, 0, tzinfo=UTC)


class Memory:
    """Remembers the last step of each login, as the database does."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}

    async def claim_totp_step(self, credential: str, start: int) -> bool:
        if start <= self.last.get(credential, -1):
            return False
        self.last[credential] = start
        return True


def code(
    clock: VirtualClock,
    memory: Memory,
    *,
    ahead: float = 0,
    login: str = "a",
    totp: vault.Totp = TOTP,
) -> str:
    async def skew() -> timedelta:
        return timedelta(seconds=ahead)

    rows = cast("store.Store", memory)
    made = next_code(totp, login=login, rows=rows, clock=clock, skew=skew)
    return run_engine(made).reveal()


def test_a_code_is_that_of_now() -> None:
    clock = VirtualClock(STEP + timedelta(seconds=10))
    assert code(clock, Memory()) == TOTP.code(STEP).reveal()
    assert clock.slept == []


@pytest.mark.parametrize("second,waits", [(26.9, False), (27.1, True), (29.9, True)])
def test_with_less_than_three_seconds_left_the_next_step_is_awaited(
    second: float, waits: bool
) -> None:
    clock = VirtualClock(STEP + timedelta(seconds=second))
    expected = STEP + timedelta(seconds=30 if waits else 0)
    assert code(clock, Memory()) == TOTP.code(expected).reveal()
    assert clock.monotonic() == pytest.approx(30.05 - second if waits else 0)


def test_a_step_that_was_used_is_not_used_again() -> None:
    clock, memory = VirtualClock(STEP + timedelta(seconds=10)), Memory()
    codes = [code(clock, memory) for _ in range(3)]
    assert codes == [TOTP.code(STEP + timedelta(seconds=30 * n)).reveal() for n in range(3)]


def test_each_login_has_steps_of_its_own() -> None:
    clock, memory = VirtualClock(STEP + timedelta(seconds=10)), Memory()
    assert code(clock, memory, login="a") == code(clock, memory, login="b")


@pytest.mark.parametrize("ahead", [-95.0, -20.0, 20.0, 95.0])
def test_the_portals_clock_counts(ahead: float) -> None:
    clock = VirtualClock(STEP + timedelta(seconds=12))
    there = STEP + timedelta(seconds=12 + ahead)
    assert code(clock, Memory(), ahead=ahead) == TOTP.code(there).reveal()


def test_a_login_whose_period_changes_goes_on_with_the_next_step() -> None:
    clock, memory = VirtualClock(STEP + timedelta(seconds=10)), Memory()
    longer = vault.Totp(Secret("JBSWY3DPEHPK3PXP"), period=60)
    code(clock, memory)
    assert code(clock, memory, totp=longer) == longer.code(STEP + timedelta(seconds=60)).reveal()
    assert code(clock, memory) == TOTP.code(STEP + timedelta(seconds=90)).reveal()


def test_when_later_steps_were_used_already_a_clock_is_wrong() -> None:
    clock, memory = VirtualClock(STEP), Memory()
    memory.last["a"] = int((STEP + timedelta(days=1)).timestamp())
    with pytest.raises(Unready, match="used already"):
        code(clock, memory)
    assert clock.monotonic() < 150


def dated(headers: dict[str, str], _: Request) -> Response:
    """An answer with these headers; the server's own date would be that of today."""
    return Response("login", headers=headers or {"Date": "none"})


def skew_of(server: HTTPServer, clock: VirtualClock) -> float:
    url = server.url_for("/login")
    practice = Practice(
        name="north", portal="acme", base_url=url.removesuffix("/login"), loopback=True
    )
    allowed = AllowList.of(Portal(portal="acme", title="Acme", hosts=()), practice)

    async def door() -> transport.HttpDoor:
        return transport.HttpDoor(allowed, Pace(), clock=clock, rng=Random(1))

    return run_engine(portal_skew(url, door, clock=clock)).total_seconds()


@pytest.mark.parametrize(
    "date,seconds",
    [("Mon, 02 Mar 2026 10:01:40 GMT", 100), ("Mon, 02 Mar 2026 09:58:20 GMT", -100)],
)
def test_the_date_of_an_answer_tells_how_far_ahead_the_portal_is_at_least(
    httpserver: HTTPServer, date: str, seconds: float
) -> None:
    def answer(request: Request) -> Response:
        assert "Cookie" not in request.headers
        return Response("login", headers={"Date": date})

    httpserver.expect_request("/login").respond_with_handler(answer)
    assert skew_of(httpserver, VirtualClock(STEP)) == seconds


@pytest.mark.parametrize(
    "age,seconds", [("40", -60), ("old", -100), ("-4", -100), ("9" * 40, -100)]
)
def test_the_time_that_an_answer_lay_in_a_cache_is_none_of_the_portals(
    httpserver: HTTPServer, age: str, seconds: float
) -> None:
    def answer(request: Request) -> Response:
        assert request.headers["Cache-Control"] == "no-cache"
        return Response(
            "login", headers={"Date": http_date(STEP - timedelta(seconds=100)), "Age": age}
        )

    httpserver.expect_request("/login").respond_with_handler(answer)
    assert skew_of(httpserver, VirtualClock(STEP)) == seconds


@pytest.mark.parametrize(
    "first,second,seconds",
    [
        (-15, None, -900),
        (-16, -16, -960),
        (-16, -15.5, 0),
        (-16, 0, 0),
        (16, None, 0),
        (60, 60, 3600),
    ],
)
def test_a_clock_that_is_far_from_ours_is_believed_when_two_answers_agree(
    httpserver: HTTPServer, first: float, second: float | None, seconds: float
) -> None:
    for minutes in (first, second):
        headers = {} if minutes is None else {"Date": http_date(STEP + minutes * MINUTE)}
        httpserver.expect_ordered_request("/login").respond_with_handler(partial(dated, headers))
    assert skew_of(httpserver, VirtualClock(STEP)) == seconds


def test_without_a_readable_date_the_clocks_are_taken_as_equal(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/login").respond_with_data("", headers={"Date": "today"})
    assert skew_of(httpserver, VirtualClock(STEP)) == 0


def test_without_an_answer_the_clocks_are_taken_as_equal(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/login").respond_with_data("", status=503)
    assert skew_of(httpserver, VirtualClock(STEP)) == 0
