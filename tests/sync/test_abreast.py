"""Endpoints with budgets are read side by side, the others one after the other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import cast

import pytest

from automation.errors import PortalDown
from automation.model import Budget, Changes, Endpoint, Portal
from automation.sync import Plan
from automation.sync.abreast import read_parts
from tests.engine import run_engine
from tests.fakes import VirtualClock

ACME = Portal(portal="acme", title="Acme", hosts=())
ONE = Budget(calls=1)


@dataclass
class Files:
    """What a plan says of endpoints.

    Attributes:
        budgets: of those that have one.
        givers: the endpoint that one takes values from.
        rules: how one tells what changed.
    """

    budgets: dict[str, Budget] = field(default_factory=dict)
    givers: dict[str, str | None] = field(default_factory=dict)
    rules: dict[str, Changes] = field(default_factory=dict)

    def endpoint(self, name: str) -> Endpoint:
        return Endpoint.model_validate(
            {
                "endpoint": name,
                "effect": "read",
                "request": {"method": "GET", "url": f"/{name}"},
                "budget": self.budgets.get(name),
            }
        )


@dataclass
class Reader:
    """Reads parts that take a while, and remembers when each began and ended."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    seconds: dict[str, float] = field(default_factory=dict)
    broken: str = ""
    begun: dict[str, float] = field(default_factory=dict)
    ended: dict[str, float] = field(default_factory=dict)

    async def part(self, name: str) -> None:
        self.begun[name] = self.clock.monotonic()
        await self.clock.sleep(self.seconds.get(name, 10))
        if name == self.broken:
            raise PortalDown("down")
        self.ended[name] = self.clock.monotonic()

    def read(self, files: Files, *names: str) -> None:
        files.givers = {name: files.givers.get(name) for name in names}
        run_engine(read_parts(cast("Plan", files), ACME, names, self.part))


def test_all_that_have_budgets_take_as_long_as_the_slowest() -> None:
    reader = Reader(seconds={"bills": 90})
    reader.read(Files({"bills": ONE, "lines": ONE, "pets": ONE}), "bills", "lines", "pets")
    assert set(reader.begun.values()) == {0}
    assert reader.clock.monotonic() == 90


def test_those_without_are_read_one_after_the_other_beside_them() -> None:
    reader = Reader(seconds={"bills": 90})
    reader.read(Files({"bills": ONE}), "bills", "boards", "notes")
    assert reader.begun == {"bills": 0, "boards": 0, "notes": 10}
    assert reader.clock.monotonic() == 90


def test_who_takes_values_waits_for_who_gives_them() -> None:
    reader = Reader()
    givers: dict[str, str | None] = {"lines": "bills", "tips": "lines"}
    reader.read(Files({"bills": ONE, "lines": ONE}, givers), "bills", "lines", "tips", "pets")
    assert reader.begun == {"bills": 0, "lines": 10, "tips": 20, "pets": 30}


def test_who_is_spared_by_a_list_waits_for_it() -> None:
    reader = Reader()
    spared = Changes(parent=True, covered_by="lines")
    files = Files({"lines": ONE, "lines-of-bill": ONE}, rules={"lines-of-bill": spared})
    reader.read(files, "lines", "lines-of-bill")
    assert reader.begun == {"lines": 0, "lines-of-bill": 10}


def test_what_nobody_can_go_on_from_stops_the_others_and_is_told_as_it_is() -> None:
    reader = Reader(seconds={"bills": 5, "pets": 90}, broken="bills")
    with pytest.raises(PortalDown, match="^down$"):
        reader.read(Files({"bills": ONE, "pets": ONE}), "bills", "pets", "boards")
    assert reader.ended == {}


def test_one_who_is_killed_is_killed() -> None:
    class Killed(BaseException):
        pass

    async def part(name: str) -> None:
        await asyncio.sleep(0)
        raise Killed(name)

    files = Files(givers={"boards": None})
    with pytest.raises(Killed):
        run_engine(read_parts(cast("Plan", files), ACME, ["boards"], part))
