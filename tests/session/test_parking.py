"""A login waits for a person: asked where everybody sees it, answered from anywhere, once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from typing_extensions import override

from automation import store
from automation.errors import AnswerAwaited, Unusable
from automation.model import Challenge, Secret, SessionStatus
from automation.session.parking import Parking, veiled
from automation.session.standing import Standing
from tests.fakes import START, VirtualClock
from tests.infer.logins import SOUTH
from tests.session.house import House, Inside

T = TypeVar("T")
Scene = Callable[[Parking, Inside], Awaitable[T]]

PATIENCE = 60
CODE = Secret("482913")
ASKED = "We sent a code to the phone ending in 90."


class Still(VirtualClock):
    """Time stands still for whoever waits, until it is let run."""

    def __init__(self) -> None:
        super().__init__()
        self.runs = False

    @override
    async def sleep(self, seconds: float) -> None:
        if self.runs:
            await super().sleep(seconds)
        else:
            self.slept.append(seconds)
            await asyncio.sleep(0.001)


@pytest.fixture
def clock() -> Still:
    return Still()


@pytest.fixture
def house(tmp_path: Path, clock: Still) -> House:
    house = House(tmp_path, "http://127.0.0.1:9", clock)
    house.admit(house.practice(), was_in=False)
    house.admit(house.practice("south", SOUTH), was_in=False)
    return house


def parking(inside: Inside, house: House) -> Parking:
    database = inside.rows.database
    standing = Standing(store.SessionStatuses(database, house.clock), house.clock)
    challenges = store.Challenges(database, house.clock)
    return Parking(challenges, inside.safe, standing, house.notes, house.clock)


def play(house: House, scene: Scene[T]) -> T:
    """A scene with a login that waits in one process, and a person at another one."""

    async def whole() -> T:
        async with house.process() as here, house.process() as there:
            return await scene(parking(here, house), there)

    return house.run(lambda _: whole())


async def asked(there: Inside, practice: str = "north", *, before: str = "") -> Challenge:
    """The question, once it is asked and shown; not the one before."""
    end = time.monotonic() + PATIENCE
    while True:
        found = [each for each in await there.sessions.challenges(practice) if each.id != before]
        if found and (await there.sessions.status(practice)).phase == "mfa_wait":
            return found[0]
        assert time.monotonic() < end
        await asyncio.sleep(0.001)


def test_a_code_comes_from_another_process(house: House) -> None:
    async def scene(here: Parking, there: Inside) -> tuple[Secret, Challenge, SessionStatus]:
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(here.code("north", ASKED))
            challenge = await asked(there)
            status = await there.sessions.status("north")
            assert await there.sessions.answer("north", CODE) == challenge
        return waiting.result(), challenge, status

    code, challenge, status = play(house, scene)
    assert code == CODE
    assert (challenge.kind, challenge.asked) == ("code", ASKED)
    assert challenge.expires_at - challenge.since == timedelta(minutes=10)
    assert (status.phase, status.why) == ("mfa_wait", ASKED)
    assert house.status().phase == "logging_in", "it goes on"
    assert house.notes.actions()[-2:] == ["challenge.asked", "challenge.answered"]


def test_nothing_of_a_code_lies_open_on_its_way(house: House) -> None:
    async def scene(here: Parking, there: Inside) -> None:
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(here.code("north", ASKED))
            await asked(there)
            await there.sessions.answer("north", CODE)
            on_disk = b"".join(
                each.read_bytes() for each in house.folder.glob("vetportal.db*") if each.is_file()
            )
            assert ASKED.encode() in on_disk
            assert CODE.reveal().encode() not in on_disk
            await waiting

    play(house, scene)
    assert CODE.reveal() not in str(house.notes.heard)


def test_after_ten_minutes_nobody_waits_any_more(house: House, clock: Still) -> None:
    clock.runs = True

    async def scene(here: Parking, there: Inside) -> tuple[Challenge, ...]:
        with pytest.raises(AnswerAwaited, match="no code came for ten minutes"):
            await here.code("north", ASKED)
        with pytest.raises(Unusable, match="no login of north waits for a code"):
            await there.sessions.answer("north", CODE)
        return await there.sessions.challenges()

    assert play(house, scene) == ()
    assert house.clock.now() == START + timedelta(minutes=10)


def test_an_answer_is_refused_once_its_time_is_over_even_if_the_asker_died(house: House) -> None:
    async def scene(here: Parking, there: Inside) -> None:
        end = house.clock.now() + timedelta(minutes=10)
        await here.challenges.ask(
            Challenge(
                id="c1",
                practice="north",
                kind="code",
                asked=ASKED,
                since=house.clock.now(),
                expires_at=end,
            )
        )
        house.clock.pass_time(599)
        assert len(await there.sessions.challenges()) == 1
        house.clock.pass_time(1)
        assert await there.sessions.challenges() == ()
        with pytest.raises(Unusable):
            await there.sessions.answer("north", CODE)

    play(house, scene)


def test_a_question_has_one_answer(house: House) -> None:
    async def scene(here: Parking, there: Inside) -> Secret:
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(here.code("north", ASKED))
            await asked(there)
            await there.sessions.answer("north", CODE)
            with pytest.raises(Unusable):
                await there.sessions.answer("north", Secret("000000"))
        return waiting.result()

    assert play(house, scene) == CODE


def test_an_answer_is_taken_by_the_practice_that_asked(house: House) -> None:
    async def scene(here: Parking, there: Inside) -> tuple[Secret, Secret]:
        async with asyncio.TaskGroup() as group:
            north = group.create_task(here.code("north", ASKED))
            south = group.create_task(here.code("south", ""))
            await asked(there)
            await asked(there, "south")
            await there.sessions.answer("south", Secret("111111"))
            await there.sessions.answer("north", CODE)
        return north.result(), south.result()

    assert play(house, scene) == (CODE, Secret("111111"))


def test_a_second_question_takes_the_place_of_the_first(house: House, clock: Still) -> None:
    async def scene(here: Parking, there: Inside) -> None:
        first = asyncio.ensure_future(here.code("north", "first"))
        before = await asked(there)
        async with asyncio.TaskGroup() as group:
            second = group.create_task(here.code("north", "second"))
            now = await asked(there, before=before.id)
            assert now.asked == "second"
            assert len(await there.sessions.challenges("north")) == 1
            await there.sessions.answer("north", CODE)
        assert second.result() == CODE
        clock.runs = True
        with pytest.raises(AnswerAwaited):
            await first

    play(house, scene)


def test_an_approval_is_waited_for_and_no_code_answers_it(house: House) -> None:
    pages = iter([False, False, True])

    async def scene(here: Parking, there: Inside) -> Challenge:
        answered = asyncio.Event()

        async def gone_on() -> bool:
            await answered.wait()
            return next(pages)

        async with asyncio.TaskGroup() as group:
            group.create_task(here.approval("north", "Approve it on your phone", gone_on))
            challenge = await asked(there)
            with pytest.raises(Unusable):
                await there.sessions.answer("north", CODE)
            answered.set()
        assert await there.sessions.challenges() == ()
        return challenge

    assert play(house, scene).kind == "approval"
    assert house.clock.slept == [1, 1], "looked at once a second"
    assert house.status().phase == "logging_in"


def test_an_approval_that_nobody_gives_ends_after_ten_minutes(house: House, clock: Still) -> None:
    clock.runs = True

    async def never() -> bool:
        return False

    async def scene(here: Parking, _: Inside) -> None:
        with pytest.raises(AnswerAwaited, match="nobody approved"):
            await here.approval("north", ASKED, never)

    play(house, scene)
    assert house.clock.now() == START + timedelta(minutes=10)
    assert house.status().phase == "mfa_wait", "the guard says what becomes of it"


@pytest.mark.parametrize("kind", ["code", "approval"])
def test_who_is_stopped_while_it_waits_asks_nobody_any_more(house: House, kind: str) -> None:
    async def never() -> bool:
        return False

    async def scene(here: Parking, there: Inside) -> None:
        wait = here.code("north", ASKED) if kind == "code" else here.approval("north", ASKED, never)
        waiting = asyncio.ensure_future(wait)
        await asked(there)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await there.sessions.challenges() == ()
        with pytest.raises(Unusable):
            await there.sessions.answer("north", CODE)

    play(house, scene)
    assert (house.status().phase, house.status().why) == ("none", "the login was stopped")


@pytest.mark.parametrize(
    "text, kept",
    [
        (ASKED, ASKED),
        ("Sent to jane.doe+vet@mail.example.", "Sent to j***@mail.example."),
        ("Sent to +1 (555) 010-4242 just now", "Sent to +***42 just now"),
        ("Account 12345678", "Account ***78"),
        ("Enter the  6 digits\nwithin 10 minutes", "Enter the 6 digits within 10 minutes"),
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 119 + "…"),
    ],
)
def test_of_a_question_is_kept_what_tells_a_person_where_to_look(text: str, kept: str) -> None:
    assert veiled(text) == kept


def test_nobody_reads_a_whole_address_or_number_of_a_question(house: House, clock: Still) -> None:
    clock.runs = True
    told = "Sent to ada.lovelace@mail.example and 555-010-4242"

    async def scene(here: Parking, _: Inside) -> str:
        with pytest.raises(AnswerAwaited) as caught:
            await here.code("north", told)
        return str(caught.value)

    message = play(house, scene)
    on_disk = b"".join(
        each.read_bytes() for each in house.folder.glob("vetportal.db*") if each.is_file()
    ).decode(errors="replace")
    assert "a***@mail.example and ***42" in message
    assert "a***@mail.example and ***42" in on_disk
    for text in (message, on_disk):
        assert "lovelace" not in text
        assert "555-" not in text  # three digits alone may stand in any number of the database
