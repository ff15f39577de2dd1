"""Records that may be the same are found by an index, within reach, and decisions are kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from automation.entities import Entity
from automation.store import Decided, Likenesses, Reach, Store
from automation.store.likenesses import MANY
from tests.serve.office import NORTH, SOUTH, id_of, made
from tests.store.support import in_store, statements

ALL = Reach("default")


@pytest.fixture
def path(tmp_path: Path, database: str) -> Path:
    return tmp_path / "store.db"


async def keep(store: Store, *rows: Entity) -> None:
    for practice in (NORTH, SOUTH):
        own = [row for row in rows if row.practice == practice.name]
        await store.upsert(own, practice=practice, run="r1")


def test_partners_share_something_that_few_have(path: Path) -> None:
    mail, phone = [{"address": "a@b.org"}], [{"number": "+13125550147"}]
    desk = [{"number": "+13125550100"}]

    async def scene(store: Store) -> None:
        await keep(
            store,
            made("client", 1, emails=mail, phones=desk, name="Jane"),
            made("client", 2, SOUTH, emails=mail, phones=desk, name="Jane"),
            made("client", 3, SOUTH, phones=phone, name="Jane"),
            made("client", 4, phones=phone),
            *(made("client", 10 + n, SOUTH, phones=desk) for n in range(MANY)),
        )
        one, two, three, four = (
            id_of("client", number, practice)
            for number, practice in ((1, NORTH), (2, SOUTH), (3, SOUTH), (4, NORTH))
        )
        found = await Likenesses(store.database, ALL).partners("client", [one, two, three, four])
        assert found == {one: {two}, two: {one}, three: {four}, four: {three}}
        north = Likenesses(store.database, Reach("default", frozenset({"north"})))
        assert await north.partners("client", [one, four]) == {}

    in_store(path, scene)


def test_records_are_gone_through_practice_by_practice(path: Path) -> None:
    async def scene(store: Store) -> None:
        rows = [made("patient", n, NORTH if n % 2 else SOUTH, name="Rex") for n in range(9)]
        await keep(store, *rows)
        found, after, seen = Likenesses(store.database, ALL), ("", ""), []
        while page := await found.next_ids("patient", after, 2):
            seen += page
            after = page[-1]
        assert seen == sorted((row.practice, row.id) for row in rows)
        some = await found.records("patient", {number for _, number in seen[:3]} | {"pat_none"})
        assert sorted(some) == sorted(number for _, number in seen[:3])

    in_store(path, scene)


def test_a_decision_takes_the_place_of_the_one_before(path: Path) -> None:
    async def scene(store: Store) -> None:
        found = Likenesses(store.database, ALL)
        first = Decided("a", "b", "client", "north", "south", "same", "token:x", "", 1.0)
        await found.decide(first)
        await found.decide(Decided("a", "c", "client", "north", "south", "same", "x", "", 2.0))
        again = Decided("a", "b", "client", "north", "south", "different", "token:y", "no", 3.0)
        await found.decide(again)
        assert await found.decided([("a", "b"), ("b", "c")]) == {("a", "b"): again}
        assert await found.decisions("client", "different", ("", ""), 9) == [again]
        assert len(await found.decisions("client", "same", ("a", "b"), 9)) == 1
        for reach in (Reach("strangers"), Reach("default", frozenset({"north"}))):
            assert not await Likenesses(store.database, reach).decisions(
                "client", "same", ("", ""), 9
            )

    in_store(path, scene)


def test_looking_for_partners_costs_the_same_statements_whatever_there_is(path: Path) -> None:
    born = date(2020, 5, 1)

    async def scene(store: Store) -> set[int]:
        costs = set()
        for size in (2, 150):
            rows = [
                made("patient", n, practice, name=f"Rex {n}", date_of_birth=born)
                for n in range(size)
                for practice in (NORTH, SOUTH)
            ]
            await keep(store, *rows)
            ids = [row.id for row in rows[:100]]
            with statements(store) as sent:
                found = await Likenesses(store.database, ALL).partners("patient", ids)
            assert all(len(others) == 1 for others in found.values())
            costs.add(len(sent))
        return costs

    assert len(in_store(path, scene)) == 1
