"""Who is told of drift is kept, and the address of a service stands sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from automation.errors import Bug, NotKnown
from automation.model import Organization
from automation.store import Erasure, Organizations, Store
from tests import canary
from tests.databases import files_of
from tests.store.lettering import URL, found_in, recipient, seen
from tests.store.support import in_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_a_recipient_comes_back_as_it_was_kept(path: Path) -> None:
    wish: dict[str, Any] = {
        "practices": ["north"],
        "severity": "breaking",
        "digest": False,
        "wakes": False,
    }
    kept = recipient(**wish, quiet_hours=["22:00-06:00"], timezone="Europe/Berlin", created_by="x")

    async def scene(store: Store) -> None:
        await store.recipients.add(kept)
        assert await store.recipients.find("rcp_1") == kept
        assert await store.recipients.all("default") == (kept,)
        assert await store.recipients.url("rcp_1") is None
        with pytest.raises(Bug):
            await store.recipients.add(kept)

    in_store(path, scene)


def test_the_address_of_a_service_is_sealed_and_opens_again(path: Path) -> None:
    """The sealer of these tests writes backwards what it seals."""

    async def scene(store: Store) -> None:
        await store.recipients.add(recipient(address="", service="slack"), URL)
        assert await store.recipients.url("rcp_1") == URL
        assert URL.reveal() not in repr(await store.recipients.find("rcp_1"))

    in_store(path, scene)
    assert canary.scan(files_of(path), {"url": URL.reveal()}) == []
    assert canary.scan(files_of(path), {"sealed": URL.reveal()[::-1]})


def test_a_recipient_of_another_organization_is_not_there(path: Path) -> None:
    async def scene(store: Store) -> None:
        await Organizations(store.database).add(Organization(name="others"))
        await store.recipients.add(recipient())
        assert await store.recipients.all("others") == ()
        for use in (
            store.recipients.find("rcp_1", organization="others"),
            store.recipients.remove("rcp_1", organization="others"),
        ):
            with pytest.raises(NotKnown, match="no recipient") as caught:
                await use
            assert "rcp_1" not in caught.value.remedy

    in_store(path, scene)


def test_one_that_is_removed_goes_with_its_letters(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.recipients.add(recipient())
        await seen(store, found_in("south"))
        assert await store.letters.listed()
        assert (await store.recipients.remove("rcp_1")).id == "rcp_1"
        assert await store.letters.listed() == ()
        assert await store.recipients.all() == ()

    in_store(path, scene)


def test_who_is_told_of_one_practice_goes_with_it_and_who_is_told_of_two_stays(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.recipients.add(recipient("rcp_1", practices=["south"]))
        await store.recipients.add(recipient("rcp_2", practices=["north", "south"]))
        counts = await Erasure(store.database).erase("south")
        assert counts["recipients"] == 1
        [left] = await store.recipients.all()
        assert (left.id, left.practices) == ("rcp_2", ("north",))

    in_store(path, scene)
