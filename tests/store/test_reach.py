"""What a caller may see is decided by organization, practices and locations together."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from automation.model import Organization
from automation.store import Lists, Organizations, Reach, Store
from automation.store.schema import entity_table
from tests.store.support import NORTH, in_store, many


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_practices_are_those_of_the_organization_that_a_caller_may_see(path: Path) -> None:
    async def scene(store: Store) -> None:
        await Organizations(store.database).add(Organization(name="other"))
        strange = NORTH.model_copy(
            update={"name": "strange", "organization": "other", "timezone": "Europe/Paris"}
        )
        await store.add_practice(strange)
        lists = Lists(store.database)
        assert list(await lists.practices(Reach("default"))) == ["north", "south"]
        assert await lists.practices(Reach("other")) == {"strange": "Europe/Paris"}
        assert await lists.practices(Reach("default", frozenset({"strange"}))) == {}
        assert await lists.practices(Reach("", frozenset({"north"}))) == {}

    in_store(path, scene)


def test_whoever_may_see_some_locations_sees_nothing_that_has_none(path: Path) -> None:
    async def scene(store: Store) -> int:
        await store.upsert(many(1, 3), practice=NORTH, run="r1")
        table = entity_table("patient")
        reach = Reach("default", locations=frozenset({"loc_a"}))
        async with store.database.read() as connection:
            found = await connection.execute(select(table.c.id).where(*reach.within(table)))
            return len(found.all())

    assert in_store(path, scene) == 0
