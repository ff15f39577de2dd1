"""What was taken for invoices is summed in one statement, within what may be seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from automation.model import Organization
from automation.store import Organizations, Reach, Store, Taken, Views
from tests.serve.office import NORTH, SOUTH, id_of, made
from tests.store.support import in_store, statements


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


ALL = Reach("default")


async def keep(store: Store, *rows: Any) -> None:  # noqa: ANN401
    for row in rows:
        practice = {each.name: each for each in (NORTH, SOUTH)}[row.practice]
        await store.upsert([row], practice=practice, run="r1")


def payment(number: int, bill: int, amount: int | None, **more: Any) -> Any:  # noqa: ANN401
    facts = {"status": "approved", "currency": "USD", "amount_minor": amount, **more}
    return made("payment", number, invoice_id=id_of("invoice", bill), **facts)


def deposit(number: int, bill: int, amount: int, left: int) -> Any:  # noqa: ANN401
    own = {"invoice_id": id_of("invoice", bill), "amount_minor": amount, "remaining_minor": left}
    return made("deposit", number, NORTH, status="approved", currency="USD", **own)


def test_what_was_taken_counts_what_came_less_what_went_back(path: Path) -> None:
    async def scene(store: Store) -> None:
        await keep(
            store,
            payment(1, 1, 6_000),
            payment(2, 1, 4_000, method="credit"),
            payment(3, 1, 9_000, status="declined"),
            payment(4, 1, 8_000, status="voided"),
            payment(5, 1, -500, status="refunded"),
            payment(6, 1, 700, status="refunded"),
            deposit(1, 1, 5_000, 1_000),
            payment(7, 2, None),
            payment(8, 2, 5, status="pending"),
            payment(9, 3, 5),
            payment(10, 3, 5, currency="EUR"),
        )
        views = Views(store.database)
        bills = [id_of("invoice", number) for number in (1, 2, 3, 4)]
        with statements(store) as sent:
            found = await views.taken(bills, ALL)
        assert len(sent) == 1
        one = found[bills[0]]
        assert one == Taken(7, 0, 9_500, 4_000, 4_000, "USD")
        assert one.taken_minor == 9_500
        assert (found[bills[1]].unclear, found[bills[2]].unclear) == (2, 1)
        assert bills[3] not in found
        assert await views.taken([], ALL) == {}

    in_store(path, scene)


def test_nothing_of_others_is_counted(path: Path) -> None:
    async def scene(store: Store) -> None:
        await Organizations(store.database).add(Organization(name="strangers"))
        await keep(store, payment(1, 1, 6_000))
        views = Views(store.database)
        bills = [id_of("invoice", 1)]
        assert await views.taken(bills, Reach("strangers")) == {}
        assert await views.taken(bills, Reach("default", frozenset({"south"}))) == {}

    in_store(path, scene)
