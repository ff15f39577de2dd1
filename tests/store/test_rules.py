"""Rules and what they made of events, each decided once."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import Bug, NotKnown
from automation.store import Store
from automation.store.events import put_events
from tests.store.support import in_store
from tests.store.telling import event, rule


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


async def begin(store: Store) -> None:
    await store.rules.add(rule(event="patient.changed"))
    async with store.database.write() as connection:
        await put_events(connection, (event(1), event(2)))
    await store.outbox.assign()


def test_a_rule_comes_back_as_it_was_kept(path: Path) -> None:
    kept = rule(inputs={"text": "Dear {client.name}", "n": 1}, purpose="reminder", email=False)

    async def scene(store: Store) -> None:
        await store.rules.add(kept)
        assert await store.rules.find("rul_1") == kept
        assert (await store.rules.all("north"), await store.rules.all("south")) == ((kept,), ())
        with pytest.raises(Bug):
            await store.rules.add(kept)
        with pytest.raises(NotKnown, match="no rule is named 'rul_2'"):
            await store.rules.find("rul_2")
        with pytest.raises(NotKnown, match="no practice is named 'nowhere'"):
            await store.rules.add(rule("rul_2", practice="nowhere"))

    in_store(path, scene)


def test_an_action_is_decided_once(path: Path) -> None:
    async def scene(store: Store) -> None:
        await begin(store)
        first, second = await store.rules.waiting()
        found = await store.rules.action(first.rule, first.event)
        assert found is not None
        assert (found[1].id, found[2].id) == ("rul_1", first.event)
        await store.rules.settle(first, state="asked", write="w1")
        await store.rules.settle(first, state="failed", why="too late")
        assert await store.rules.waiting() == (second,)
        decided = {each.event: each for each in await store.rules.actions("rul_1")}
        assert (decided[first.event].state, decided[first.event].write) == ("asked", "w1")
        assert await store.rules.action("rul_1", "evt_none") is None

    in_store(path, scene)


def test_what_waits_of_a_rule_that_is_switched_off_is_left(path: Path) -> None:
    async def scene(store: Store) -> None:
        await begin(store)
        assert not (await store.rules.switch("rul_1", on=False)).enabled
        assert await store.rules.waiting() == ()
        assert {each.state for each in await store.rules.actions("rul_1")} == {"left"}

    in_store(path, scene)


def test_a_rule_that_is_removed_goes_with_its_actions(path: Path) -> None:
    async def scene(store: Store) -> None:
        await begin(store)
        await store.rules.remove("rul_1")
        assert (await store.rules.all(), await store.rules.waiting()) == ((), ())

    in_store(path, scene)
