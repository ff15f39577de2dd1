"""Practices that come to share the login of an open session are noticed before the next answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from automation import store
from automation.errors import PracticeMixedUp, Unready
from automation.model import Answer, Practice, Secret
from automation.ports import Session
from automation.replay.confirmed import Held, confirmed
from automation.session.siblings import Siblings
from tests.browser.site import Asked, Served
from tests.infer.logins import NORTH, PASSWORD, SOUTH, USER
from tests.session.house import House, Inside, at_home
from tests.session.stand_ins import Forms, cookie

SWITCHER = f"<body><div id=a>{NORTH}</div><div id=b>{SOUTH}</div>"
NAMED = Secret(USER)


@pytest.fixture
def house(forms: Forms, tmp_path: Path) -> House:
    return at_home(forms, tmp_path)


@pytest.fixture
def north(house: House) -> Practice:
    return house.admit(house.practice())


def guests_see(forms: Forms, path: str, page: str) -> None:
    def answer(asked: Asked) -> str | Served:
        return page if forms.inside.get(cookie(asked, "sid")) else Served("", 401)

    forms.site.pages[path] = answer


async def join(inside: Inside, house: House, *, label: str = SOUTH) -> None:
    """Another practice gets the same login, in this process or any other."""
    await inside.rows.add_practice(house.practice("south", label))
    await inside.sessions.put_secret("south", "credential.username", NAMED)


def confirm_before_and_after(
    house: House, north: Practice, happens: Callable[[Inside], Awaitable[None]]
) -> None:
    async def work(inside: Inside) -> None:
        async with await inside.sessions.open(north) as session:
            await session.confirm()
            await happens(inside)
            await session.confirm()

    house.run(work)


def test_an_open_session_that_nothing_names_gives_nothing_out_once_another_shares_its_login(
    forms: Forms, house: House, north: Practice
) -> None:
    guests_see(forms, "/home", "<p>Welcome</p>")
    given: dict[int, Answer] = {}

    async def answers(inside: Inside, session: Session) -> AsyncIterator[Held]:
        for page in range(1, 6):
            if page == 3:
                await join(inside, house)
            answer = Answer("list-x", house.url, (), page, page=page)
            yield Held(answer, session.generation)

    async def work(inside: Inside) -> None:
        async with await inside.sessions.open(north) as session:
            async for answer in confirmed(answers(inside, session), session):
                given[answer.page] = answer

    with pytest.raises(PracticeMixedUp, match="tells it from south"):
        house.run(work)
    assert list(given) == [1]
    asked = len(forms.site.asked)
    with pytest.raises(PracticeMixedUp, match="tells it from south"):
        house.open(north)
    assert len(forms.site.asked) == asked, "the next run does not even begin"


def test_a_page_that_names_the_newcomer_too_confirms_nothing_any_more(
    forms: Forms, house: House, north: Practice
) -> None:
    guests_see(forms, "/home", SWITCHER)
    house.open(north)
    assert house.status().identity is not None, "alone, it tells that somebody of north is in"
    with pytest.raises(PracticeMixedUp, match="tells it from south"):
        confirm_before_and_after(house, north, lambda inside: join(inside, house))
    assert house.kept().ended


def test_one_that_came_before_the_session_was_opened_is_noticed_as_well(
    forms: Forms, house: House, north: Practice
) -> None:
    guests_see(forms, "/home", SWITCHER)
    house.open(north)
    house.run(lambda inside: join(inside, house))
    with pytest.raises(PracticeMixedUp, match="tells it from south"):
        house.open(north)


def test_the_login_after_that_looks_for_a_page_that_tells_them_apart(
    forms: Forms, house: House, north: Practice
) -> None:
    portal = forms.portal.model_copy(update={"probe": "/me"})
    house.write(portal, forms.flow, forms.endpoints())
    guests_see(forms, "/home", SWITCHER)
    guests_see(forms, "/me", f"<body><h1>{NORTH}</h1>{'<p>more</p>' * 50}")
    house.open(north)
    house.run(lambda inside: join(inside, house))
    with pytest.raises(PracticeMixedUp):
        house.open(north)
    assert house.open(north) == 3
    identity = house.status().identity
    assert identity is not None
    assert identity.path == "/me"
    assert house.open(north) == 3
    assert forms.sent(PASSWORD) == 2


def test_where_no_page_tells_them_apart_a_new_session_is_not_kept(
    forms: Forms, house: House, north: Practice
) -> None:
    guests_see(forms, "/home", SWITCHER)
    house.open(north)
    house.run(lambda inside: join(inside, house))
    forms.expire()
    with pytest.raises(Unready, match="no browser"):  # which is asked to try instead
        house.open(north)
    assert house.kept().ended


def test_a_newcomer_that_the_page_does_not_name_stops_nothing(
    house: House, north: Practice
) -> None:
    confirm_before_and_after(house, north, lambda inside: join(inside, house))
    assert house.open(north) == 2


def test_a_practice_with_a_login_of_its_own_stops_nothing(
    forms: Forms, house: House, north: Practice
) -> None:
    async def come(inside: Inside) -> None:
        await inside.rows.add_practice(house.practice("south", SOUTH))
        await inside.sessions.put_secret("south", "credential.username", Secret("somebody else"))

    guests_see(forms, "/home", "<p>Welcome</p>")
    confirm_before_and_after(house, north, come)


def test_names_are_opened_again_only_after_one_changed(house: House, north: Practice) -> None:
    async def work(inside: Inside) -> tuple[list[list[str]], int]:
        guard = inside.sessions._people.guard  # noqa: SLF001 - counted
        opened = 0
        plain = inside.rows.get_sealed

        async def counted(practice: str, field: str) -> store.Sealed | None:
            nonlocal opened
            opened += 1
            return await plain(practice, field)

        inside.rows.get_sealed = counted  # type: ignore[method-assign]  # counted
        siblings = Siblings(north, guard, store.Logins(inside.rows.database))
        seen = [[each.name for each in await siblings.now()] for _ in range(3)]
        before = opened
        seen.append([each.name for each in await siblings.now()])
        assert opened == before > 0
        await join(inside, house)
        seen.append([each.name for each in await siblings.now()])
        return seen, opened - before

    seen, more = house.run(work)
    assert seen == [[], [], [], [], ["south"]]
    assert more > 0
