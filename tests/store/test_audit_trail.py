"""Rows of the audit log: pages, order, and one key for all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from automation.model import AuditEntry, AuditHead, AuditSeal
from automation.store import AuditTrail, AuditWish, Reach, Store
from automation.store import audit_trail as module
from tests.fakes import START
from tests.store.support import NORTH, Reversing, in_store

ENTRY = AuditEntry("c", 1, "2026-03-02", "a", "b.c", "north", "o", "done", "", "{}", "m")
FRESH = b"0123456789abcdef" * 2


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def next_seal(head: AuditHead, last: AuditSeal | None) -> tuple[AuditSeal, AuditHead]:
    number = last.number + 1 if last else 1
    return AuditSeal(number, "c", 1, 1, "m", head.chain, f"s{number}"), AuditHead(number, "c", "h")


def test_there_is_no_key_before_the_first_and_one_for_all_afterwards(path: Path) -> None:
    async def scene(store: Store) -> list[bytes | None]:
        trail = AuditTrail(store.database, Reversing())
        return [
            await trail.key(),
            await trail.key_or_new(FRESH, at=START),
            await trail.key_or_new(b"another", at=START),
            await trail.key(),
        ]

    assert in_store(path, scene) == [None, FRESH, FRESH, FRESH]


def test_two_that_need_the_first_key_at_once_agree(path: Path) -> None:
    async def scene(store: Store) -> set[bytes]:
        trails = [AuditTrail(store.database, Reversing()) for _ in range(4)]
        asked = (
            trail.key_or_new(bytes([number]) * 32, at=START) for number, trail in enumerate(trails)
        )
        return set(await asyncio.gather(*asked))

    assert len(in_store(path, scene)) == 1


def test_a_batch_stands_there_with_its_seal_and_the_head_or_not_at_all(path: Path) -> None:
    async def scene(store: Store) -> tuple[object, ...]:
        trail = AuditTrail(store.database, Reversing())
        first = await trail.append([ENTRY], next_seal)
        twice = [replace(ENTRY, number=2), replace(ENTRY, number=2)]
        with pytest.raises(Exception, match="the audit log only grows|duplicate key"):
            await trail.append(twice, next_seal)
        async with trail.view() as view:
            seals = [each async for each in view.seals()]
            return first, await view.head(), seals, await view.chains(), await trail.seal(2)

    first, head, seals, chains, second = in_store(path, scene)
    assert first == (AuditHead(), AuditHead(1, "c", "h"))
    assert head == AuditHead(1, "c", "h")
    assert seals == [AuditSeal(1, "c", 1, 1, "m", "", "s1")]
    assert chains == [("c", 1, 1, 1)]
    assert second is None


def test_pages_hold_every_entry_and_seal_once_and_in_order(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAGE", 3)

    async def scene(store: Store) -> tuple[list[tuple[str, str, int]], list[int]]:
        trail = AuditTrail(store.database, Reversing())
        for number in range(1, 8):
            at = f"2026-03-0{1 + number // 3}"
            both = [replace(ENTRY, chain=chain, number=number, at=at) for chain in "ba"]
            await trail.append(both, next_seal)
        async with trail.view() as view:
            seals = [each.number async for each in view.seals()]
        return [(each.at, each.chain, each.number) async for each in trail.entries()], seals

    entries, seals = in_store(path, scene)
    assert entries == sorted(entries)
    assert len(set(entries)) == 14
    assert seals == [1, 2, 3, 4, 5, 6, 7]


def test_owners_are_those_of_the_practices_that_exist(path: Path) -> None:
    async def scene(store: Store) -> dict[str, str]:
        return await AuditTrail(store.database, Reversing()).owners({"north", "nowhere"})

    assert in_store(path, scene) == {"north": NORTH.organization}


def test_a_head_that_is_gone_is_made_again(path: Path) -> None:
    async def scene(store: Store) -> AuditHead | None:
        trail = AuditTrail(store.database, Reversing())
        async with store.database.write() as connection:
            on = " ON audit_head" if connection.dialect.name == "postgresql" else ""
            await connection.exec_driver_sql(f"DROP TRIGGER audit_head_no_delete{on}")
            await connection.exec_driver_sql("DELETE FROM audit_head")
        await trail.append([ENTRY], next_seal)
        async with trail.view() as view:
            return await view.head()

    assert in_store(path, scene) == AuditHead(1, "c", "h")


def test_entries_are_shown_within_reach_the_latest_first_and_page_by_page(path: Path) -> None:
    async def scene(store: Store) -> None:
        trail = AuditTrail(store.database, Reversing())
        entries = [
            replace(ENTRY, number=n, at=f"2026-03-0{1 + n // 3}", practice=name, organization=owner)
            for n, (name, owner) in enumerate(
                [("north", "o"), ("south", "o"), ("", "o"), ("east", "x"), ("north", "o")], 1
            )
        ]
        await trail.append(entries, next_seal)

        async def numbers(reach: Reach, **more: object) -> list[int]:
            found = await trail.page(replace(AuditWish(reach), **more))  # type: ignore[arg-type]
            return [each.number for each in found]

        whole = Reach("o")
        assert await numbers(whole) == [5, 3, 2, 1]
        assert await numbers(Reach("o", frozenset({"north"}))) == [5, 1]
        assert await numbers(Reach("x")) == [4]
        assert await numbers(whole, limit=2) == [5, 3]
        assert await numbers(whole, before=("2026-03-02", "c", 3)) == [2, 1]
        assert await numbers(whole, since="2026-03-02", until="2026-03-03") == [5, 3]
        assert await numbers(whole, action="b.*", practice="south") == [2]
        assert await numbers(whole, action="b.%") == []

    in_store(path, scene)
