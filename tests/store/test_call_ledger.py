"""What calls use up is remembered for other processes and for the next one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from automation.model import Budget, Charge
from automation.store import CallLedger, Store
from tests.store.support import in_store

NOW = 1_790_000_000.0
THREE = Charge("list-things", Budget(calls=3))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def ledger(store: Store) -> CallLedger:
    return CallLedger(store.database)


async def take(kept: CallLedger, now: float, charge: Charge = THREE, user: str = "anna") -> float:
    _, wait = await kept.take(user, charge, now, told={})
    return wait


def test_a_new_process_waits_for_what_the_one_before_used_up(path: Path) -> None:
    async def before(store: Store) -> None:
        for second in range(3):
            assert await take(ledger(store), NOW + second) == 0

    async def after(store: Store) -> None:
        kept = ledger(store)
        assert await take(kept, NOW + 10) == 50
        assert await take(kept, NOW + 60) == 0
        assert await take(kept, NOW + 60) == 1

    in_store(path, before)
    in_store(path, after)


def test_a_late_answer_that_is_told_at_the_end_counts_from_when_it_came(path: Path) -> None:
    async def scene(store: Store) -> None:
        kept, whole = ledger(store), Charge("list-things", THREE.budget, 3)
        number, _ = await kept.take("anna", whole, NOW, told={})
        await kept.tell({number: (NOW + 100, 3)})
        assert await take(kept, NOW + 60) == 40

    in_store(path, scene)


def test_of_many_that_ask_at_once_as_many_are_let_in_as_fit(path: Path) -> None:
    async def scene(store: Store) -> None:
        waits = await asyncio.gather(*(take(ledger(store), NOW) for _ in range(12)))
        assert sorted(waits) == [0] * 3 + [60] * 9

    in_store(path, scene)


def test_users_and_budgets_are_kept_apart(path: Path) -> None:
    async def scene(store: Store) -> None:
        kept, heavy = ledger(store), Charge("list-things", THREE.budget, 3)
        assert await take(kept, NOW, heavy) == 0
        assert await take(kept, NOW, heavy, user="ben") == 0
        assert await take(kept, NOW, Charge("list-others", THREE.budget, 3)) == 0
        assert await take(kept, NOW) == 60

    in_store(path, scene)


def test_what_a_call_turned_out_to_use_up_counts(path: Path) -> None:
    async def scene(store: Store) -> None:
        kept = ledger(store)
        number, _ = await kept.take("anna", THREE, NOW, told={})
        _, wait = await kept.take("anna", THREE, NOW + 5, told={number: (NOW + 90, 3)})
        assert wait == 85

    in_store(path, scene)


def test_nothing_is_kept_of_what_is_over_nor_of_what_a_wrong_clock_wrote(path: Path) -> None:
    async def scene(store: Store) -> None:
        kept = ledger(store)
        assert await take(kept, NOW + 86400) == 0  # a clock that is a day ahead
        for _ in range(3):
            assert await take(kept, NOW) == 0
        assert await take(kept, NOW + 60, Charge("list-others", THREE.budget)) == 0
        async with store.database.read() as connection:
            left = await connection.exec_driver_sql("SELECT budget FROM spent_call")
            assert left.scalars().all() == ["list-others"]

    in_store(path, scene)
