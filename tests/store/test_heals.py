"""Repairs as rows: proposed once, and what became of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from automation.errors import NotKnown
from automation.model import Heal, PatchLine
from automation.store import Heals, Store
from tests.fakes import START
from tests.store.support import in_store

T = TypeVar("T")
HEAL = Heal(
    portal="acme",
    practice="south",
    kind="locator",
    fingerprint="0123456789ab",
    rule="dom.loc.missing",
    file="flow list-pets",
    flow="list-pets",
    step="2",
    patch=(PatchLine(op="replace", path="/steps/1/target/name", before="Find", after="Search"),),
    at=START,
)
OTHER = HEAL.model_copy(update={"file": "flow get-pet", "fingerprint": "ffffffffffff"})


def with_heals(home: Path, scene: Callable[[Heals], Awaitable[T]]) -> T:
    async def whole(store: Store) -> T:
        return await scene(Heals(store.database))

    return in_store(home / "store.db", whole)


def test_a_repair_that_was_decided_is_never_proposed_again(tmp_path: Path) -> None:
    async def scene(heals: Heals) -> None:
        assert await heals.propose(HEAL) == HEAL
        rejected = HEAL.model_copy(update={"state": "rejected"})
        await heals.put(rejected)
        assert await heals.propose(HEAL.model_copy(update={"practice": "north"})) == rejected
        assert await heals.find() == (rejected,)

    with_heals(tmp_path, scene)


def test_repairs_are_found_by_what_is_asked_for(tmp_path: Path) -> None:
    async def scene(heals: Heals) -> None:
        await heals.propose(HEAL)
        await heals.propose(OTHER)
        assert await heals.find(fingerprint="ffffffffffff") == (OTHER,)
        assert await heals.find(states=["accepted"]) == ()
        assert len(await heals.find(portal="acme", practice="south")) == 2
        assert await heals.get(HEAL.id[:6]) == HEAL
        with pytest.raises(NotKnown, match="zz"):
            await heals.get("zz")

    with_heals(tmp_path, scene)
