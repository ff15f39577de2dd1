"""Changes of a practice build on each other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from automation.errors import NotKnown
from automation.model import Practice
from automation.store import Roster, Store
from tests.store.support import NORTH, in_store

OPERATIONS = ("confirm", "cancel", "create_client", "create_patient")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_changes_at_the_same_time_all_hold(path: Path) -> None:
    async def scene(store: Store) -> None:
        def enabling(operation: str) -> Callable[[Practice], Practice]:
            return lambda it: it.model_copy(update={"writes": (*it.writes, operation)})

        roster = Roster(store.database)
        await asyncio.gather(*(roster.change("north", enabling(each)) for each in OPERATIONS))
        assert sorted((await store.practice("north")).writes) == sorted(OPERATIONS)

    in_store(path, scene)


def test_a_change_that_fails_leaves_the_practice_as_it_was(path: Path) -> None:
    def broken(practice: Practice) -> Practice:
        raise RuntimeError(practice.name)

    async def scene(store: Store) -> None:
        with pytest.raises(RuntimeError, match="north"):
            await Roster(store.database).change("north", broken)
        assert await store.practice("north") == NORTH
        with pytest.raises(NotKnown, match="no practice is named 'west'"):
            await Roster(store.database).change("west", lambda practice: practice)

    in_store(path, scene)
