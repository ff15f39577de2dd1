"""How old and how whole a kind is follows from what was read of what it comes of."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from automation import pipeline, sync
from automation.model import Coverage, Practice
from automation.pipeline import Tools
from automation.serve.freshness import Freshness, Standing
from automation.store import Covered
from tests import cashbox
from tests.serve.office import NORTH, Office, in_office

PETS = """\
version: 1
endpoint: list-pets
origin: documented
effect: read
request: {method: GET, url: pets/}
response: {items: rows}
"""
MAPPING = """\
version: 1
mapping: pets
entity: patient
endpoints: [list-pets]
key: Id
fields: {name: Name}
"""


def test_a_kind_is_as_old_as_its_last_complete_reading_and_whole_after_the_first_full_one(
    tmp_path: Path,
) -> None:
    async def scene(office: Office) -> None:
        folder = tmp_path / "flows" / "acme"
        cashbox.laid_out(folder, {"endpoints/list-pets.yaml": PETS, "mappings/pets.yaml": MAPPING})
        freshness = Freshness(office.tools)
        assert await freshness.of("north", ["patient"]) == Standing(None, whole=False)
        assert await freshness.of("north", ["client"]) == Standing(None, whole=True)
        began = office.clock.now()
        await office.tools.store.start_run("r1", practice="north", kind="sync")
        intake = office.tools.store.intake(NORTH, "r1")
        coverage = Coverage(
            endpoint="list-pets",
            run="r1",
            ended="complete",
            began_at=began,
            complete_at=began,
            full_at=began,
        )
        intake.cover(Covered(coverage, "digest"))
        await intake.flush()
        assert (await freshness.of("north", ["patient"])).as_of is None  # known for two seconds
        office.clock.pass_time(3)
        assert await freshness.of("north", ["patient"]) == Standing(began, whole=True)
        assert office.clock.now() - began >= timedelta(seconds=3)

    in_office(tmp_path, scene)


def test_many_who_ask_at_once_wait_for_one_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[str] = []
    looking = asyncio.Event()
    standing_of = pipeline.standing_of

    async def counted(
        tools: Tools, practice: Practice, plan: sync.Plan
    ) -> dict[str, tuple[datetime | None, bool]]:
        readings.append(practice.name)
        looking.set()
        return await standing_of(tools, practice, plan)

    async def scene(office: Office) -> None:
        monkeypatch.setattr(pipeline, "standing_of", counted)
        freshness = Freshness(office.tools)
        async with asyncio.TaskGroup() as group:
            for name in ("north", "south", "north", "north", "south"):
                group.create_task(freshness.kinds(name))
        assert sorted(readings) == ["north", "south"]
        freshness.forget("north")
        await freshness.kinds("north")
        assert readings.count("north") == 2
        freshness.forget("north")
        looking.clear()
        async with asyncio.TaskGroup() as group:
            slow = group.create_task(freshness.kinds("north"))
            await looking.wait()
            freshness.forget("north")  # something was read while that one looked
        assert slow.done()
        assert readings.count("north") == 4

    in_office(tmp_path, scene)
