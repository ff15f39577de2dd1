"""What is stored of a practice is a part until everything was read to its end once."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.audit import AuditLog
from automation.model import Coverage
from automation.pipeline import Tools, Unread, syncing, unread_kinds
from automation.pipeline.unread import unread
from automation.settings import Settings
from automation.sync import Plan
from automation.wiring import catalog
from tests.fakes import START
from tests.pipeline.scene import NORTH, PORTAL, played

READ = {"ended": "complete", "full_at": START, "complete_at": START}


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = Plan(catalog(Settings()), PORTAL)
    found.narrow(["client"])
    return found


def coverages(plan: Plan, **changed: object) -> dict[str, Coverage]:
    """Everything that is planned, read as a whole unless said otherwise."""
    told = READ | {"items": 3, "total": 3} | changed
    return {
        name: Coverage.model_validate({"endpoint": name, "run": "r", "began_at": START, **told})
        for name in (*plan.order, *plan.spare)
    }


def test_nothing_is_complete_before_it_was_read_to_its_end_once(plan: Plan) -> None:
    everything = unread(plan, NORTH, {})
    assert "client" in everything
    assert all(each.items == 0 and each.total is None for each in everything.values())
    assert unread(plan, NORTH, coverages(plan)) == {}
    later = coverages(plan, ended="failed", said="no answer")
    assert unread(plan, NORTH, later) == {}, (
        "what was whole once is brought up to date by later runs"
    )


def test_how_far_an_interrupted_reading_came_is_told(plan: Plan) -> None:
    found = unread(
        plan, NORTH, coverages(plan, ended="under_way", full_at=None, items=120, total=400)
    )
    [mapping] = [each for each in plan.mappings if each.entity == "client"]
    count = len(mapping.endpoints)
    assert found["client"].items == 120 * count
    assert found["client"].total == 400 * count
    assert set(mapping.endpoints) - plan.covered.keys() <= set(found["client"].endpoints)


def test_a_gap_leaves_it_incomplete_and_what_may_not_be_seen_is_not_waited_for(plan: Plan) -> None:
    assert "client" in unread(plan, NORTH, coverages(plan, ended="gap", full_at=None))
    assert unread(plan, NORTH, coverages(plan, ended="not_permitted", full_at=None)) == {}


def test_a_calendar_that_is_to_be_read_further_is_a_part_until_that_is_read() -> None:
    files, wider = (
        catalog(Settings()),
        NORTH.model_copy(update={"horizon": ("appointment=900:90",)}),
    )
    before, after = Plan(files, PORTAL, NORTH), Plan(files, PORTAL, wider)
    read = {
        name: each.model_copy(update={"days": before.horizons.days(name, NORTH, START)})
        for name, each in coverages(before).items()
    }
    assert unread(before, NORTH, read) == {}
    found = unread(after, wider, read)
    assert "appointment" in found
    assert "client" not in found
    again = {
        name: each.model_copy(update={"days": after.horizons.days(name, wider, START)})
        for name, each in read.items()
    }
    assert unread(after, wider, again) == {}


def test_a_practice_that_was_never_read_says_so_of_every_kind(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> dict[str, Unread]:
        await tools.store.add_practice(NORTH)
        return await unread_kinds(tools, NORTH)

    found = played(tmp_path, scene)
    assert {"client", "patient", "appointment", "invoice"} <= found.keys()


def test_that_the_first_sync_is_complete_is_noted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = {"client": Unread(1, 2, ("list-clients",))}

    async def left(*_: object) -> dict[str, Unread]:
        return states.pop(0)

    async def scene(tools: Tools) -> list[object]:
        await tools.store.add_practice(NORTH)
        whole, some = Plan(tools.catalog, PORTAL), Plan(tools.catalog, PORTAL)
        some.narrow(["client"])
        seen = [(some, part), (whole, part), (whole, part), (whole, {})]
        return [await syncing._still_unread(tools, NORTH, *each) for each in seen]  # noqa: SLF001 - a sync is more than this

    def note(_log: object, action: str, **_: object) -> None:
        noted.append(action)

    states: list[dict[str, Unread]] = [{}, part, {}]
    noted: list[str] = []
    monkeypatch.setattr(syncing, "unread_of", left)
    monkeypatch.setattr(AuditLog, "note", note)
    assert played(tmp_path, scene) == [{}, part, {}, {}]
    assert noted == ["sync.first_completed"]
