"""What is due again and again, and how far that has come."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from automation.errors import BadArgument, NotKnown
from automation.model import Schedule
from automation.store import Erasure, Schedules, Store
from tests.fakes import START
from tests.store.support import in_store

EACH_HOUR = Schedule(
    name="north-all",
    practice="north",
    kind="sync",
    arguments={"entities": ["patient"]},
    cron="0 * * * *",
    timezone="America/Chicago",
    jitter=2.5,
    hours=("08:00-18:00",),
    next_at=START,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_a_schedule_is_kept_as_it_was_given_and_has_a_name_of_its_own(path: Path) -> None:
    async def scene(store: Store) -> Schedule:
        schedules = Schedules(store.database)
        await schedules.add(EACH_HOUR)
        with pytest.raises(BadArgument, match="is named 'north-all' already"):
            await schedules.add(EACH_HOUR)
        await schedules.add(EACH_HOUR, replace=True)
        return await schedules.find("north-all")

    assert in_store(path, scene) == EACH_HOUR


def test_of_several_that_are_added_at_once_all_are_kept_or_none(path: Path) -> None:
    other = EACH_HOUR.model_copy(update={"name": "north-other"})
    third = EACH_HOUR.model_copy(update={"name": "north-third"})

    async def scene(store: Store) -> list[str]:
        schedules = Schedules(store.database)
        await schedules.add(EACH_HOUR)
        with pytest.raises(BadArgument, match="is named 'north-all' already"):
            await schedules.add(other, EACH_HOUR, third)
        assert await schedules.all() == (EACH_HOUR,)
        await schedules.add(other, EACH_HOUR, third, replace=True)
        return [each.name for each in await schedules.all()]

    assert in_store(path, scene) == ["north-all", "north-other", "north-third"]


def test_only_what_is_due_and_not_paused_is_given_out_whatever_the_clocks(path: Path) -> None:
    async def scene(store: Store) -> None:
        schedules = Schedules(store.database)
        await schedules.add(EACH_HOUR)
        here = START.astimezone(ZoneInfo("Asia/Tokyo"))
        assert await schedules.due(here - timedelta(microseconds=1)) == ()
        assert await schedules.due(here) == (EACH_HOUR,)
        await schedules.pause("north-all", START, next_at=START)
        assert await schedules.due(here) == ()
        later = START + timedelta(hours=1)
        await schedules.pause("north-all", None, next_at=later)
        assert [each.next_at for each in await schedules.due(later)] == [later]

    in_store(path, scene)


def test_who_comes_second_with_the_same_view_advances_nothing(path: Path) -> None:
    async def scene(store: Store) -> tuple[bool, bool]:
        schedules = Schedules(store.database)
        await schedules.add(EACH_HOUR)
        later = START + timedelta(hours=1)
        first = await schedules.advance(
            EACH_HOUR, next_at=later, last_at=START, last_key=EACH_HOUR.key_of(START)
        )
        second = await schedules.advance(EACH_HOUR, next_at=later + timedelta(hours=1))
        found = await schedules.find("north-all")
        assert (found.next_at, found.last_at) == (later, START)
        assert found.last_key == "schedule:north-all:20260302T093000Z"
        return first, second

    assert in_store(path, scene) == (True, False)


def test_schedules_go_with_their_practice(path: Path) -> None:
    async def scene(store: Store) -> None:
        schedules = Schedules(store.database)
        await schedules.add(EACH_HOUR)
        await schedules.add(EACH_HOUR.model_copy(update={"name": "s", "practice": "south"}))
        assert (await Erasure(store.database).erase("north"))["schedules"] == 1
        assert [each.name for each in await schedules.all()] == ["s"]
        assert await schedules.all(practice="north") == ()

    in_store(path, scene)


def test_a_schedule_of_no_practice_and_one_that_is_gone_are_not_known(path: Path) -> None:
    async def scene(store: Store) -> None:
        schedules = Schedules(store.database)
        with pytest.raises(NotKnown, match="no practice is named 'west'"):
            await schedules.add(EACH_HOUR.model_copy(update={"practice": "west"}))
        await schedules.add(EACH_HOUR)
        assert await schedules.remove("north-all") == EACH_HOUR
        with pytest.raises(NotKnown, match="no schedule is named 'north-all'"):
            await schedules.remove("north-all")

    in_store(path, scene)
