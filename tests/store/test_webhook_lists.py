"""Callers see the endpoints and deliveries within their reach, and nothing of others."""

from __future__ import annotations

from pathlib import Path

from automation.model import Delivery, Event, Organization
from automation.store import Organizations, Reach, Store, WebhookLists
from automation.store.events import put_events
from tests.store.support import in_store
from tests.store.telling import SECRET, endpoint, event

ALL = Reach("default")
NORTH = Reach("default", frozenset({"north"}))
BOTH_PRACTICES = Reach("default", frozenset({"north", "south"}))
PLACE = Reach("default", frozenset(), frozenset({"loc_1"}))
SEEN = {
    ALL: {"whe_all", "whe_north", "whe_both", "whe_place"},
    NORTH: {"whe_north"},
    BOTH_PRACTICES: {"whe_north", "whe_both"},
    PLACE: {"whe_place"},
    Reach("others"): {"whe_strange"},
    Reach("nobody"): set(),
}
ENDPOINTS = (
    endpoint("whe_all"),
    endpoint("whe_north", practices=["north"]),
    endpoint("whe_both", practices=["north", "south"]),
    endpoint("whe_place", locations=["loc_1"]),
    endpoint("whe_strange", organization="others"),
)


async def fill(store: Store) -> None:
    await Organizations(store.database).add(Organization(name="others"))
    north = await store.practice("north")
    strange = {"name": "strange", "organization": "others"}
    await store.add_practice(north.model_copy(update=strange))
    for each in ENDPOINTS:
        await store.webhooks.add(each, SECRET)
    told = [event(n, practice=name) for n in (1, 2) for name in ("north", "south", "strange")]
    async with store.database.write() as connection:
        await put_events(connection, told)
    await store.outbox.assign()


def test_endpoints_and_deliveries_are_those_within_reach(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        await fill(store)
        lists = WebhookLists(store.database)
        for reach, seen in SEEN.items():
            assert {each.id for each in await lists.endpoints(reach)} == seen
            for each in ENDPOINTS:
                found = await lists.endpoint(each.id, reach)
                assert (found is not None) == (each.id in seen)
            sent = await lists.deliveries(reach)
            assert {one.endpoint for one, _ in sent} <= seen
            strange = reach.organization == "others"
            assert {one.practice for one, _ in sent} <= (
                reach.practices or ({"strange"} if strange else {"north", "south"})
            )
            for one, _ in await store.deliveries.listed():
                mine = await lists.delivery(one.id, reach)
                assert (mine is not None) == (one.id in {each.id for each, _ in sent})
        assert len(await lists.deliveries(ALL)) == 4 + 2 + 4

    in_store(tmp_path / "store.db", scene)


def test_pages_of_deliveries_follow_each_other(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        await fill(store)
        lists = WebhookLists(store.database)
        whole = await lists.deliveries(ALL)
        seen: list[tuple[Delivery, Event]] = []
        while page := await lists.deliveries(
            ALL, after=(seen[-1][0].begun_at, seen[-1][0].id) if seen else None, limit=3
        ):
            seen += page
        assert tuple(seen) == whole
        some = await lists.deliveries(ALL, endpoint="whe_north", state="waiting")
        assert {one.endpoint for one, _ in some} == {"whe_north"}
        assert await lists.deliveries(ALL, state="dead") == ()

    in_store(tmp_path / "store.db", scene)
