"""Organizations own practices, and a practice has exactly one."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import BadArgument, NotKnown
from automation.model import Organization
from automation.store import Organizations, Store
from tests.store.support import NORTH, in_store

GROUP = Organization(name="vet-group", title="Vet Group")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_the_default_organization_is_always_there(path: Path) -> None:
    async def scene(store: Store) -> None:
        assert [each.name for each in await Organizations(store.database).all()] == ["default"]

    in_store(path, scene)


def test_an_organization_comes_back_as_it_was_and_its_name_is_given_once(path: Path) -> None:
    async def scene(store: Store) -> None:
        organizations = Organizations(store.database)
        await organizations.add(GROUP)
        assert await organizations.find("vet-group") == GROUP
        with pytest.raises(BadArgument, match="already named 'vet-group'"):
            await organizations.add(GROUP.model_copy(update={"title": "Other"}))
        assert await organizations.find("vet-group") == GROUP
        with pytest.raises(NotKnown) as caught:
            await organizations.find("vet-groop")
        assert caught.value.remedy == "Known: default, vet-group."

    in_store(path, scene)


def test_a_practice_belongs_to_an_organization_that_is_there(path: Path) -> None:
    stray = NORTH.model_copy(update={"name": "stray", "organization": "vet-group"})

    async def scene(store: Store) -> None:
        for step in (store.add_practice(stray), store.update_practice(stray)):
            with pytest.raises(NotKnown, match="no organization is named 'vet-group'"):
                await step
        await Organizations(store.database).add(GROUP)
        await store.add_practice(stray)
        assert [each.name for each in await store.practices("vet-group")] == ["stray"]
        assert [each.name for each in await store.practices("default")] == ["north", "south"]

    in_store(path, scene)
