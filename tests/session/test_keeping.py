"""All sessions get their signs of life, whatever becomes of one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from automation.errors import Bug, PortalDown, Unready, VetportalError
from automation.model import Practice
from automation.session import keep_all_alive
from tests.engine import run_engine
from tests.fakes import VirtualClock


def practice(name: str) -> Practice:
    return Practice(name=name, portal="acme", base_url="https://acme.example")


@dataclass
class Stage:
    """Sessions that only note who was kept alive, and stop after some rounds."""

    rounds: int
    fails: Callable[[str], VetportalError | None] = lambda _: None
    names: list[str] = field(default_factory=lambda: ["north", "south", "west"])
    kept: list[str] = field(default_factory=list)
    clock: VirtualClock = field(default_factory=VirtualClock)
    hangs: frozenset[str] = frozenset()
    end: BaseException = field(default_factory=asyncio.CancelledError)

    async def keep_alive(self, practice: Practice) -> None:
        self.kept.append(practice.name)
        if practice.name in self.hangs:
            await asyncio.Event().wait()
        if problem := self.fails(practice.name):
            raise problem

    async def practices(self) -> tuple[Practice, ...]:
        self.rounds -= 1
        if self.rounds < 0:
            raise self.end
        return tuple(practice(name) for name in self.names)

    def run(self) -> None:
        with pytest.raises(type(self.end)):
            run_engine(keep_all_alive(self, self, self.clock))


def test_every_practice_has_its_turn_each_minute() -> None:
    stage = Stage(rounds=2)
    stage.run()
    assert stage.kept == ["north", "south", "west"] * 2
    assert stage.clock.slept == [60, 60]


@pytest.mark.parametrize("problem", [PortalDown("acme is down"), Bug("not ours")])
def test_one_practice_that_fails_holds_up_no_other(problem: VetportalError) -> None:
    stage = Stage(rounds=2, fails=lambda name: problem if name == "north" else None)
    with capture_logs() as logs:
        stage.run()
    assert stage.kept == ["north", "south", "west"] * 2
    assert [(each["practice"], each["why"]) for each in logs] == [("north", problem.message)] * 2


def test_a_portal_that_hangs_holds_up_no_other_and_is_not_asked_twice() -> None:
    stage = Stage(rounds=3, hangs=frozenset({"north"}))
    stage.run()
    assert stage.kept == ["north", *["south", "west"] * 3]


def test_a_database_that_fails_is_told_as_it_is() -> None:
    Stage(rounds=1, hangs=frozenset({"north"}), end=Unready("disk full", remedy="Free it.")).run()


def test_so_many_practices_are_asked_at_once_and_no_more() -> None:
    names = [f"clinic-{number:02}" for number in range(40)]
    stage = Stage(rounds=2, names=names, hangs=frozenset(names))
    stage.run()
    assert stage.kept == names[:16]


def test_a_practice_that_is_added_meanwhile_is_kept_too() -> None:
    stage = Stage(rounds=2, names=["north"])
    stage.fails = lambda _: stage.names.append("south")
    stage.run()
    assert stage.kept == ["north", "north", "south"]
