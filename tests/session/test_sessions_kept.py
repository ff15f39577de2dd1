"""A kept session gets a sign of life when it is due, and is never logged in for that."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.errors import PortalDown
from automation.model import Practice, SessionState
from tests.browser.site import Asked, Served
from tests.engine import run_engine
from tests.infer.logins import PASSWORD
from tests.session.house import House, Inside, at_home
from tests.session.stand_ins import Forms


@pytest.fixture
def house(forms: Forms, tmp_path: Path) -> House:
    return at_home(forms, tmp_path)


@pytest.fixture
def north(house: House) -> Practice:
    practice = house.admit(house.practice())
    house.open(practice)
    return practice


def keep(house: House, practice: Practice) -> datetime | None:
    async def work(inside: Inside) -> datetime | None:
        return await inside.sessions.keep_alive(practice)

    return house.run(work)


def test_an_unused_session_is_asked_after_four_minutes_and_not_before(
    forms: Forms, house: House, north: Practice
) -> None:
    asked = len(forms.site.asked)
    start = house.clock.now()
    assert keep(house, north) == start + timedelta(seconds=240)
    house.clock.pass_time(239)
    assert keep(house, north) == start + timedelta(seconds=240)
    assert len(forms.site.asked) == asked

    house.clock.pass_time(1)
    due = keep(house, north)
    assert forms.site.paths[asked:] == ["/ping"]
    assert house.kept().used_at == house.clock.now()
    assert due == house.clock.now() + timedelta(seconds=240)


def test_a_session_that_rested_longer_is_asked_less_often(house: House, north: Practice) -> None:
    house.clock.pass_time(1000)
    assert keep(house, north) == house.clock.now() + timedelta(seconds=800)


def test_a_session_that_is_in_use_needs_no_sign_of_life(
    forms: Forms, house: House, north: Practice
) -> None:
    house.clock.pass_time(200)
    house.open(north)
    asked = len(forms.site.asked)
    house.clock.pass_time(200)
    assert keep(house, north) == house.clock.now() + timedelta(seconds=40)
    assert len(forms.site.asked) == asked


def test_one_that_is_found_dead_is_forgotten_and_nobody_logs_in(
    forms: Forms, house: House, north: Practice
) -> None:
    forms.expire()
    house.clock.pass_time(300)
    assert keep(house, north) is None
    assert (house.kept().ended, house.status().phase) == (True, "none")
    assert house.status().lifetimes.idle_dead == 300
    assert keep(house, north) is None
    assert (forms.sent(PASSWORD), house.tabs) == (1, 0)


def test_a_stale_sign_of_life_ends_no_session_that_was_used_meanwhile(
    forms: Forms, house: House, north: Practice
) -> None:
    house.clock.pass_time(300)
    usual = forms.site.pages["/ping"]
    used = house.clock.now()

    async def work(inside: Inside) -> None:
        kept = await inside.safe.session("north")
        assert kept is not None

        def meanwhile(_: Asked) -> Served:
            fresh = kept.model_copy(update={"used_at": used})
            run_engine(inside_keep(fresh))
            return Served("", 401)

        async def inside_keep(fresh: SessionState) -> None:
            async with house.process() as other:
                await other.safe.change_session("north", lambda _: fresh)

        forms.site.pages["/ping"] = meanwhile
        assert await inside.sessions.keep_alive(north) is None

    house.run(work)
    forms.site.pages["/ping"] = usual
    assert (house.kept().ended, house.kept().used_at) == (False, used)
    assert house.status().lifetimes.idle_dead is None


def test_after_one_was_found_dead_the_trusted_device_needs_no_code(
    forms: Forms, house: House, north: Practice
) -> None:
    forms.expire()
    house.clock.pass_time(300)
    keep(house, north)
    assert house.open(north) == 3
    assert (forms.posted("/login"), forms.posted("/code")) == (2, 1)


@pytest.mark.parametrize(
    "more",
    [{"quiet_hours": ("00:00-23:59",)}, {"paused_since": datetime.fromisoformat("2026-01-01T00Z")}],
    ids=["quiet", "paused"],
)
def test_a_practice_that_is_quiet_or_paused_is_left_alone(
    forms: Forms, house: House, north: Practice, more: dict[str, Any]
) -> None:
    asked = len(forms.site.asked)
    house.clock.pass_time(300)
    assert keep(house, north.model_copy(update=more)) is None
    assert len(forms.site.asked) == asked
    assert not house.kept().ended


def test_one_that_is_about_to_end_is_left_to_end(
    forms: Forms, house: House, north: Practice
) -> None:
    house.clock.pass_time(300)
    end = house.clock.now() + timedelta(seconds=60)

    async def shorten(inside: Inside) -> None:
        await inside.safe.change_session(
            "north", lambda state: state.model_copy(update={"expires_at": end})
        )

    house.run(shorten)
    asked = len(forms.site.asked)
    assert keep(house, north) is None
    assert len(forms.site.asked) == asked


def test_where_there_is_no_session_there_is_none_to_keep(forms: Forms, house: House) -> None:
    assert keep(house, house.admit(house.practice())) is None
    assert keep(house, house.admit(house.practice("new"), was_in=False)) is None
    assert forms.site.asked == []


def test_a_portal_that_is_down_ends_no_session(forms: Forms, house: House, north: Practice) -> None:
    forms.instead("/ping", Served("", 500), method="GET")
    house.clock.pass_time(300)
    with pytest.raises(PortalDown):
        keep(house, north)
    assert not house.kept().ended
