"""Two sessions of one practice: each endpoint is asked in its own, and one outlives the other."""

from __future__ import annotations

from typing import cast

import pytest

from automation.errors import CodeRefused, NotPermitted, PortalDown, Refused, VetportalError
from automation.model import (
    Constant,
    Endpoint,
    EntranceKind,
    FromSession,
    RequestTemplate,
)
from automation.session import JointSession, PortalSession
from automation.session.joint import Open
from tests.engine import run_engine


class Opened:
    """A session that notes when it is closed."""

    def __init__(self, problem: VetportalError | None = None) -> None:
        self.closed, self.problem = 0, problem

    async def close(self) -> None:
        self.closed += 1
        if self.problem is not None:
            raise self.problem


class Opener:
    """Opens a session, or fails."""

    def __init__(self, *outcomes: Opened | VetportalError) -> None:
        self.outcomes = list(outcomes)
        self.asked = 0

    async def __call__(self) -> PortalSession:
        self.asked += 1
        outcome = self.outcomes[min(self.asked, len(self.outcomes)) - 1]
        if isinstance(outcome, VetportalError):
            raise outcome
        return cast("PortalSession", outcome)


def endpoint(*, by_token: bool) -> Endpoint:
    sent = FromSession(session="access-token", wrap="Bearer {}")
    header = sent if by_token else Constant(constant="x")
    request = RequestTemplate(method="GET", url="/x", headers={"authorization": header})
    return Endpoint(endpoint="list-x", effect="read", request=request)


API, SCREEN = endpoint(by_token=True), endpoint(by_token=False)


def joint(first: Opened, other: Opener | None) -> JointSession:
    others: dict[EntranceKind, Open] = {} if other is None else {"login": other}
    return JointSession("token", cast("PortalSession", first), others)


def test_an_endpoint_that_sends_the_token_asks_by_it_and_every_other_by_the_login() -> None:
    assert (API.asks_by, SCREEN.asks_by) == ("token", "login")


def test_the_second_session_opens_once_and_only_when_it_is_needed() -> None:
    first, second = Opened(), Opened()
    opener = Opener(second)

    async def work() -> None:
        async with joint(first, opener) as session:
            assert id(await session.of(API)) == id(first)
            assert opener.asked == 0
            for _ in range(2):
                assert id(await session.of(SCREEN)) == id(second)
            assert opener.asked == 1

    run_engine(work())
    assert (first.closed, second.closed) == (1, 1)


def test_what_the_practice_has_no_means_for_is_not_permitted_and_it_is_said_why() -> None:
    async def work() -> None:
        await joint(Opened(), None).of(SCREEN)

    with pytest.raises(NotPermitted, match="no login") as caught:
        run_engine(work())
    assert caught.value.certain


def test_a_login_that_needs_a_person_ends_what_needs_it_and_is_not_tried_by_the_next() -> None:
    opener = Opener(CodeRefused("north: the code was refused"))

    async def work() -> None:
        session = joint(Opened(), opener)
        for _ in range(2):
            with pytest.raises(Refused, match="the code was refused"):
                await session.of(SCREEN)
        await session.of(API)

    run_engine(work())
    assert opener.asked == 1


def test_who_asks_for_all_gets_all_and_hears_of_a_person_that_is_needed() -> None:
    async def work() -> None:
        session = joint(Opened(), Opener(CodeRefused("north: the code was refused"), Opened()))
        with pytest.raises(CodeRefused):
            await session.all()
        assert len(await session.all()) == 2
        assert len(await joint(Opened(), None).all()) == 1

    run_engine(work())


def test_a_portal_that_was_down_is_asked_again() -> None:
    opener = Opener(PortalDown("down"), Opened())

    async def work() -> None:
        session = joint(Opened(), opener)
        with pytest.raises(PortalDown):
            await session.of(SCREEN)
        await session.of(SCREEN)

    run_engine(work())


def test_one_that_cannot_be_kept_leaves_the_other_kept() -> None:
    first, second = Opened(PortalDown("down")), Opened()

    async def work() -> None:
        session = joint(first, Opener(second))
        await session.of(SCREEN)
        await session.close()

    with pytest.raises(PortalDown):
        run_engine(work())
    assert second.closed == 1
