"""One switch stops all writes, and stays where it is put."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.store import Store, WriteStop, WriteSwitch
from tests.fakes import START
from tests.store.support import in_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_the_switch_outlives_the_process_that_set_it(path: Path) -> None:
    async def stopping(store: Store) -> None:
        switch = WriteSwitch(store.database)
        assert await switch.stopped() is None
        assert await switch.stop("wrong prices", at=START)

    async def later(store: Store) -> WriteStop | None:
        return await WriteSwitch(store.database).stopped()

    in_store(path, stopping)
    assert in_store(path, later) == WriteStop("wrong prices", START)


def test_stopping_twice_keeps_the_first_reason_and_starting_once_ends_it(path: Path) -> None:
    async def scene(store: Store) -> None:
        switch = WriteSwitch(store.database)
        assert not await switch.start()
        await switch.stop("first", at=START)
        assert not await switch.stop("second", at=START)
        stop = await switch.stopped()
        assert stop is not None
        assert stop.why == "first"
        assert await switch.start()
        assert await switch.stopped() is None

    in_store(path, scene)
