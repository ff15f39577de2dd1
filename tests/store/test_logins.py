"""Whether anybody may have come to share a login is seen without opening a name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from automation.model import Practice
from automation.store import Logins, Store
from automation.store.logins import Glance
from tests.store.support import in_store

USER = "credential.username"


def practice(name: str, **more: str) -> Practice:
    given = {"portal": "acme", "base_url": "https://x.example", "label": name.title()}
    return Practice(name=name, **{**given, **more})


async def join(store: Store) -> None:
    await store.put_sealed("south", USER, b"ada")


async def come(store: Store) -> None:
    await store.add_practice(practice("west"))
    await store.put_sealed("west", USER, b"ada")


async def be_renamed(store: Store) -> None:
    await store.update_practice(practice("north", label="Northern"))


async def be_put_again(store: Store) -> None:
    await store.put_sealed("north", USER, b"ada")


async def move(store: Store) -> None:
    await store.update_practice(practice("north", portal="other"))


async def use_a_session(store: Store) -> None:
    await store.put_sealed("north", "session", b"s")
    await store.put_sealed("north", "credential.password", b"p")


async def come_elsewhere(store: Store) -> None:
    await store.add_practice(practice("west", portal="other"))
    await store.put_sealed("west", USER, b"ada")


def glances(path: Path, happens: Callable[[Store], Awaitable[None]]) -> tuple[Glance, Glance]:
    async def scene(store: Store) -> tuple[Glance, Glance]:
        for name in ("north", "south"):
            await store.update_practice(practice(name))
        await store.put_sealed("north", USER, b"ada")
        logins = Logins(store.database)
        before = await logins.glance("acme")
        await happens(store)
        return before, await logins.glance("acme")

    return in_store(path / "store.db", scene)


@pytest.mark.parametrize("happens", [join, come, be_renamed, be_put_again, move])
def test_what_may_change_who_shares_a_login_is_seen(
    tmp_path: Path, happens: Callable[[Store], Awaitable[None]]
) -> None:
    before, after = glances(tmp_path, happens)
    assert before == (("north", "North", 1),)
    assert before != after


@pytest.mark.parametrize("happens", [use_a_session, come_elsewhere])
def test_what_changes_nothing_of_that_is_not(
    tmp_path: Path, happens: Callable[[Store], Awaitable[None]]
) -> None:
    before, after = glances(tmp_path, happens)
    assert before == after
