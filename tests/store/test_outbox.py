"""Changes become events once, and events find those who are to be told, once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from automation.model import Event, Organization
from automation.store import Organizations, Scope, Store
from automation.store.events import put_events
from tests.fakes import START, VirtualClock
from tests.store.support import NORTH, SOUTH, in_store, patients, pet
from tests.store.telling import SECRET, derive, endpoint, event, rule


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


async def read(store: Store, *numbers: int, name: str = "Rex", run: str = "run") -> None:
    rows = patients(*(pet(number, name) for number in numbers))
    await store.upsert(rows, practice=NORTH, run=run)


async def begin(store: Store) -> None:
    """A practice of which one patient was read as a whole, and an endpoint."""
    await store.webhooks.add(endpoint(), SECRET)
    await store.start_run("run", practice="north", kind="sync")
    await read(store, 1)
    await store.outbox.note_read("north", ["patient"])


async def told(store: Store) -> list[tuple[str, str]]:
    return [(each.type, each.entity) for each in await store.outbox.events("default")]


async def put(store: Store, *events: Event) -> None:
    async with store.database.write() as connection:
        await put_events(connection, events)


def test_each_change_after_the_first_reading_is_one_event_in_its_order(path: Path) -> None:
    async def scene(store: Store) -> None:
        await begin(store)
        await read(store, 2)
        await read(store, 1, name="Max")
        await store.sweep("patient", scope=Scope("north", {"name": "Max"}), run="run")
        assert await derive(store) == 3
        assert await derive(store) == 0
        found = await store.outbox.events("default")
        assert [(each.type, each.fields, each.data["name"]) for each in found] == [
            ("patient.created", (), "Rex"),
            ("patient.changed", ("name",), "Max"),
        ]
        assert [each.sequence for each in found] == sorted(each.sequence for each in found)

    in_store(path, scene)


def test_the_first_reading_of_a_kind_raises_nothing_also_when_it_is_followed_late(
    path: Path,
) -> None:
    async def scene(store: Store) -> None:
        await store.webhooks.add(endpoint(), SECRET)
        await store.start_run("run", practice="north", kind="sync")
        await read(store, 1, 2)
        assert await derive(store) == 2
        await read(store, 3)
        await store.outbox.note_read("north", ["patient"])
        await read(store, 4)
        assert await derive(store) == 2
        assert [each[0] for each in await told(store)] == ["patient.created"]

    in_store(path, scene)


def test_that_everything_was_read_once_is_told_once_with_its_counts(path: Path) -> None:
    async def scene(store: Store) -> None:
        await begin(store)
        assert await store.outbox.note_read("north", ["patient"], everything=True)
        assert not await store.outbox.note_read("north", ["patient"], everything=True)
        [found] = await store.outbox.events("default")
        assert (found.type, found.data) == ("sync.initial_complete", {"counts": {"patient": 1}})

    in_store(path, scene)


def test_where_nobody_listens_changes_pass_and_raise_nothing_later(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.start_run("run", practice="north", kind="sync")
        await store.outbox.note_read("north", ["patient"])
        await read(store, 1)
        assert await derive(store) == 1
        await store.webhooks.add(endpoint(), SECRET)
        assert await derive(store) == 0
        assert await told(store) == []
        assert await store.outbox.listening() == ("north", "south")

    in_store(path, scene)


def test_a_rule_that_is_on_listens_and_one_that_is_off_does_not(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.rules.add(rule(enabled=False))
        assert await store.outbox.listening() == ()
        await store.rules.switch("rul_1", on=True)
        assert await store.outbox.listening() == ("north",)

    in_store(path, scene)


def test_an_event_goes_once_to_each_endpoint_and_rule_that_wants_it(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.webhooks.add(endpoint("whe_all"), SECRET)
        await store.webhooks.add(endpoint("whe_client", types=["client.*"]), SECRET)
        await store.webhooks.add(endpoint("whe_south", practices=["south"]), SECRET)
        await store.webhooks.add(endpoint("whe_off"), SECRET)
        await store.webhooks.switch("whe_off", on=False)
        await store.rules.add(rule("rul_1", event="patient.changed"))
        await store.rules.add(rule("rul_off", event="patient.changed", enabled=False))
        await store.rules.add(rule("rul_south", event="patient.changed", practice="south"))
        await put(store, event(1), event(1), event(2, practice="south"))
        assert await store.outbox.assign() == 2
        assert await store.outbox.assign() == 0
        goes = {(one.endpoint, one.practice) for one, _ in await store.deliveries.listed()}
        assert goes == {("whe_all", "north"), ("whe_all", "south"), ("whe_south", "south")}
        waiting = await store.rules.waiting()
        assert {(each.rule, each.practice) for each in waiting} == {
            ("rul_1", "north"),
            ("rul_south", "south"),
        }

    in_store(path, scene)


def test_nothing_crosses_from_one_organization_to_another(path: Path) -> None:
    async def scene(store: Store) -> None:
        await Organizations(store.database).add(Organization(name="others"))
        await store.update_practice(SOUTH.model_copy(update={"organization": "others"}))
        await store.webhooks.add(endpoint("whe_ours"), SECRET)
        await store.webhooks.add(endpoint("whe_others", organization="others"), SECRET)
        await put(store, event(1), event(2, practice="south"))
        await store.outbox.assign()
        goes = {(one.endpoint, one.practice) for one, _ in await store.deliveries.listed()}
        assert goes == {("whe_ours", "north"), ("whe_others", "south")}
        assert [each.practice for each in await store.outbox.events("others")] == ["south"]
        assert len(await store.deliveries.listed("others")) == 1

    in_store(path, scene)


def test_what_fails_on_the_way_leaves_changes_to_be_followed_again(path: Path) -> None:
    def fails(*_: object) -> list[Event]:
        raise ZeroDivisionError

    async def scene(store: Store) -> None:
        await begin(store)
        await derive(store)
        await read(store, 2)
        with pytest.raises(ZeroDivisionError):
            await store.outbox.derive(fails, {})
        assert await derive(store) == 1
        assert len(await told(store)) == 1

    in_store(path, scene)


def test_old_events_are_forgotten_with_what_became_of_them_and_others_stay(path: Path) -> None:
    clock = VirtualClock()

    async def scene(store: Store) -> None:
        await store.webhooks.add(endpoint(), SECRET)
        await put(store, event(1))
        await store.outbox.assign()
        clock.pass_time(86_400)
        late = event(2).model_copy(update={"at": clock.now()})
        await put(store, late)
        assert await store.outbox.forget(before=START + timedelta(hours=1)) == 1
        assert await store.deliveries.listed() == ()
        assert [each.id for each in await store.outbox.events("default")] == [late.id]

    in_store(path, scene, clock=clock)


def test_events_are_read_page_by_page_and_since_a_time(path: Path) -> None:
    async def scene(store: Store) -> None:
        await put(store, *(event(number) for number in range(5)))
        first = await store.outbox.events("default", practice="north", limit=3)
        rest = await store.outbox.events("default", after=first[-1].sequence)
        assert [each.entity for each in (*first, *rest)] == [f"pat_{n}" for n in range(5)]
        later = START + timedelta(seconds=1)
        assert await store.outbox.events("default", since=later) == ()

    in_store(path, scene)
