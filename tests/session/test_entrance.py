"""From no session to a valid one: by which way, how often, and what is not kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from automation import store
from automation.errors import PracticeMixedUp, Refused, Unready
from automation.model import Lifetimes, Practice, SessionState
from tests.browser.site import Asked, Served, as_json
from tests.infer.logins import NORTH, PASSWORD, SOUTH
from tests.session.house import House, Inside, at_home
from tests.session.stand_ins import DAY, Forms, StandIn

UNKNOWN = Served("<h1>What is your favourite colour?</h1>")


@pytest.fixture
def house(portal: StandIn, tmp_path: Path) -> House:
    return at_home(portal, tmp_path)


@pytest.fixture
def north(house: House) -> Practice:
    return house.admit(house.practice())


def no_browser(house: House, practice: Practice) -> None:
    """The login is left to a browser, and there is none."""
    with pytest.raises(Unready, match="no browser"):
        house.open(practice)


def test_the_first_login_of_a_practice_is_left_to_a_browser(portal: StandIn, house: House) -> None:
    no_browser(house, house.admit(house.practice(), was_in=False))
    assert (house.tabs, portal.site.asked) == (1, [])


def test_the_probes_are_chosen_once(portal: StandIn, house: House, north: Practice) -> None:
    house.open(north)
    first = house.status()
    assert first.alive is not None
    assert first.identity is not None
    portal.expire()
    asked = len(portal.site.asked)
    house.open(north)
    again = house.status()
    assert (again.alive, again.identity) == (first.alive, first.identity)
    assert len(portal.site.asked) - asked < asked - 3


@pytest.fixture
def stuck(portal: StandIn, house: House, north: Practice) -> Practice:
    """A practice whose calls just let nobody in; the portal is as usual again."""
    usual = portal.site.pages[portal.code_path]
    portal.instead(portal.code_path, UNKNOWN)
    no_browser(house, north)
    portal.site.pages[portal.code_path] = usual
    return north


def test_a_way_in_that_failed_is_tried_again_once_the_login_is_another(
    portal: StandIn, house: House, stuck: Practice
) -> None:
    no_browser(house, stuck)
    assert portal.sent(PASSWORD) == 1, "it is not tried again as it was"
    relearnt = [
        each.model_copy(update={"trigger": "3"}) if each.turn == 1 else each
        for each in portal.endpoints()
    ]
    house.write(portal.portal, portal.flow, relearnt)
    assert house.open(stuck) == 2
    assert house.status().http_stuck is None


def test_a_way_in_that_failed_is_left_to_a_browser_for_a_day_and_then_tried_as_it_was(
    portal: StandIn, house: House, stuck: Practice
) -> None:
    failed = house.status().http_stuck
    house.clock.pass_time(DAY - 1)
    no_browser(house, stuck)
    assert (portal.sent(PASSWORD), house.status().http_stuck) == (1, failed)
    house.clock.pass_time(1)
    assert house.open(stuck) == 2
    assert house.status().http_stuck is None, "what works is not stuck any more"
    portal.expire()
    assert house.open(stuck) == 3


def test_a_way_in_that_fails_again_after_a_day_is_left_to_a_browser_for_another(
    portal: StandIn, house: House, stuck: Practice
) -> None:
    portal.instead(portal.code_path, UNKNOWN)
    house.clock.pass_time(DAY)
    no_browser(house, stuck)
    assert portal.sent(PASSWORD) == 2
    house.clock.pass_time(DAY - 1)
    no_browser(house, stuck)
    assert portal.sent(PASSWORD) == 2


def test_a_login_that_looks_well_but_let_nobody_in_is_not_kept(
    portal: StandIn, house: House, north: Practice
) -> None:
    house.open(north)
    portal.expire()
    portal.instead(portal.choice_path, UNKNOWN)
    no_browser(house, north)
    assert house.kept().generation == 2
    status = house.status()
    assert (status.phase, status.why) == ("none", "north: nothing shows that the login got in")


def test_a_probe_that_tells_nothing_any_more_leaves_the_login_to_a_browser(
    portal: StandIn, house: House, north: Practice
) -> None:
    house.open(north)
    portal.expire()
    alive = house.status().alive
    assert alive is not None
    portal.site.pages[alive.path] = Served("gone", 401)
    no_browser(house, north)


def test_a_session_that_shows_another_practice_is_not_kept(
    portal: StandIn, house: House, north: Practice
) -> None:
    house.open(north)
    portal.expire()
    portal.always = SOUTH
    no_browser(house, north)
    kept = house.kept()
    assert (kept.generation, kept.ended) == (2, True)
    assert SOUTH in portal.inside.values(), "it had got in"


def test_a_shared_login_is_not_used_where_nothing_shows_the_practice(
    portal: StandIn, house: House, north: Practice
) -> None:
    south = house.admit(house.practice("south", SOUTH))
    portal.site.pages["/home"] = "<p>Welcome</p>"
    portal.site.pages["/api/me"] = as_json({"user": "ada"})
    for practice in (north, south):
        no_browser(house, practice)
        assert house.kept(practice.name).ended
    assert house.status().http_stuck is not None


def test_a_login_of_its_own_needs_no_page_that_shows_the_practice(
    portal: StandIn, house: House, north: Practice
) -> None:
    portal.site.pages["/home"] = "<p>Welcome</p>"
    portal.site.pages["/api/me"] = as_json({"user": "ada"})
    assert house.open(north) == 2
    assert house.status().identity is None


def test_a_kept_session_that_nothing_names_is_not_read_once_another_shares_its_login(
    portal: StandIn, house: House, north: Practice
) -> None:
    portal.site.pages["/home"] = "<p>Welcome</p>"
    portal.site.pages["/api/me"] = as_json({"user": "ada"})
    assert house.open(north) == 2
    assert house.open(north) == 2
    house.admit(house.practice("south", SOUTH))
    asked = len(portal.site.asked)
    with pytest.raises(PracticeMixedUp, match="tells it from south, which shares its login"):
        house.open(north)
    assert len(portal.site.asked) == asked, "nothing is read"


def test_a_switcher_in_front_of_both_practices_is_no_proof_of_either(
    portal: StandIn, house: House, north: Practice
) -> None:
    switcher = f"<body><div id=a>{NORTH}</div><div id=b>{SOUTH}</div>"
    portal.site.pages["/home"] = lambda _: switcher if portal.inside else Served("", 401)
    portal.site.pages["/api/me"] = lambda _: Served(switcher) if portal.inside else Served("", 401)
    house.admit(house.practice("south", SOUTH))
    no_browser(house, north)
    assert house.status().identity is None


@pytest.mark.parametrize("seconds, generation", [(61, 2), (60, 3), (-1, 3)])
def test_a_session_is_renewed_a_minute_before_it_is_known_to_end(
    house: House, north: Practice, seconds: int, generation: int
) -> None:
    house.open(north)
    end = house.clock.now() + timedelta(seconds=seconds)

    async def shorten(inside: Inside) -> None:
        long = {"opened_at": end - timedelta(hours=1), "expires_at": end}
        await inside.safe.change_session("north", lambda state: state.model_copy(update=long))

    house.run(shorten)
    assert house.open(north) == generation


def test_processes_that_ask_at_once_share_one_login(
    portal: StandIn, house: House, north: Practice
) -> None:
    async def enter(inside: Inside) -> int:
        async with await inside.sessions.open(north) as session:
            return session.generation

    async def both(_: Inside) -> list[int]:
        async with house.process() as one, house.process() as other:
            return await asyncio.gather(*(enter(each) for each in (one, other, one, other)))

    assert house.run(both) == [2, 2, 2, 2]
    assert portal.sent(PASSWORD) == 1


@pytest.mark.parametrize("seconds", [50, 10], ids=["shorter than a minute", "over at once"])
def test_many_who_wait_share_one_login_however_short_its_session_lives(
    portal: StandIn, house: House, north: Practice, seconds: int
) -> None:
    path = "/home" if isinstance(portal, Forms) else "/api/me"
    usual = portal.site.pages[path]
    assert callable(usual)

    def slow(asked: Asked) -> str | Served:
        house.clock.pass_time(15)
        return usual(asked)

    portal.site.pages[path] = slow

    async def enter(inside: Inside) -> int:
        async with await inside.sessions.open(north) as session:
            return session.generation

    async def all_at_once(inside: Inside) -> list[int]:
        known = Lifetimes(age_alive=seconds, ages_dead=(seconds, seconds))
        statuses = store.SessionStatuses(inside.rows.database, house.clock)
        await statuses.update("north", lambda _: {"lifetimes": known})
        return await asyncio.gather(*(enter(inside) for _ in range(8)))

    assert house.run(all_at_once) == [2] * 8
    assert portal.sent(PASSWORD) == 1


def test_of_many_who_find_a_session_dead_one_logs_in(
    portal: StandIn, house: House, north: Practice
) -> None:
    async def renew(inside: Inside) -> set[int]:
        opened = [await inside.sessions.open(north) for _ in range(4)]
        portal.expire()
        await asyncio.gather(*(each.renew(seen=2) for each in opened))
        for each in opened:
            await each.close()
        return {each.generation for each in opened}

    house.open(north)
    assert house.run(renew) == {3}
    assert portal.sent(PASSWORD) == 2
    assert not house.kept().ended


def test_a_death_that_is_told_late_hides_no_session_that_another_process_opened(
    portal: StandIn, house: House, north: Practice
) -> None:
    async def work(inside: Inside) -> None:
        entrance = inside.sessions._people.entrance  # noqa: SLF001 - only the order is made up
        state = await inside.safe.session("north")
        assert state is not None
        plain = inside.safe.change_session

        async def slowly(practice: str, change: Callable[[SessionState], object]) -> bool:
            done = await plain(practice, change)  # type: ignore[arg-type]  # handed on
            house.clock.pass_time(1)
            async with house.process() as other, await other.sessions.open(north):
                house.clock.pass_time(1)
            return done

        entrance.safe.change_session = slowly  # type: ignore[method-assign]  # another process
        await entrance.found_dead("north", state)

    house.open(north)
    house.run(work)
    assert (house.status().phase, house.kept().ended) == ("valid", False)


def test_a_dead_session_is_forgotten_but_for_the_trusted_device(
    portal: StandIn, house: House, north: Practice
) -> None:
    async def close(inside: Inside) -> None:
        await inside.sessions.close(north)

    house.open(north)
    before = house.kept()
    house.run(close)
    after = house.kept()
    assert after == SessionState(
        cookies=before.cookies,
        marks=before.marks,
        landing=before.landing,
        agent=before.agent,
        opened_at=before.opened_at,
        used_at=before.used_at,
        ended=True,
        generation=2,
    )
    status = house.status()
    assert (status.phase, status.alive, status.identity) == ("none", None, None)
    assert house.open(north) == 3


def test_nothing_is_asked_for_a_practice_that_is_paused(portal: StandIn, house: House) -> None:
    paused = house.admit(house.practice(paused_since=house.clock.now(), paused_why="a dispute"))
    with pytest.raises(Refused, match="a dispute"):
        house.open(paused)
    assert (portal.site.asked, house.tabs) == ([], 0)


def test_practices_of_one_login_take_turns_and_get_their_own_sessions(
    portal: StandIn, house: House, north: Practice
) -> None:
    south = house.admit(house.practice("south", SOUTH))

    async def both(inside: Inside) -> list[str]:
        opened = await asyncio.gather(*(inside.sessions.open(each) for each in (north, south)))
        for each in opened:
            await each.confirm()
            await each.close()
        return [each.practice.label for each in opened]

    assert house.run(both) == [NORTH, SOUTH]
    assert sorted(portal.inside.values()) == [NORTH, SOUTH]
    assert len(portal.used) == 2
