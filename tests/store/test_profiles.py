"""Profiles as rows: numbered, sealed, and only written when something differs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from automation.errors import NotKnown
from automation.model import Profile
from automation.store import Erasure, Profiles, Store
from tests.fakes import START
from tests.store.support import Reversing, in_store

T = TypeVar("T")
FIRST = Profile(
    practice="south",
    seen_at=START,
    sections={"rights": {"ViewReports": "ViewReports"}, "statuses": {"7": {"Name": "Überall"}}},
    unread={"prices": "you do not have the right"},
)
SECOND = FIRST.model_copy(
    update={"seen_at": START + timedelta(days=1), "sections": {"rights": {}}, "unread": {}}
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def with_profiles(path: Path, scene: Callable[[Profiles], Awaitable[T]]) -> T:
    async def whole(store: Store) -> T:
        return await scene(Profiles(store.database, Reversing()))

    return in_store(path, whole)


def test_a_profile_comes_back_as_it_was_with_its_number(path: Path) -> None:
    async def scene(profiles: Profiles) -> tuple[Profile, ...]:
        assert await profiles.latest("south") is None
        await profiles.put(FIRST)
        await profiles.put(SECOND)
        return await profiles.history("south")

    second = SECOND.model_copy(update={"number": 2})
    assert with_profiles(path, scene) == (second, FIRST)
    assert with_profiles(path, lambda profiles: profiles.latest("south")) == second
    assert with_profiles(path, lambda profiles: profiles.history("south", limit=1)) == (second,)


def test_what_says_the_same_again_is_not_kept_again_but_what_comes_back_is(path: Path) -> None:
    async def scene(profiles: Profiles) -> list[int]:
        later = FIRST.model_copy(update={"seen_at": START + timedelta(days=2)})
        kept = [await profiles.put(each) for each in (FIRST, later, SECOND, later)]
        assert kept[1] == FIRST
        return [each.number for each in kept]

    assert with_profiles(path, scene) == [1, 1, 2, 3]


def test_many_programs_that_see_the_same_first_profile_keep_one(path: Path) -> None:
    async def scene(profiles: Profiles) -> int:
        await asyncio.gather(*(profiles.put(FIRST) for _ in range(8)))
        return len(await profiles.history("south"))

    assert with_profiles(path, scene) == 1


def test_profiles_of_practices_never_mix_and_stand_sealed(path: Path) -> None:
    async def scene(profiles: Profiles) -> Profile | None:
        await profiles.put(FIRST)
        return await profiles.latest("north")

    assert with_profiles(path, scene) is None
    stored = b"".join(file.read_bytes() for file in path.parent.glob("store.db*"))
    assert "Überall".encode() not in stored


def test_an_unknown_practice_has_no_profile(path: Path) -> None:
    with pytest.raises(NotKnown, match="nowhere"):
        with_profiles(path, lambda profiles: profiles.history("nowhere"))
    with pytest.raises(NotKnown, match="nowhere"):
        with_profiles(
            path, lambda profiles: profiles.put(FIRST.model_copy(update={"practice": "nowhere"}))
        )


def test_an_erased_practice_leaves_no_profile(path: Path) -> None:
    async def scene(store: Store) -> dict[str, int]:
        await Profiles(store.database, Reversing()).put(FIRST)
        return await Erasure(store.database).erase("south")

    assert in_store(path, scene)["practice_profiles"] == 1
