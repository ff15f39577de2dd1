"""The database tells the time."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from sqlalchemy import select

from automation.store import Store
from automation.store.now import database_now
from tests.store.support import in_store


def test_the_databases_time_is_in_epoch_seconds_and_goes_on(tmp_path: Path) -> None:
    async def told(store: Store) -> float:
        async with store.database.read() as connection:
            found = await connection.execute(select(database_now(connection)))
            return float(found.scalar_one())

    async def scene(store: Store) -> list[float]:
        first = await told(store)
        await asyncio.sleep(0.01)
        return [first, await told(store)]

    first, second = in_store(tmp_path / "store.db", scene)
    assert first < second
    assert abs(second - time.time()) < 60
