"""The boundary of a job: each error becomes what its branch of the tree says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import cast

import pytest
from pydantic import JsonValue

from automation import errors
from automation.errors import NotKnown, Throttled, VetportalError
from automation.model import Attempt, Job, JobEnd, Practice
from automation.pipeline import Tools
from automation.store import Circuit, Circuits
from automation.worker import Kind, Kinds
from automation.worker.performing import Performing, pause_of
from tests.engine import run_engine
from tests.fakes import START, VirtualClock

NORTH = Practice(name="north", portal="acme", base_url="https://acme.example")


@dataclass
class OnePractice:
    known: Practice = NORTH

    async def practice(self, name: str) -> Practice:
        if name != self.known.name:
            raise NotKnown("practice", name, (self.known.name,))
        return self.known


@dataclass
class FewTools:
    store: OnePractice = field(default_factory=OnePractice)
    clock: VirtualClock = field(default_factory=VirtualClock)
    rng: Random = field(default_factory=lambda: Random(1))


@dataclass
class Breakers:
    """Circuit breakers that note what they are told; ``found`` is what is left alone."""

    found: Circuit | None = None
    told: list[str] = field(default_factory=list)

    async def enter(self, practice: Practice, now: datetime) -> Circuit | None:
        self.told.append(f"enter {practice.name} {now:%H:%M}")
        return self.found

    async def failed(self, _: Practice, why: str, now: datetime) -> tuple[Circuit, ...]:
        self.told.append(f"failed {why} {now:%H:%M}")
        return ()

    async def passed(self, _: Practice) -> bool:
        self.told.append("passed")
        return False


def performed(
    problem: BaseException | None = None,
    *,
    practice: Practice = NORTH,
    tries: int = 1,
    person: bool = False,
    name: str = "north",
    timeout: float = 5,
) -> JobEnd:
    given: dict[str, JsonValue] = {"sleep": True} if timeout < 1 else {}
    job = Job(kind="deed", practice=name, arguments=given, person=person)
    attempt = Attempt(key="k", job=job, queue="read", timeout=timeout, tries=tries)
    return tried(attempt, Breakers(), problem, practice=practice)


def tried(
    attempt: Attempt,
    breakers: Breakers,
    problem: BaseException | None = None,
    *,
    practice: Practice = NORTH,
) -> JobEnd:
    async def deed(_: Tools, found: Practice | None, given: Mapping[str, JsonValue]) -> JsonValue:
        assert found is not None
        if problem is not None:
            raise problem
        if given.get("sleep"):
            await asyncio.sleep(5)
        return {"pages": 2}

    limit = timedelta(seconds=attempt.timeout)
    kind = Kind("deed", deed, queue=attempt.queue, timeout=limit, tries=3)
    tools, circuits = cast("Tools", FewTools(OnePractice(practice))), cast("Circuits", breakers)
    return run_engine(Performing(tools, Kinds(kind), circuits).perform(attempt))


def test_a_job_that_works_gives_its_result() -> None:
    assert performed() == JobEnd(how="done", result={"pages": 2})


AGAIN = ["Transient", "PortalDown", "Incomplete", "LeaseLost", "Unready", "LoggedOut"]
DEAD = ["PersonNeeded", "CodeRefused", "AccountLocked", "PortalChanged", "NotPermitted", "Refused"]
DEAD += ["BadArgument", "AuditBroken", "Bug"]


@pytest.mark.parametrize("name", [*AGAIN, *DEAD])
def test_the_class_of_an_error_says_whether_it_is_tried_again(name: str) -> None:
    problem: VetportalError = getattr(errors, name)("it did not work")
    end = performed(problem)
    assert (end.how, end.error) == ("again" if name in AGAIN else "dead", name)
    assert (end.why, end.remedy) == ("it did not work", problem.remedy)


def test_the_last_try_ends_dead_with_the_reason_and_a_stranger_has_two() -> None:
    assert performed(errors.PortalDown("down"), tries=2).how == "again"
    assert performed(errors.PortalDown("down"), tries=3).how == "dead"
    assert performed(errors.LoggedOut("out"), tries=2).how == "dead"


def test_pauses_grow_are_spread_and_are_never_shorter_than_the_portal_asked_for() -> None:
    kind = Kind("k", None, "read", timedelta(1), pause=timedelta(seconds=10))  # type: ignore[arg-type]  # never run
    rng, down = Random(1), errors.PortalDown("down")
    pauses = [pause_of(kind, tries, down, rng) for tries in (1, 2, 3, 9)]
    assert 5 <= pauses[0] <= 15 <= pauses[1] <= 45 <= pauses[2] <= 135
    assert 900 <= pauses[3] <= 2700
    assert pause_of(kind, 1, Throttled("slow down", retry_after=400), rng) == 400


def test_a_mistake_of_ours_says_its_class_and_place_and_nothing_of_its_text() -> None:
    end = performed(ValueError("rabbit"))
    assert (end.how, end.error) == ("dead", "Bug")
    assert end.why.startswith("ValueError in test_performing.py:")


def test_the_first_of_several_failures_speaks_for_all() -> None:
    group = ExceptionGroup("tasks", [errors.PortalDown("down"), errors.PortalDown("too")])
    assert performed(group).why == "down"


def test_what_takes_too_long_is_ended_and_tried_again() -> None:
    end = performed(timeout=0.05)
    assert (end.how, end.error, end.why) == ("again", "Transient", "it took longer than 0 s")


def test_what_is_stopped_from_outside_ends_nothing() -> None:
    with pytest.raises(asyncio.CancelledError):
        performed(asyncio.CancelledError())


def test_in_quiet_hours_a_job_waits_for_their_end_unless_a_person_asked_for_it() -> None:
    quiet = NORTH.model_copy(update={"quiet_hours": ("09:00-10:00",)})  # it is 9:30
    end = performed(practice=quiet)
    assert (end.how, end.blamed, end.after) == ("again", False, 1800)
    assert end.why == "north is quiet until 2026-03-02 10:00 UTC"
    assert performed(practice=quiet, person=True).how == "done"


def test_a_paused_practice_is_passed_over() -> None:
    since: datetime = START
    end = performed(practice=NORTH.model_copy(update={"paused_since": since}))
    assert (end.how, end.why) == ("skipped", "north is paused")


def test_a_practice_that_is_gone_is_a_dead_end() -> None:
    assert performed(name="west").why == "no practice is named 'west'"


@pytest.mark.parametrize(
    "problem, told",
    [
        (None, "passed"),
        (errors.PortalDown("down"), "failed down 09:30"),
        (errors.AnswerLate("late"), "failed late 09:30"),
        (ExceptionGroup("tasks", [Throttled("slow down")]), "failed slow down 09:30"),
        (errors.PortalChanged("other shape"), "passed"),
        (errors.CredentialRefused("wrong password"), "passed"),
        (errors.Incomplete("rows moved"), None),
        (errors.DatabaseAway("away"), None),
        (ValueError("rabbit"), None),
    ],
)
def test_the_circuit_breakers_are_told_what_a_job_says_of_its_portal(
    problem: BaseException | None, told: str | None
) -> None:
    breakers = Breakers()
    tried(FIRST, breakers, problem)
    assert breakers.told == ["enter north 09:30", *([told] if told else [])]


FIRST = Attempt(key="k", job=Job(kind="deed", practice="north"), queue="read", timeout=5)
ASKED = FIRST.model_copy(update={"job": Job(kind="deed", practice="north", person=True)})
ALONE = Circuit("acme", "north", 5, START + timedelta(seconds=60), "no answer")


def test_a_job_of_a_practice_that_does_not_answer_waits_and_no_try_of_it_is_used_up() -> None:
    breakers = Breakers(ALONE)
    end = tried(FIRST, breakers, errors.Bug("it began"))
    assert (end.how, end.blamed, end.after) == ("again", False, 60)
    assert end.why == "north is left alone until 2026-03-02 09:31:00 UTC: no answer"
    assert breakers.told == ["enter north 09:30"]


def test_what_a_person_wants_to_read_is_tried_once_at_once_and_a_write_waits() -> None:
    breakers = Breakers(ALONE)
    assert tried(ASKED, breakers).how == "done"
    assert breakers.told == ["passed"]
    assert tried(ASKED.next(blamed=True), breakers).how == "again"
    assert tried(ASKED.model_copy(update={"queue": "write"}), breakers).how == "again"
