"""Practices, and codes that are used once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.errors import BadArgument, NotKnown
from automation.model import Pace, Practice
from automation.store import Store
from tests.store.support import NORTH, SOUTH, in_store


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, database: str) -> Path:
    return tmp_path_factory.mktemp(f"practices-{database}") / "store.db"


def test_a_practice_comes_back_as_it_was(path: Path) -> None:
    async def scene(store: Store) -> None:
        assert await store.practice("south") == SOUTH
        assert [one for one in await store.practices() if one in {NORTH, SOUTH}] == [NORTH, SOUTH]

    in_store(path, scene)


def test_a_name_is_given_once_and_the_first_practice_stays(path: Path) -> None:
    async def scene(store: Store) -> None:
        with pytest.raises(BadArgument, match="a practice is already named 'north'"):
            await store.add_practice(NORTH.model_copy(update={"base_url": "http://other"}))
        assert await store.practice("north") == NORTH

    in_store(path, scene)


def test_a_practice_can_move_but_only_one_that_is_there(path: Path) -> None:
    moved = NORTH.model_copy(update={"base_url": "http://127.0.0.1:9999"})

    async def scene(store: Store) -> None:
        await store.update_practice(moved)
        assert await store.practice("north") == moved
        await store.update_practice(NORTH)
        with pytest.raises(NotKnown, match="no practice is named 'west'"):
            await store.update_practice(NORTH.model_copy(update={"name": "west"}))

    in_store(path, scene)


def test_everything_that_is_known_of_a_practice_is_kept(path: Path) -> None:
    moment = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    whole = Practice(
        name="whole",
        portal="acme",
        base_url="https://acme.example",
        paused_since=moment,
        paused_why="audit",
        writes=("create_client",),
        authorised_by="Dr. Ann",
        authorised_at=moment,
        proxy="http://proxy.example:8080",
        ca_file="/etc/ca.pem",
        quiet_hours=("22:00-06:30", "12:00-13:00"),
        pace=Pace(per_second=0.5, parallel=2),
        horizon=("appointment=365:90",),
        opening_hours=("mon-fri=08:00-18:00",),
    )
    assert {name for name, value in whole if value == type(whole).model_fields[name].default} == {
        *("label", "timezone", "currency", "loopback", "organization")
    }

    async def scene(store: Store) -> None:
        await store.add_practice(whole)
        assert await store.practice("whole") == whole

    in_store(path, scene)


def test_a_practice_that_is_not_there_is_told_with_those_that_are(path: Path) -> None:
    async def scene(store: Store) -> None:
        with pytest.raises(NotKnown, match="no practice is named 'west'") as caught:
            await store.practice("west")
        assert caught.value.remedy == "Known: north, south, whole."

    in_store(path, scene)


@settings(max_examples=20)  # each example opens the database
@given(steps=st.lists(st.integers(0, 6), min_size=1, max_size=8))
def test_a_step_is_claimed_only_if_it_is_later_than_every_one_before(
    path: Path, steps: list[int]
) -> None:
    async def scene(store: Store) -> list[bool]:
        name = f"credential {steps}"
        return [await store.claim_totp_step(name, 10**9 + step) for step in steps]

    fresh = [step > max(steps[:at], default=-1) for at, step in enumerate(steps)]
    assert in_store(path, scene) in (fresh, [False] * len(steps))  # the same example may come again


def test_of_many_who_want_a_step_at_once_one_gets_it(path: Path) -> None:
    async def scene(store: Store) -> list[bool]:
        return await asyncio.gather(*(store.claim_totp_step("shared", 7) for _ in range(8)))

    assert sorted(in_store(path, scene)) == [False] * 7 + [True]


def test_credentials_have_memories_of_their_own(path: Path) -> None:
    async def scene(store: Store) -> None:
        assert await store.claim_totp_step("a", 5)
        assert await store.claim_totp_step("b", 4)
        assert not await store.claim_totp_step("a", 5)

    in_store(path, scene)
