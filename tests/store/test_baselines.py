"""Baselines as rows: sealed, numbered, and never written over by somebody who saw an older one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from automation.errors import NotKnown
from automation.store import BaselineKey, Baselines, BaselineTurn, Erasure, Incidents, Store
from tests.fakes import START
from tests.store.drifting import CONTENT, KEY, event, incident
from tests.store.support import Reversing, in_store

T = TypeVar("T")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def with_baselines(path: Path, scene: Callable[[Baselines, Incidents], Awaitable[T]]) -> T:
    async def whole(store: Store) -> T:
        return await scene(Baselines(store.database, Reversing()), Incidents(store.database))

    return in_store(path, whole)


def test_a_baseline_comes_back_under_a_growing_number(path: Path) -> None:
    async def scene(rows: Baselines, _incidents: Incidents) -> list[tuple[int, bytes]]:
        seen = [await rows.load(KEY)]
        for number in range(2):
            turn = BaselineTurn(KEY, number, CONTENT * (number + 1), number)
            assert await rows.keep("south", [turn], at=START) == {KEY}
            seen.append(await rows.load(KEY))
        return seen

    assert with_baselines(path, scene) == [(0, b""), (1, CONTENT), (2, CONTENT * 2)]


def test_of_many_who_saw_the_same_one_only_one_is_kept_with_what_it_tells(path: Path) -> None:
    async def scene(rows: Baselines, incidents: Incidents) -> tuple[list[bool], int, int]:
        opened = incident()
        turn = BaselineTurn(KEY, 0, CONTENT, 1, [opened], [event(opened)])
        kept = await asyncio.gather(*(rows.keep("south", [turn], at=START) for _ in range(6)))
        return (
            [bool(each) for each in kept],
            (await rows.load(KEY))[0],
            len(await incidents.history()),
        )

    kept, number, told = with_baselines(path, scene)
    assert (kept.count(True), number, told) == (1, 1, 1)


def test_baselines_of_practices_flows_and_onlookers_never_mix_and_stand_sealed(path: Path) -> None:
    others = (KEY._replace(practice="north"), KEY._replace(name="x"))

    async def scene(rows: Baselines, _incidents: Incidents) -> list[int]:
        await rows.keep("south", [BaselineTurn(KEY, 0, CONTENT, 4)], at=START)
        assert [(note.key, note.runs) for note in await rows.notes("south")] == [(KEY, 4)]
        browser = KEY._replace(onlooker="browser")
        return [(await rows.load(key))[0] for key in (*others, browser)]

    assert with_baselines(path, scene) == [0, 0, 0]
    stored = b"".join(file.read_bytes() for file in path.parent.glob("store.db*"))
    assert b"what it looks like" not in stored


def test_an_erased_practice_leaves_none_of_it(path: Path) -> None:
    one = incident()

    async def scene(store: Store) -> dict[str, int]:
        rows = Baselines(store.database, Reversing())
        turn = BaselineTurn(KEY, 0, CONTENT, 1, [one], [event(one)])
        await rows.keep("south", [turn], at=START)
        return await Erasure(store.database).erase("south")

    gone = in_store(path, scene)
    assert {name: gone[name] for name in ("baselines", "incidents", "incident_events")} == {
        "baselines": 1,
        "incidents": 1,
        "incident_events": 1,
    }


def test_an_unknown_practice_has_no_baseline(path: Path) -> None:
    nowhere = KEY._replace(practice="nowhere")
    with pytest.raises(NotKnown, match="nowhere"):
        with_baselines(path, lambda rows, _: rows.load(nowhere))
    with pytest.raises(NotKnown, match="nowhere"):
        with_baselines(
            path, lambda rows, _: rows.keep("nowhere", [BaselineTurn(nowhere, 0, b"", 0)], at=START)
        )


def test_of_many_that_are_kept_together_only_those_that_changed_meanwhile_are_left(
    path: Path,
) -> None:
    keys = [KEY._replace(name=name) for name in ("one", "two", "three")]

    async def scene(rows: Baselines, incidents: Incidents) -> tuple[frozenset[BaselineKey], int]:
        await rows.keep("south", [BaselineTurn(keys[1], 0, CONTENT, 1)], at=START)
        one = incident()
        turns = [BaselineTurn(key, 0, CONTENT * 2, 1, [one], [event(one)]) for key in keys]
        kept = await rows.keep("south", turns, at=START)
        loaded = await rows.load_all("south", keys)
        assert [loaded[key][1] for key in keys] == [CONTENT * 2, CONTENT, CONTENT * 2]
        return kept, len(await incidents.history())

    assert with_baselines(path, scene) == (frozenset({keys[0], keys[2]}), 2)
