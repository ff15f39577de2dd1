"""No answer is given out before the portal confirmed whose it is."""

from __future__ import annotations

import functools
import operator
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from typing_extensions import override

from automation.errors import AnswerNotUnderstood, LoggedOut, PracticeMixedUp, VetportalError
from automation.model import Answer, Call, Reply
from automation.replay.confirmed import Held, confirmed
from tests.engine import run_engine
from tests.fakes import FakeSession


def nothing(_: Call) -> Reply:
    raise AssertionError("nothing is sent here")


class Portal(FakeSession):
    """Shows another practice from the confirmation with this number on."""

    def __init__(self, mixed_up: int = 10**9) -> None:
        super().__init__(nothing)
        self.mixed_up = mixed_up

    @override
    async def confirm(self) -> None:
        await super().confirm()
        if self.confirmed >= self.mixed_up:
            raise PracticeMixedUp("north: an answer of the portal shows 'South'")


def read(
    session: Portal, number: int, failure: VetportalError | None = None, *, items: int = 0
) -> list[list[int]]:
    """The pages given out after each confirmation."""
    groups: list[list[int]] = [[]]

    async def answers() -> AsyncIterator[Held]:
        for page in range(1, number + 1):
            answer = Answer("list-pets", "https://acme.example", ({},) * items, page=page)
            yield Held(answer, session.generation)
        if failure is not None:
            raise failure

    async def run() -> None:
        seen = 0
        async for answer in confirmed(answers(), session):
            if session.confirmed != seen:
                seen = session.confirmed
                groups.append([])
            groups[-1].append(answer.page)

    try:
        run_engine(run())
    except VetportalError as problem:
        assert problem is failure or isinstance(problem, PracticeMixedUp)  # noqa: PT017 - read on
    return groups[1:]


def test_groups_grow_to_sixteen() -> None:
    assert [len(group) for group in read(Portal(), 60)] == [1, 2, 4, 8, 16, 16, 13]


def test_a_page_of_a_list_is_confirmed_by_itself() -> None:
    assert [len(group) for group in read(Portal(), 20, items=5)] == [1, 1, 1, 2, 4, 4, 4, 3]
    assert [len(group) for group in read(Portal(), 6, items=20)] == [1] * 6


def test_every_answer_comes_once_and_in_order() -> None:
    assert functools.reduce(operator.iadd, read(Portal(), 60), []) == list(range(1, 61))


@pytest.mark.parametrize("at", [1, 2, 3, 5])
def test_nothing_of_a_group_is_given_out_when_the_session_shows_another_practice(at: int) -> None:
    given: list[int] = functools.reduce(operator.iadd, read(Portal(mixed_up=at), 60), [])
    assert given == list(range(1, 2 ** (at - 1)))


def test_what_came_before_a_failure_is_confirmed_and_given_out() -> None:
    session = Portal()
    assert read(session, 5, AnswerNotUnderstood("page 6")) == [[1], [2, 3], [4, 5]]


def test_a_failure_that_says_it_is_another_practice_gives_nothing_out() -> None:
    assert read(Portal(), 5, PracticeMixedUp("north")) == [[1], [2, 3]]


def test_no_answer_needs_no_confirmation() -> None:
    session = Portal()
    assert read(session, 0) == []
    assert session.confirmed == 0


class Reread:
    """A list of five pages; what is asked for again comes from the session of that moment."""

    def __init__(self, session: FakeSession, *, later: str = "same") -> None:
        self.session, self.later = session, later
        self.again: list[int] = []
        self.pages: list[int] = []

    def held(self, page: int) -> Held:
        said = "same" if self.session.generation == 1 else self.later
        answer = Answer("list-pets", "https://acme.example", ({"of": said},), page=page)

        async def again() -> Held:
            self.again.append(page)
            return self.held(page)

        return Held(answer, self.session.generation, again)

    async def answers(self) -> AsyncIterator[Held]:
        for page in range(1, 6):
            yield self.held(page)

    def given(self) -> list[int]:
        async def run() -> None:
            async for answer in confirmed(self.answers(), self.session):
                self.pages.append(answer.page)

        run_engine(run())
        return self.pages


def test_what_a_session_said_that_ended_unconfirmed_is_asked_for_again() -> None:
    session = Portal()
    session.ends_at_confirmation = 2
    reread = Reread(session)
    assert reread.given() == [1, 2, 3, 4, 5]
    assert reread.again == [2, 3], "the first was confirmed already, the rest is of the new one"
    assert session.confirmed == 4, "what was asked again is confirmed as well"


def test_what_a_new_session_says_otherwise_is_not_given_out() -> None:
    session = Portal()
    session.ends_at_confirmation = 2
    reread = Reread(session, later="other")
    with pytest.raises(LoggedOut, match="page 2: the session ended before") as caught:
        reread.given()
    assert reread.pages == [1]
    assert "Run again" in caught.value.remedy


def test_what_nothing_can_ask_again_is_not_given_out_after_the_session_ended() -> None:
    session = Portal()
    session.ends_at_confirmation = 2
    reread = Reread(session)

    async def run() -> list[int]:
        held = (replace(each, again=None) async for each in reread.answers())
        return [answer.page async for answer in confirmed(held, session)]

    with pytest.raises(LoggedOut):
        run_engine(run())


def test_a_session_that_ends_at_every_confirmation_is_given_up() -> None:
    class Short(Portal):
        @override
        async def confirm(self) -> None:
            await super().confirm()
            await self.renew(seen=self.generation)

    session = Short()
    with pytest.raises(LoggedOut, match="again and again"):
        Reread(session).given()
    assert session.confirmed == 3
