"""An event is kept with its cause or not at all, once, and comes back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.store import Store
from automation.store.events import find_events, put_events
from tests.store.support import in_store
from tests.store.telling import event


def test_an_event_comes_back_as_it_was_kept_with_a_number(tmp_path: Path) -> None:
    kept = event(1).model_copy(
        update={"fields": ("name",), "data": {"state": "on", "n": None}, "location": "loc_1"}
    )

    async def scene(store: Store) -> None:
        async with store.database.write() as connection:
            assert await put_events(connection, (kept, kept, event(2))) == 2
            assert await put_events(connection, (kept,)) == 0
        async with store.database.read() as connection:
            found = await find_events(connection, (kept.id, "evt_none"))
        assert found == {kept.id: kept.model_copy(update={"sequence": 1})}

    in_store(tmp_path / "store.db", scene)


def test_an_event_whose_cause_is_not_written_is_not_there(tmp_path: Path) -> None:
    async def stopped(store: Store) -> None:
        async with store.database.write() as connection:
            await put_events(connection, (event(1),))
            raise ZeroDivisionError

    async def scene(store: Store) -> None:
        with pytest.raises(ZeroDivisionError):
            await stopped(store)
        assert await store.outbox.events("default") == ()

    in_store(tmp_path / "store.db", scene)
