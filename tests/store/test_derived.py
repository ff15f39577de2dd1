"""The latest visit of a patient is worked out where the portal says none, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from automation.entities import Entity, Patient
from automation.model import Answer, Practice
from automation.model import Mapping as MappingFile
from automation.normalise import Normaliser
from automation.store import Scope, Store
from tests.store.support import NORTH, SOUTH, Item, in_store, many, patients, pet, statements


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def made(
    entity: str, fields: Mapping[str, Any], *items: Item, practice: Practice = NORTH
) -> tuple[Entity, ...]:
    mapping = MappingFile.model_validate(
        {"mapping": "m", "entity": entity, "endpoints": ["list"], "key": "Id", "fields": fields}
    )
    answer = Answer(endpoint="list", url="/list", items=items)
    return tuple(Normaliser(mapping, practice).normalise(answer))


def booked(
    number: int, patient: int, day: str, status: str = "completed", *, practice: Practice = NORTH
) -> tuple[Entity, ...]:
    """One appointment at nine in the morning."""
    fields = {"patient": "Pet", "start_at": "At", "status": "Status"}
    item: Item = {"Id": number, "Pet": patient, "At": f"{day}T09:00:00", "Status": status}
    return made("appointment", fields, item, practice=practice)


def recorded(
    number: int, patient: int, day: str, status: str | None = "completed"
) -> tuple[Entity, ...]:
    """The medical record of one visit at ten in the morning."""
    fields = {"patient": "Pet", "started_at": "At", "status": "Status"}
    item: dict[str, JsonValue] = {"Id": number, "Pet": patient, "At": f"{day}T10:00:00"}
    return made("medical_record", fields, item | {"Status": status})


async def keep(store: Store, *batches: tuple[Entity, ...], run: str = "r1") -> None:
    for batch in batches:
        await store.upsert(batch, practice=NORTH, run=run)


async def visits(store: Store) -> dict[str, tuple[str | None, bool | None]]:
    """Day and time of the last visit, and whether it is ours, by patient."""
    rows = await store.rows("patient", Scope("north"), limit=1000)
    assert all(isinstance(row, Patient) for row in rows)
    found = {row.source_id: row.model_dump(include={"last_visit_at"}) for row in rows}
    marks = {row.source_id: row.model_dump()["last_visit_derived"] for row in rows}
    times = {key: _text(value["last_visit_at"]) for key, value in found.items()}
    return {key: (times[key], marks[key]) for key in sorted(times)}


def _text(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H}"


async def derive(store: Store, run: str = "r1") -> int:
    return await store.derive("north", run=run)


def test_the_latest_visit_of_those_that_are_kept_is_the_last_one(path: Path) -> None:
    async def scene(store: Store) -> None:
        await keep(store, many(1, 3))
        await keep(store, booked(1, 1, "2026-10-01"), booked(2, 1, "2026-10-09"))
        await keep(store, recorded(1, 1, "2026-10-05"), recorded(2, 2, "2026-10-07", None))
        assert await derive(store) == 2
        assert await visits(store) == {
            "1": ("2026-10-09 09", True),
            "2": ("2026-10-07 10", True),
            "3": (None, None),
        }

    in_store(path, scene)


@pytest.mark.parametrize("status", ["scheduled", "confirmed", "requested", "no_show", "cancelled"])
def test_an_appointment_the_patient_did_not_come_to_is_no_visit(path: Path, status: str) -> None:
    async def scene(store: Store) -> None:
        await keep(store, many(1, 1), booked(1, 1, "2026-10-01", status))
        await keep(store, recorded(1, 1, "2026-10-02", "cancelled"))
        assert await derive(store) == 0
        assert await visits(store) == {"1": (None, None)}

    in_store(path, scene)


def test_the_word_of_the_portal_wins_earlier_or_later(path: Path) -> None:
    async def scene(store: Store) -> None:
        await keep(store, patients(pet(1, Seen="2026-09-01T08:00:00")))
        await keep(store, booked(1, 1, "2026-10-01"))
        assert await derive(store) == 0
        assert await visits(store) == {"1": ("2026-09-01 08", None)}

    in_store(path, scene)


def test_working_it_out_again_changes_nothing_nor_does_reading_the_same_patient(path: Path) -> None:
    async def scene(store: Store) -> None:
        for run, changes in (("r1", 1), ("r2", 0), ("r3", 0)):
            await keep(store, many(1, 1), booked(1, 1, "2026-10-01"), run=run)
            assert await derive(store, run) == changes
            assert await visits(store) == {"1": ("2026-10-01 09", True)}
        assert len(await store.changes()) == 3

    in_store(path, scene)


def test_another_change_of_the_patient_keeps_what_was_worked_out(path: Path) -> None:
    async def scene(store: Store) -> None:
        await keep(store, many(1, 1), booked(1, 1, "2026-10-01"))
        await derive(store)
        before = (await store.changes())[-1].sequence
        await keep(store, patients(pet(1, "Max")), run="r2")
        assert await derive(store, "r2") == 0
        assert await visits(store) == {"1": ("2026-10-01 09", True)}
        assert [(one.action, one.fields) for one in await store.changes(after=before)] == [
            ("changed", ("name",))
        ]

    in_store(path, scene)


def test_a_later_visit_and_one_that_is_gone_move_it_with_a_change_each(path: Path) -> None:
    async def scene(store: Store) -> None:
        await keep(store, many(1, 1), booked(1, 1, "2026-10-01"))
        await derive(store)
        for status, visit in (("completed", "2026-10-09 09"), ("cancelled", "2026-10-01 09")):
            before = (await store.changes())[-1].sequence
            await keep(store, booked(2, 1, "2026-10-09", status), run=status)
            assert await derive(store, status) == 1
            assert await visits(store) == {"1": (visit, True)}
            last = (await store.changes(after=before))[-1]
            assert (last.kind, last.action, last.fields) == (
                "patient",
                "changed",
                ("last_visit_at",),
            )
            assert last.run == status
        await keep(store, booked(1, 1, "2026-10-01", "no_show"))
        assert await derive(store) == 1
        assert await visits(store) == {"1": (None, False)}

    in_store(path, scene)


def test_a_portal_that_starts_to_say_it_takes_over_and_one_that_stops_hands_back(
    path: Path,
) -> None:
    async def scene(store: Store) -> None:
        await keep(store, many(1, 1), booked(1, 1, "2026-10-01"))
        await derive(store)
        await keep(store, patients(pet(1, Seen="2026-09-01T08:00:00")), run="r2")
        assert await derive(store, "r2") == 0
        assert await visits(store) == {"1": ("2026-09-01 08", False)}
        await keep(store, many(1, 1), run="r3")
        assert await derive(store, "r3") == 1
        assert await visits(store) == {"1": ("2026-10-01 09", True)}

    in_store(path, scene)


def test_what_was_removed_is_no_visit_and_no_patient(path: Path) -> None:
    async def scene(store: Store) -> None:
        await keep(store, many(1, 2), booked(1, 1, "2026-10-01"), booked(2, 2, "2026-10-01"))
        await store.start_run("r2", practice="north", kind="sync")
        await keep(store, many(1, 1), booked(2, 2, "2026-10-01"), run="r2")
        for kind in ("patient", "appointment"):
            await store.sweep(kind, scope=Scope("north"), run="r2")
        assert await derive(store, "r2") == 0
        assert await visits(store) == {"1": (None, None)}

    in_store(path, scene)


def test_other_practices_are_left_alone(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.upsert(many(1, 1, SOUTH), practice=SOUTH, run="r1")
        south = booked(1, 1, "2026-10-01", practice=SOUTH)
        await store.upsert(south, practice=SOUTH, run="r1")
        assert await derive(store) == 0
        assert await store.derive("south", run="r1") == 1

    in_store(path, scene)


def test_the_number_of_statements_does_not_depend_on_the_number_of_patients(path: Path) -> None:
    async def scene(store: Store) -> None:
        for last in (1, 300):
            await keep(store, many(1, last))
            for number in (1, last):
                await keep(store, booked(number, number, "2026-10-01"))
            with statements(store) as sent:
                assert await derive(store) == 1
            assert len(sent) == 2

    in_store(path, scene)
