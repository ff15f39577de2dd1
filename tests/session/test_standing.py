"""Where a session stands is written down for everybody, and what its life told is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from automation.model import HttpStuck, Lifetimes, Probe, SessionState, SessionStatus
from automation.session.standing import Standing, last_used
from automation.store import SessionStatuses, Store
from tests.fakes import START, VirtualClock
from tests.store.support import in_store

ALIVE, IDENTITY = Probe(path="/ping"), Probe(path="/home")
HOUR = 3600


def play(path: Path, scene: Callable[[Standing, VirtualClock], Awaitable[None]]) -> SessionStatus:
    clock = VirtualClock()

    async def whole(rows: Store) -> SessionStatus:
        standing = Standing(SessionStatuses(rows.database, clock), clock)
        await scene(standing, clock)
        return await standing.of("north")

    return in_store(path, whole, clock=clock)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_a_phase_is_dated_from_when_it_was_entered_first(path: Path) -> None:
    async def scene(standing: Standing, clock: VirtualClock) -> None:
        await standing.enter("north", "locked", "the portal says so")
        clock.pass_time(60)
        await standing.enter("north", "locked", "the portal says so")

    status = play(path, scene)
    assert (status.phase, status.why, status.since) == ("locked", "the portal says so", START)


def test_another_reason_is_another_date_and_no_reason_leaves_none(path: Path) -> None:
    async def scene(standing: Standing, clock: VirtualClock) -> None:
        await standing.enter("north", "none", "down")
        clock.pass_time(60)
        await standing.enter("north", "none")

    status = play(path, scene)
    assert (status.phase, status.why, status.since) == ("none", "", START + timedelta(minutes=1))


def test_each_fact_is_kept_beside_the_others(path: Path) -> None:
    state = SessionState(opened_at=START)

    async def scene(standing: Standing, clock: VirtualClock) -> None:
        await standing.probes("north", ALIVE, IDENTITY)
        await standing.http_stuck("north", "abc")
        clock.pass_time(HOUR)
        await standing.alive("north", state, idle=900)
        await standing.enter("north", "valid")

    assert play(path, scene) == SessionStatus(
        practice="north",
        phase="valid",
        since=START + timedelta(hours=1),
        lifetimes=Lifetimes(idle_alive=900, age_alive=HOUR),
        alive=ALIVE,
        identity=IDENTITY,
        http_stuck=HttpStuck(plan="abc", since=START),
    )


def test_calls_that_got_in_at_last_are_stuck_no_more(path: Path) -> None:
    async def scene(standing: Standing, _: VirtualClock) -> None:
        await standing.http_stuck("north", "abc")
        await standing.http_stuck("north", None)

    assert play(path, scene).http_stuck is None


def test_a_session_that_is_found_dead_rested_since_its_last_use(path: Path) -> None:
    used = SessionState(opened_at=START, used_at=START + timedelta(seconds=HOUR))

    async def scene(standing: Standing, clock: VirtualClock) -> None:
        clock.pass_time(HOUR + 1800)
        await standing.dead("north", used)

    assert play(path, scene).lifetimes == Lifetimes(idle_dead=1800)


def test_facts_that_are_noted_at_the_same_time_are_all_kept(path: Path) -> None:
    state = SessionState(opened_at=START)

    async def scene(standing: Standing, clock: VirtualClock) -> None:
        await standing.enter("north", "logging_in")
        clock.pass_time(HOUR)
        await asyncio.gather(
            standing.enter("north", "valid"),
            standing.probes("north", ALIVE, IDENTITY),
            standing.http_stuck("north", "abc"),
            *(standing.alive("north", state, idle=idle) for idle in (100, 900, 300)),
        )

    status = play(path, scene)
    assert (status.phase, status.alive) == ("valid", ALIVE)
    assert status.http_stuck == HttpStuck(plan="abc", since=START + timedelta(seconds=HOUR))
    assert status.lifetimes == Lifetimes(idle_alive=900, age_alive=HOUR)


@pytest.mark.parametrize("later, phase", [(0, "none"), (1, "valid")])
def test_a_session_that_ended_hides_no_login_that_was_noted_after_that_was_seen(
    path: Path, later: int, phase: str
) -> None:
    async def scene(standing: Standing, clock: VirtualClock) -> None:
        seen = clock.now()
        clock.pass_time(later)
        await standing.enter("north", "valid")
        clock.pass_time(1)
        await standing.over("north", seen=seen)

    assert play(path, scene).phase == phase


def test_a_session_was_last_used_at_its_login_at_the_earliest() -> None:
    assert last_used(SessionState(opened_at=START)) == START
    later = START + timedelta(hours=1)
    assert last_used(SessionState(opened_at=START, used_at=later)) == later
