"""What is on its way: claimed by one, tried, settled once; nothing taken comes back by itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from automation.errors import NotKnown
from automation.model import Delivery, DeliveryTry
from automation.store import Health, Store, Tried
from automation.store.events import put_events
from tests.fakes import START, VirtualClock
from tests.store.support import in_store
from tests.store.telling import SECRET, endpoint, event

HOLD = timedelta(seconds=60)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


async def begin(store: Store, count: int = 3) -> None:
    await store.webhooks.add(endpoint(), SECRET)
    async with store.database.write() as connection:
        await put_events(connection, [event(number) for number in range(count)])
    await store.outbox.assign()


async def claimed(store: Store, limit: int = 10) -> list[Delivery]:
    found = await store.deliveries.claim("whe_1", limit=limit, hold=HOLD)
    return [] if found is None else [each for each, _ in found[1]]


def taken(one: Delivery) -> Tried:
    return Tried(one, DeliveryTry(at=START, status=204), delivered=True)


async def states(store: Store) -> list[str]:
    return sorted(one.state for one, _ in await store.deliveries.listed())


def test_what_is_claimed_is_nobody_elses_until_the_claim_is_over(
    path: Path, clock: VirtualClock
) -> None:
    async def scene(store: Store) -> None:
        await begin(store)
        [due] = await store.deliveries.due()
        assert (due.endpoint, due.tries) == ("whe_1", 0)
        assert [each.tries for each in await claimed(store, 2)] == [1, 1]
        assert len(await claimed(store)) == 1
        assert (await claimed(store), await store.deliveries.due()) == ([], ())
        clock.pass_time(60)  # whoever claimed them is gone
        assert [each.tries for each in await claimed(store)] == [2, 2, 2]

    in_store(path, scene, clock=clock)


def test_what_was_taken_stays_taken_whatever_a_late_try_says(
    path: Path, clock: VirtualClock
) -> None:
    async def scene(store: Store) -> None:
        await begin(store, 1)
        [slow] = await claimed(store)
        clock.pass_time(60)
        [quick] = await claimed(store)
        late = Tried(slow, DeliveryTry(at=START, why="no answer"), next_at=START)
        await store.deliveries.settle("whe_1", [late], Health())
        assert await store.deliveries.due() == ()  # the claim of the other one holds
        await store.deliveries.settle("whe_1", [taken(quick)], Health())
        await store.deliveries.settle("whe_1", [late], Health())
        [(found, _)] = await store.deliveries.listed()
        assert (found.state, found.status) == ("delivered", None)
        assert [each.status for each in found.log] == [None, 204, None]

    in_store(path, scene, clock=clock)


def test_one_that_is_refused_waits_for_its_time_and_dies_in_the_end(
    path: Path, clock: VirtualClock
) -> None:
    async def scene(store: Store) -> None:
        await begin(store, 1)
        [one] = await claimed(store)
        again = clock.now() + timedelta(seconds=5)
        said = DeliveryTry(at=clock.now(), status=500, why="it answered 500")
        await store.deliveries.settle("whe_1", [Tried(one, said, next_at=again)], Health())
        assert await claimed(store) == []
        clock.pass_time(5)
        [one] = await claimed(store)
        await store.deliveries.settle("whe_1", [Tried(one, said)], Health())
        assert await states(store) == ["dead"]
        assert await store.deliveries.due() == ()

    in_store(path, scene, clock=clock)


def test_an_endpoint_that_cannot_be_reached_is_held_and_then_tried_with_one(
    path: Path, clock: VirtualClock
) -> None:
    async def scene(store: Store) -> None:
        await begin(store, 3)
        [one] = await claimed(store, 1)
        until = clock.now() + timedelta(seconds=30)
        said = Tried(one, DeliveryTry(at=clock.now(), why="no answer"), next_at=until)
        health = Health(failures=1, failing_since=clock.now(), held_until=until)
        await store.deliveries.settle("whe_1", [said], health)
        assert (await claimed(store), await store.deliveries.due()) == ([], ())
        clock.pass_time(30)
        found = await claimed(store)
        assert len(found) == 1
        await store.deliveries.settle("whe_1", [taken(found[0])], Health())
        assert len(await claimed(store)) == 2

    in_store(path, scene, clock=clock)


def test_a_disabled_endpoint_gets_nothing_and_goes_on_when_it_is_enabled(path: Path) -> None:
    async def scene(store: Store) -> None:
        await begin(store)
        await store.deliveries.settle("whe_1", [], Health(disabled="it is gone"))
        assert (await store.webhooks.find("whe_1")).why == "it is gone"
        assert (await claimed(store), await store.deliveries.due()) == ([], ())
        await store.webhooks.switch("whe_1", on=True)
        assert len(await claimed(store)) == 3

    in_store(path, scene)


def test_one_delivery_is_sent_anew_with_all_its_tries(path: Path) -> None:
    async def scene(store: Store) -> None:
        await begin(store, 1)
        [one] = await claimed(store)
        await store.deliveries.settle("whe_1", [taken(one)], Health())
        anew = await store.deliveries.again(one.id, organization="default")
        assert (anew.state, anew.tries) == ("waiting", 0)
        assert [each.id for each in await claimed(store)] == [one.id]
        with pytest.raises(NotKnown, match="no webhook delivery"):
            await store.deliveries.again(one.id, organization="others")

    in_store(path, scene)


def test_all_since_a_time_are_sent_anew_those_that_came_while_it_was_disabled_too(
    path: Path, clock: VirtualClock
) -> None:
    async def scene(store: Store) -> None:
        await begin(store, 2)
        done = [taken(one) for one in await claimed(store)]
        await store.deliveries.settle("whe_1", done, Health())
        await store.webhooks.switch("whe_1", on=False)
        clock.pass_time(10)
        missed = event(9).model_copy(update={"at": clock.now()})
        async with store.database.write() as connection:
            await put_events(connection, (missed,))
        await store.outbox.assign()
        found = await store.webhooks.switch("whe_1", on=True)
        assert await store.deliveries.again_since(found, clock.now()) == 1
        assert [each.event for each in await claimed(store)] == [missed.id]
        assert await store.deliveries.again_since(found, START) == 3
        only = found.model_copy(update={"types": ("client.*",)})
        assert await store.deliveries.again_since(only, START) == 0

    in_store(path, scene, clock=clock)


def test_deliveries_are_listed_latest_first_page_by_page_and_by_state(
    path: Path, clock: VirtualClock
) -> None:
    async def scene(store: Store) -> None:
        await begin(store, 5)
        clock.pass_time(1)
        [one] = await claimed(store, 1)
        await store.deliveries.settle("whe_1", [taken(one)], Health())
        await store.deliveries.again(one.id)
        everything = [each.id for each, _ in await store.deliveries.listed("default")]
        assert (len(everything), everything[0]) == (5, one.id)
        first = await store.deliveries.listed("default", limit=2)
        last = first[-1][0]
        rest = await store.deliveries.listed("default", after=(last.begun_at, last.id))
        assert [each.id for each, _ in (*first, *rest)] == everything
        assert await store.deliveries.listed("default", state="dead") == ()
        assert await store.deliveries.listed("others") == ()
        assert await store.deliveries.listed("default", endpoint="whe_2") == ()

    in_store(path, scene, clock=clock)


def test_what_an_endpoint_takes_with_it_when_it_is_removed_is_settled_by_nobody(
    path: Path,
) -> None:
    async def scene(store: Store) -> None:
        await begin(store, 1)
        [one] = await claimed(store)
        await store.webhooks.remove("whe_1")
        await store.deliveries.settle("whe_1", [taken(one)], Health())
        assert await store.deliveries.listed() == ()

    in_store(path, scene)
