"""What was read of a practice tells, kind by kind, how old and how whole its entities are."""

from __future__ import annotations

from pathlib import Path

from automation.model import Coverage
from automation.pipeline import plan_of, standing_of
from automation.store import Covered
from tests import cashbox
from tests.serve.office import NORTH, Office, in_office
from tests.serve.test_freshness import MAPPING, PETS


def test_a_kind_is_as_old_as_the_oldest_of_what_it_comes_of(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        two = {
            "endpoints/list-pets.yaml": PETS,
            "endpoints/list-horses.yaml": PETS.replace("pets", "horses"),
            "mappings/pets.yaml": MAPPING.replace("[list-pets]", "[list-pets, list-horses]"),
        }
        cashbox.laid_out(tmp_path / "flows" / "acme", two)
        plan = plan_of(office.tools, NORTH)
        assert await standing_of(office.tools, NORTH, plan) == {"patient": (None, False)}
        first = office.clock.now()
        await office.tools.store.start_run("r1", practice="north", kind="sync")
        intake = office.tools.store.intake(NORTH, "r1")
        for name, expected in (("list-pets", (None, False)), ("list-horses", (first, True))):
            at = office.clock.now()
            times = {"began_at": at, "complete_at": at, "full_at": at}
            coverage = Coverage(endpoint=name, run="r1", ended="complete", **times)
            intake.cover(Covered(coverage, "digest"))
            await intake.flush()
            assert await standing_of(office.tools, NORTH, plan) == {"patient": expected}
            office.clock.pass_time(60)

    in_office(tmp_path, scene)
