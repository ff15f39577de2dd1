"""What ends, runs out or is to be renewed is shown until that is done."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from automation.store import Store
from tests.serve.office import id_of, made
from tests.store.support import in_store
from tests.store.views.viewed import day, keep, whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_stock_that_ends_soon_or_runs_out_is_shown(path: Path) -> None:
    async def scene(store: Store) -> None:
        far = date(2027, 3, 1)
        await keep(
            store,
            made("stock_batch", 1, expires_on=day(20), quantity=3.0),
            made("stock_batch", 2, expires_on=far, quantity=3.0),
            made("stock_batch", 3, expires_on=day(20), quantity=0.0),
            made("inventory_item", 1, expires_on=day(1), name="Cerenia", on_hand=4.0),
            made("inventory_item", 2, on_hand=1.0, reorder_level=2.0, reorder_quantity=10.0),
            made("inventory_item", 3, on_hand=2.0, reorder_level=2.0),
        )
        rows = await whole(store, "stock_expiring")
        assert {row["id"] for row in rows} == {id_of("stock_batch", 1), id_of("inventory_item", 1)}
        assert {row["object"]: row["quantity"] for row in rows} == {
            "stock_batch": 3.0,
            "inventory_item": 4.0,
        }
        later = await whole(store, "stock_expiring", start=day(2), end=far)
        assert {row["id"] for row in later} == {id_of("stock_batch", n) for n in (1, 2)}
        [low] = await whole(store, "stock_to_reorder")
        assert (low["id"], low["reorder_quantity"]) == (id_of("inventory_item", 2), 10.0)

    in_store(path, scene)


def test_scripts_that_end_and_are_not_renewed_are_due(path: Path) -> None:
    async def scene(store: Store) -> None:
        state: dict[str, Any] = {"status": "authorized"}
        await keep(
            store,
            made("prescription", 1, expires_on=day(9), **state),
            made("prescription", 2, expires_on=day(9), **state),
            made("prescription", 3, renewed_from_id=id_of("prescription", 2), **state),
            made("prescription", 4, refills_remaining=0, **state),
        )
        rows = await whole(store, "scripts_due")
        assert {row["id"] for row in rows} == {id_of("prescription", n) for n in (1, 4)}

    in_store(path, scene)
