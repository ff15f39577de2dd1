"""Branches give one order, however many they are, and no more than is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from automation.model import Event
from automation.store import Store, merged
from automation.store.events import put_events
from automation.store.merged import read_merged
from automation.store.schema import EVENT
from tests.store.support import in_store, statements
from tests.store.telling import event

EVENTS: tuple[Event, ...] = tuple(event(number, type_=f"t.{number % 5}") for number in range(20))


@pytest.mark.parametrize("at_once", [1, 2, 50])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 7, 100])
def test_branches_are_one_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int, descending: bool, limit: int
) -> None:
    monkeypatch.setattr(merged, "_AT_ONCE", at_once)
    row = EVENT.c
    order = row.sequence.desc() if descending else row.sequence

    async def scene(store: Store) -> None:
        async with store.database.write() as connection:
            await put_events(connection, EVENTS)
        some = [select(EVENT).where(row.type == f"t.{n}").order_by(order) for n in range(4)]
        async with store.database.read() as connection:
            with statements(store) as sent:
                found = await read_merged(
                    connection, some, ("sequence",), limit, descending=descending
                )
        kept = [each.id for each in EVENTS if each.type != "t.4"]
        wanted = [*reversed(kept)] if descending else kept
        assert [each["id"] for each in found] == wanted[:limit]
        assert len(sent) == -(-len(some) // at_once)

    in_store(tmp_path / "store.db", scene)


def test_no_branch_is_no_row(tmp_path: Path) -> None:
    async def scene(store: Store) -> list[dict[str, object]]:
        async with store.database.read() as connection:
            return await read_merged(connection, [], ("sequence",), 5)

    assert in_store(tmp_path / "store.db", scene) == []
