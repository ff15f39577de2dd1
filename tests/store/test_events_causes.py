"""What raises events besides changes: each is kept with its cause, and told when it begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.model import Event, Outcome, Profile, SessionPhase, SessionStatus
from automation.store import Erasure, Profiles, SessionStatuses, Store, WriteIntents
from tests.fakes import START, VirtualClock
from tests.store.support import Reversing, in_store
from tests.store.telling import SECRET, endpoint, event, rule
from tests.store.test_outbox import put
from tests.store.writes import a_write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


async def events(store: Store) -> list[Event]:
    return list(await store.outbox.events("default"))


def test_a_session_that_comes_to_need_a_person_is_told_once(path: Path) -> None:
    clock = VirtualClock()

    async def scene(store: Store) -> None:
        statuses = SessionStatuses(store.database, clock)

        async def enter(phase: SessionPhase) -> None:
            clock.pass_time(1)
            new = {"phase": phase, "since": clock.now(), "why": "Zoe's password"}
            await statuses.update("north", lambda _: new)

        for phase in ("logging_in", "mfa_wait", "needs_person", "locked", "valid", "refreshing"):
            await enter(phase)
        assert [each.data for each in await events(store)] == [{"phase": "mfa_wait"}]
        await enter("locked")
        found = await events(store)
        assert [each.type for each in found] == ["session.needs_person"] * 2
        assert "Zoe" not in str(found)
        status = SessionStatus(practice="south", phase="locked", since=START)
        await statuses.put(status)
        await statuses.put(status)
        assert [each.practice for each in await events(store)] == ["north", "north", "south"]

    in_store(path, scene, clock=clock)


@pytest.mark.parametrize(
    "runs, told",
    [
        ([("sync", "succeeded")], 0),
        ([("sync", "failed")], 1),
        ([("sync", "partial"), ("sync", "partial")], 1),
        ([("sync", "succeeded"), ("sync", "partial"), ("sync", "succeeded")], 1),
        ([("sync", "partial"), ("part", "succeeded"), ("sync", "partial")], 1),
        ([("part", "partial"), ("part", "succeeded"), ("part", "partial")], 0),
        ([("part", "succeeded"), ("part", "failed"), ("sync", "failed")], 1),
        ([("part", "failed"), ("part", "succeeded"), ("part", "failed")], 2),
        ([("sync", "interrupted"), ("sync", "succeeded")], 0),
    ],
)
def test_a_sync_that_falls_behind_is_told_when_that_begins(
    path: Path, runs: list[tuple[str, Outcome]], told: int
) -> None:
    clock = VirtualClock()

    async def scene(store: Store) -> None:
        for number, (kind, outcome) in enumerate(runs):
            clock.pass_time(60)
            await store.start_run(f"r{number}", practice="north", kind=kind)
            for _ in range(2):
                await store.finish_run(f"r{number}", outcome=outcome)
        found = await events(store)
        assert [each.type for each in found] == ["sync.degraded"] * told

    in_store(path, scene, clock=clock)


@pytest.mark.parametrize(
    "state, happened, told",
    [
        ("confirmed", True, "write.succeeded"),
        ("reconciled", True, "write.succeeded"),
        ("reconciled", False, "write.failed"),
        ("reconciled", None, "write.failed"),
        ("refused", False, "write.failed"),
        ("unknown", None, None),
    ],
)
def test_the_end_of_a_write_is_told_once_without_what_it_was_about(
    path: Path, state: str, happened: bool | None, told: str | None
) -> None:
    async def scene(store: Store) -> None:
        journal = WriteIntents(store.database, Reversing())
        write = await journal.accept(a_write())
        facts = {"state": state, "happened": happened, "why": "Bellatrix said no"}
        for _ in range(2):
            await journal.settle(write.model_copy(update=facts))
        found = await events(store)
        assert [each.type for each in found] == ([told] if told else [])
        for each in found:
            assert each.data == {"operation": "sell", "state": state, "happened": happened}
            assert (each.entity, each.kind) == (write.id, "write")

    in_store(path, scene)


def test_a_practice_that_leaves_takes_its_events_and_the_endpoints_of_its_own_along(
    path: Path,
) -> None:
    async def scene(store: Store) -> None:
        await store.webhooks.add(endpoint("whe_all"), SECRET)
        await store.webhooks.add(endpoint("whe_own", practices=["south"]), SECRET)
        await store.webhooks.add(endpoint("whe_both", practices=["south", "north"]), SECRET)
        await store.rules.add(rule(practice="south", event="patient.changed"))
        await store.outbox.note_read("south", ["patient"])
        await store.standing.check("south", START.date())
        await put(store, event(1), event(2, practice="south"))
        await store.outbox.assign()
        counts = await Erasure(store.database).erase("south")
        assert {name: counts[name] for name in counts if name != "data_keys"} == {
            "webhook_endpoints": 1,
            "events": 1,
            "webhook_deliveries": 2,
            "first_readings": 1,
            "rules": 1,
            "rule_actions": 1,
        }
        left = {each.id: each.practices for each in await store.webhooks.all()}
        assert left == {"whe_all": (), "whe_both": ("north",)}
        assert {each.practice for each in await events(store)} == {"north"}

    in_store(path, scene)


def test_what_a_practice_configures_otherwise_is_told_by_section_and_without_its_words(
    path: Path,
) -> None:
    prices = {"1": {"Name": "Zoe's rabies"}, "2": {"Name": "Zoe's bath"}}
    first = Profile(practice="north", seen_at=START, sections={"prices": prices, "rights": {}})
    dearer = {key: {**entry, "Price": 5} for key, entry in prices.items()}
    changed = {"prices": dearer, "rights": {"reports": {"Name": "Reports"}}}

    async def scene(store: Store) -> None:
        profiles = Profiles(store.database, Reversing())
        for sections in (first.sections, first.sections):
            await profiles.put(first.model_copy(update={"sections": sections}))
        assert await events(store) == []
        for _ in range(2):
            await profiles.put(first.model_copy(update={"sections": changed}))
        [told] = await events(store)
        assert (told.type, told.kind, told.entity) == ("configuration.changed", "profile", "north")
        assert told.data == {"number": 2, "sections": {"prices": 2, "rights": 1}}
        assert "Zoe" not in told.model_dump_json()

    in_store(path, scene)
