"""Terms follow their entity: new ones replace those of before, and no other's."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from automation.store import Store
from automation.store.schema import SEARCH_TERM
from tests.store.support import NORTH, SOUTH, in_store, patients, pet


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_terms_are_those_of_the_entities_as_they_are(path: Path) -> None:
    async def scene(store: Store) -> set[tuple[str, str]]:
        await store.upsert(patients(pet(1, "Rex"), pet(2, "Max")), practice=NORTH, run="r1")
        await store.upsert(patients(pet(1, "Zoe"), practice=SOUTH), practice=SOUTH, run="r1")
        await store.upsert(patients(pet(1, "Old Rex"), pet(2, "")), practice=NORTH, run="r2")
        async with store.database.read() as connection:
            rows = await connection.execute(select(SEARCH_TERM.c.practice, SEARCH_TERM.c.term))
            return {(row.practice, row.term) for row in rows}

    assert in_store(path, scene) == {("north", "old"), ("north", "rex"), ("south", "zoe")}
