"""What comes to be so by the day or by a level is told once; what was so already is not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.entities import ENTITIES, Entity
from automation.store import FACTS, Store
from tests.fakes import START, VirtualClock
from tests.store.support import NORTH, in_store

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)

HOLDS: Mapping[str, tuple[str, dict[str, Any], tuple[dict[str, Any], ...]]] = {
    "balance.overdue": (
        "invoice",
        {"status": "open", "balance_minor": 1, "due_on": TODAY - DAY},
        ({"due_on": TODAY}, {"balance_minor": 0}, {"status": "paid"}, {"due_on": None}),
    ),
    "reminder.due": (
        "reminder",
        {"status": "due", "due_on": TODAY},
        ({"due_on": TODAY + DAY}, {"status": "sent"}, {"status": "suppressed"}),
    ),
    "prescription.renewal_due": (
        "prescription",
        {"status": "authorized", "expires_on": TODAY + 14 * DAY, "refills_remaining": 2},
        (
            {"expires_on": TODAY + 15 * DAY},
            {"expires_on": TODAY - DAY},
            {"status": "cancelled"},
            {"status": "expired"},
        ),
    ),
    "inventory.expiring": (
        "stock_batch",
        {"status": "active", "quantity": 1.0, "expires_on": TODAY + 30 * DAY},
        ({"expires_on": TODAY + 31 * DAY}, {"quantity": 0.0}, {"status": "inactive"}),
    ),
    "inventory.below_threshold": (
        "inventory_item",
        {"status": "active", "on_hand": 1.0, "reorder_level": 2.0},
        ({"on_hand": 2.0}, {"reorder_level": None}, {"status": "inactive"}),
    ),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def made(kind: str, number: int, **facts: Any) -> Entity:  # noqa: ANN401 - fields of any kind
    entity = ENTITIES[kind]
    return entity.model_construct(
        id=f"{entity.prefix}_{number}",
        practice="north",
        source_system="acme",
        source_id=str(number),
        content_hash=str(sorted(facts.items(), key=str)),
        **facts,
    )


async def begin(store: Store, kind: str) -> None:
    await store.start_run("run", practice="north", kind="sync")
    await store.outbox.note_read("north", [kind])


async def keep(store: Store, *entities: Entity) -> None:
    await store.upsert(entities, practice=NORTH, run="run")


def test_each_fact_that_is_known_is_tried_here() -> None:
    assert set(HOLDS) == set(FACTS)


@pytest.mark.parametrize("type_", HOLDS)
def test_it_is_told_when_it_comes_to_be_and_again_only_after_it_was_not_so(
    path: Path, type_: str
) -> None:
    kind, so, not_so = HOLDS[type_]
    clock = VirtualClock()

    async def scene(store: Store) -> None:
        await begin(store, kind)
        assert await store.standing.check("north", TODAY) == 0
        await keep(store, *(made(kind, n, **{**so, **but}) for n, but in enumerate(not_so, 10)))
        assert await store.standing.check("north", TODAY) == 0
        await keep(store, made(kind, 1, **so))
        assert [await store.standing.check("north", TODAY) for _ in range(2)] == [1, 0]
        await keep(store, made(kind, 1, **{**so, **not_so[0]}))
        clock.pass_time(300)
        assert await store.standing.check("north", TODAY) == 0
        await keep(store, made(kind, 1, **so))
        assert await store.standing.check("north", TODAY) == 1
        found = await store.outbox.events("default")
        assert [(each.type, each.kind, each.entity) for each in found] == [
            (type_, kind, f"{ENTITIES[kind].prefix}_1")
        ] * 2
        assert len({each.id for each in found}) == 2

    in_store(path, scene, clock=clock)


def test_what_is_so_at_the_first_look_is_told_to_nobody(path: Path) -> None:
    kind, so, _ = HOLDS["balance.overdue"]

    async def scene(store: Store) -> None:
        await store.start_run("run", practice="north", kind="sync")
        await keep(store, made(kind, 1, **so))
        assert await store.standing.check("north", TODAY) == 0  # not read as a whole yet
        await store.outbox.note_read("north", [kind])
        assert await store.standing.check("north", TODAY) == 0
        await keep(store, made(kind, 2, **so))
        assert await store.standing.check("north", TODAY) == 1

    in_store(path, scene)


def test_a_prescription_that_was_renewed_is_not_due(path: Path) -> None:
    kind, so, _ = HOLDS["prescription.renewal_due"]

    async def scene(store: Store) -> None:
        await begin(store, kind)
        await store.standing.check("north", TODAY)
        later = {**so, "expires_on": TODAY + 300 * DAY, "renewed_from_id": "rx_1"}
        await keep(store, made(kind, 1, **so), made(kind, 2, **later))
        assert await store.standing.check("north", TODAY) == 0

    in_store(path, scene)


def test_the_days_pass_by_themselves(path: Path) -> None:
    kind, so, _ = HOLDS["balance.overdue"]

    async def scene(store: Store) -> None:
        await begin(store, kind)
        await keep(store, made(kind, 1, **{**so, "due_on": TODAY}))
        assert await store.standing.check("north", TODAY) == 0
        assert await store.standing.check("north", TODAY + DAY) == 1
        [found] = await store.outbox.events("default")
        assert found.at == START

    in_store(path, scene)
