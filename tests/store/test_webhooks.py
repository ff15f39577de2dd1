"""Endpoints and what signs for them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.errors import Bug, NotKnown
from automation.model import Organization, Secret
from automation.store import Organizations, Store
from tests import canary
from tests.databases import files_of
from tests.fakes import START, VirtualClock
from tests.store.support import in_store
from tests.store.telling import SECRET, endpoint

NEXT = Secret("whsec_bmV4dCBvbmU=")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_an_endpoint_comes_back_as_it_was_kept(path: Path) -> None:
    wish: dict[str, Any] = {
        "practices": ["north"],
        "types": ["client.*"],
        "payload": "full",
        "reads": ["client"],
    }
    kept = endpoint(**wish, description="x", created_by="cli:anna", locations=["loc_1"])

    async def scene(store: Store) -> None:
        await store.webhooks.add(kept, SECRET)
        assert await store.webhooks.find("whe_1") == kept
        assert await store.webhooks.all("default") == (kept,)
        with pytest.raises(Bug):
            await store.webhooks.add(kept, SECRET)

    in_store(path, scene)


def test_an_endpoint_of_another_organization_is_not_there(path: Path) -> None:
    async def scene(store: Store) -> None:
        await Organizations(store.database).add(Organization(name="others"))
        await store.webhooks.add(endpoint(), SECRET)
        assert await store.webhooks.all("others") == ()
        for use in (
            store.webhooks.find("whe_1", organization="others"),
            store.webhooks.switch("whe_1", on=False, organization="others"),
            store.webhooks.remove("whe_1", organization="others"),
            store.webhooks.rotate("whe_1", NEXT, organization="others", until=START),
        ):
            with pytest.raises(NotKnown, match="no webhook endpoint") as caught:
                await use
            assert "whe_1" not in caught.value.remedy
        assert (await store.webhooks.find("whe_1")).state == "enabled"

    in_store(path, scene)


def test_while_a_secret_is_rotated_both_sign_and_then_the_new_one_alone(path: Path) -> None:
    clock = VirtualClock()

    async def scene(store: Store) -> None:
        await store.webhooks.add(endpoint(), SECRET)
        assert await store.webhooks.secrets("whe_1") == (SECRET,)
        until = START + timedelta(hours=1)
        found = await store.webhooks.rotate("whe_1", NEXT, organization="default", until=until)
        assert found.previous_until == until
        assert await store.webhooks.secrets("whe_1") == (NEXT, SECRET)
        clock.pass_time(3600)
        assert await store.webhooks.secrets("whe_1") == (NEXT,)

    in_store(path, scene, clock=clock)


def test_secrets_stand_sealed_in_the_file(path: Path) -> None:
    """The sealer of these tests writes backwards what it seals."""

    async def scene(store: Store) -> None:
        await store.webhooks.add(endpoint(), SECRET)
        await store.webhooks.rotate("whe_1", NEXT, organization=None, until=START)

    in_store(path, scene)
    plain = {"secret": SECRET.reveal(), "next": NEXT.reveal()}
    assert canary.scan(files_of(path), plain) == []
    assert canary.scan(files_of(path), {"sealed": SECRET.reveal()[::-1]})


def test_one_that_is_enabled_again_begins_as_if_it_never_failed(path: Path) -> None:
    async def scene(store: Store) -> None:
        facts = {"failures": 7, "failing_since": START, "held_until": START}
        await store.webhooks.add(endpoint().model_copy(update=facts), SECRET)
        off = await store.webhooks.switch("whe_1", on=False, why="it is gone")
        assert (off.state, off.why, off.failures) == ("disabled", "it is gone", 7)
        on = await store.webhooks.switch("whe_1", on=True)
        assert (on.state, on.why) == ("enabled", "")
        assert (on.failures, on.failing_since, on.held_until) == (0, None, None)

    in_store(path, scene)


def test_one_with_another_address_keeps_its_secret_and_is_sent_to_at_once(path: Path) -> None:
    async def scene(store: Store) -> None:
        facts = {"failures": 7, "failing_since": START, "held_until": START}
        await store.webhooks.add(endpoint().model_copy(update=facts), SECRET)
        moved = await store.webhooks.readdress("whe_1", "https://other.example/in")
        assert moved == endpoint().model_copy(update={"url": "https://other.example/in"})
        assert await store.webhooks.secrets("whe_1") == (SECRET,)
        with pytest.raises(NotKnown):
            await store.webhooks.readdress("whe_1", "https://x.example", organization="others")

    in_store(path, scene)


def test_one_that_is_removed_is_gone(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.webhooks.add(endpoint(), SECRET)
        assert (await store.webhooks.remove("whe_1", organization="default")).id == "whe_1"
        assert await store.webhooks.all() == ()

    in_store(path, scene)
