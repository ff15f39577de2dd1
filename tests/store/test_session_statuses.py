"""Statuses and challenges as rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy.exc import IntegrityError

from automation.model import Challenge, HttpStuck, Lifetimes, Probe, SessionStatus, Source
from automation.store import Challenges, SessionStatuses, Store
from tests.fakes import START, VirtualClock
from tests.store.support import in_store

T = TypeVar("T")

STATUS = SessionStatus(
    practice="south",
    phase="locked",
    since=START,
    why="the portal says that the account is locked",
    lifetimes=Lifetimes(idle_alive=1200.5, idle_dead=1800, age_alive=9.25, ages_dead=(1, 2.5)),
    alive=Probe(path="/ping", endpoint="get-ping"),
    identity=Probe(path="/home?x=1", names=Source(css="header > b")),
    http_stuck=HttpStuck(plan="abc", since=START + timedelta(microseconds=1)),
)
ASKED = Challenge(
    id="c1",
    practice="north",
    kind="code",
    asked="A code was sent.",
    since=START,
    expires_at=START + timedelta(minutes=10),
)
LATER = ASKED.model_copy(update={"id": "c2", "since": START + timedelta(minutes=1)})
SOUTH = LATER.model_copy(update={"id": "c3", "practice": "south", "kind": "approval"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def with_challenges(path: Path, scene: Callable[[Challenges, VirtualClock], Awaitable[T]]) -> T:
    clock = VirtualClock()

    async def whole(store: Store) -> T:
        return await scene(Challenges(store.database, clock), clock)

    return in_store(path, whole, clock=clock)


def test_a_practice_that_nobody_logged_in_to_has_no_session(path: Path) -> None:
    async def scene(store: Store) -> tuple[SessionStatus, tuple[SessionStatus, ...]]:
        statuses = SessionStatuses(store.database, VirtualClock())
        return await statuses.of("north"), await statuses.all()

    assert in_store(path, scene) == (SessionStatus(practice="north", since=START), ())


def test_a_status_comes_back_as_it_was_in_the_place_of_the_one_before(path: Path) -> None:
    other = SessionStatus(practice="north", phase="valid", since=START)

    async def scene(store: Store) -> tuple[SessionStatus, tuple[SessionStatus, ...]]:
        statuses = SessionStatuses(store.database, VirtualClock())
        for each in (STATUS.model_copy(update={"phase": "none", "alive": None}), other, STATUS):
            await statuses.put(each)
        return await statuses.of("south"), await statuses.all()

    assert in_store(path, scene) == (STATUS, (other, STATUS))


def test_an_update_changes_the_columns_it_names_by_what_they_are(path: Path) -> None:
    async def scene(store: Store) -> tuple[SessionStatus, SessionStatus]:
        statuses = SessionStatuses(store.database, VirtualClock())
        await statuses.put(STATUS)
        await statuses.update("south", lambda was: {"why": f"{was.why}!"})
        await statuses.update("north", lambda _: {"why": "new"})
        return await statuses.of("south"), await statuses.of("north")

    assert in_store(path, scene) == (
        STATUS.model_copy(update={"why": f"{STATUS.why}!"}),
        SessionStatus(practice="north", since=START, why="new"),
    )


def test_only_practices_that_there_are_have_a_status(path: Path) -> None:
    async def scene(store: Store) -> None:
        statuses = SessionStatuses(store.database, VirtualClock())
        await statuses.put(STATUS.model_copy(update={"practice": "nowhere"}))

    with pytest.raises(IntegrityError):
        in_store(path, scene)


def test_what_is_asked_is_seen_longest_first_of_one_practice_or_of_all(path: Path) -> None:
    async def scene(challenges: Challenges, _: VirtualClock) -> list[list[Challenge]]:
        await challenges.ask(SOUTH)
        await challenges.ask(ASKED)
        return [list(await challenges.waiting(each)) for each in (None, "north", "west")]

    assert with_challenges(path, scene) == [[ASKED, SOUTH], [ASKED], []]


def test_a_question_and_its_practice_waiting_for_a_person_are_seen_together(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def torn(*_: object) -> None:
        raise OSError("disk full")

    async def scene(store: Store) -> list[tuple[int, str, str]]:
        clock = VirtualClock()
        challenges, statuses = (
            Challenges(store.database, clock),
            SessionStatuses(store.database, clock),
        )
        seen: list[tuple[int, str, str]] = []
        for each in (ASKED.model_copy(update={"asked": ""}), LATER):
            await challenges.ask(each)
            status = await statuses.of("north")
            seen.append((len(await challenges.waiting("north")), status.phase, status.why))
        monkeypatch.setattr(SessionStatuses, "update_in", torn)
        with pytest.raises(OSError, match="disk full"):
            await challenges.ask(SOUTH)
        seen.append(
            (len(await challenges.waiting("south")), (await statuses.of("south")).phase, "")
        )
        return seen

    assert in_store(path, scene) == [
        (1, "mfa_wait", "the portal asks for a code"),
        (1, "mfa_wait", "A code was sent."),
        (0, "none", ""),
    ]


def test_a_new_question_of_a_practice_ends_the_one_before_and_its_answer(path: Path) -> None:
    async def scene(challenges: Challenges, _: VirtualClock) -> tuple[bool, bytes | None]:
        await challenges.ask(ASKED)
        assert await challenges.answer("c1", b"sealed")
        await challenges.ask(LATER)
        assert [each.id for each in await challenges.waiting()] == ["c2"]
        return await challenges.answer("c1", b"other"), await challenges.take("c1")

    assert with_challenges(path, scene) == (False, None)


def test_nobody_waits_for_what_has_expired(path: Path) -> None:
    async def scene(challenges: Challenges, clock: VirtualClock) -> list[int]:
        await challenges.ask(ASKED)
        seen = []
        for seconds in (599, 1):
            clock.pass_time(seconds)
            seen.append(len(await challenges.waiting()))
        return seen

    assert with_challenges(path, scene) == [1, 0]


def test_one_answer_is_taken_and_it_is_taken_out(path: Path) -> None:
    async def scene(challenges: Challenges, _: VirtualClock) -> list[object]:
        await challenges.ask(ASKED)
        before = await challenges.take("c1")
        given = [await challenges.answer("c1", text) for text in (b"first", b"second")]
        taken = [await challenges.take("c1") for _ in range(2)]
        return [before, given, taken, await challenges.waiting()]

    assert with_challenges(path, scene) == [None, [True, False], [b"first", None], []]


@pytest.mark.parametrize("accepted", [True, False])
def test_what_is_over_has_no_answer_and_gets_none(path: Path, accepted: bool) -> None:
    async def scene(challenges: Challenges, _: VirtualClock) -> tuple[bytes | None, bool]:
        await challenges.ask(ASKED)
        await challenges.answer("c1", b"sealed")
        await challenges.close("c1", accepted=accepted)
        return await challenges.take("c1"), await challenges.answer("c1", b"late")

    assert with_challenges(path, scene) == (None, False)
