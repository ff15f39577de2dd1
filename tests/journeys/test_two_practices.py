"""Two practices under one login never get each other's answers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from automation.errors import PracticeMixedUp
from automation.model import Practice
from automation.pipeline import Tools, replay_pages
from tests.fakes import SharedClock
from tests.journeys.world import Home, account_of, add_practice
from tests.simulator import Simulator, running

pytestmark = pytest.mark.journey

ENDPOINT = "list-patients"
MIXED = "mixed up"


@pytest.fixture(params=["session", "user"])
def portal(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """A portal that remembers the practice in each session, or one for all sessions of a user."""
    with running(patients=120, practice_context=request.param) as one:
        yield one


def names(portal: Simulator) -> dict[str, set[Any]]:
    """The patients of each practice, by the label of the practice."""
    return {
        one.name: {row["id"] for row in portal.dump(one.id, "patients")["patients"]}
        for one in portal.practices()
    }


async def read(tools: Tools, practice: Practice) -> set[Any]:
    pages = replay_pages(tools, practice, ENDPOINT, {}, pages=2)
    return {item["PatientId"] async for answer in pages for item in answer.items}  # type: ignore[call-overload,index]


@pytest.mark.must_hold("sessions")
def test_interleaved_at_random_no_answer_is_the_others(
    portal: Simulator,
    tmp_path: Path,
    scale: Callable[[int, int], int],
    measured: Callable[..., None],
) -> None:
    rounds = scale(40, 200)
    rng = Random(11)
    of = names(portal)
    ours, theirs = of.values()
    assert not ours & theirs
    seen: Counter[str] = Counter()
    first, second = portal.practices()
    assert account_of(portal, first) == account_of(portal, second)

    async def scene(tools: Tools) -> None:
        practices = [await add_practice(tools, portal, one) for one in (first, second)]

        async def one() -> None:
            practice = rng.choice(practices)
            try:
                found = await read(tools, practice)
            except PracticeMixedUp:
                seen[MIXED] += 1
                return
            assert found
            assert found <= of[practice.label]
            seen[practice.label] += 1

        for _ in range(rounds // 4):
            if rng.random() < 0.2:
                portal.switch(account_of(portal, first), rng.choice([first.id, second.id]))
            await asyncio.gather(*(one() for _ in range(4)))

    Home.new(tmp_path / "home").work(scene, clock=SharedClock(portal))
    measured("reads", sum(seen.values()))
    measured("by practice", {name: seen[name] for name in of})
    measured("stopped because the session showed the other", seen[MIXED])
    assert all(seen[name] for name in of)
