"""Faces read through one door, and each reading is one view of the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.entities import Appointment, InvoiceLine
from automation.errors import NotKnown
from automation.store import Choice, Listing, Lists, Reach, Store
from tests.store.support import NORTH, in_store, many, statements
from tests.store.test_listing import ALL, made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_a_page_costs_three_statements_whatever_its_size(path: Path) -> None:
    async def scene(store: Store) -> set[int]:
        await store.upsert(many(1, 60), practice=NORTH, run="r1")
        lists, counts = Lists(store.database), set()
        for limit in (1, 10, 50, 200):
            with statements(store) as sent:
                await lists.page(Listing((Choice("patient"),), ALL, limit=limit))
            counts.add(len(sent))
        return counts

    assert in_store(path, scene) == {3}


def test_what_refers_to_others_is_found_by_them_within_reach(path: Path) -> None:
    async def scene(store: Store) -> None:
        lines = [
            made(InvoiceLine, n, invoice_id=f"inv_{n % 3}", location_id="loc_a" if n < 6 else None)
            for n in range(9)
        ]
        await store.upsert(lines, practice=NORTH, run="r1")
        lists = Lists(store.database)
        asked = ("invoice_line", "invoice", ["inv_0", "inv_1"])
        found = await lists.children(*asked, ALL, limit=50)
        assert sorted(row.source_id for row in found) == ["0", "1", "3", "4", "6", "7"]
        only = Reach("default", locations=frozenset({"loc_a"}))
        assert len(await lists.children(*asked, only, limit=50)) == 4
        assert len(await lists.children(*asked, ALL, limit=2)) == 2
        assert await lists.children(*asked, Reach("other"), limit=50) == ()

    in_store(path, scene)


def test_entities_are_found_by_id_within_reach(path: Path) -> None:
    async def scene(store: Store) -> None:
        own = made(Appointment, 1)
        await store.upsert([own], practice=NORTH, run="r1")
        lists = Lists(store.database)
        assert set(await lists.found([("appointment", own.id)], ALL)) == {own.id}
        assert await lists.found([("appointment", own.id)], Reach("other")) == {}
        with pytest.raises(NotKnown, match="kind of entity"):
            await lists.found([("apointment", own.id)], ALL)

    in_store(path, scene)
