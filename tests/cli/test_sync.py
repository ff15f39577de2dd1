"""A sync on the command line stands back where another one works."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from automation.errors import Transient
from automation.pipeline import Tools, syncing
from automation.store import Database, Leases
from tests.cli.invoking import invoked
from tests.engine import run_engine
from tests.pipeline.scene import NORTH, played


def test_a_sync_by_hand_ends_with_75_while_another_process_reads_the_practice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def adding(tools: Tools) -> None:
        await tools.store.add_practice(NORTH)

    async def held() -> object:
        database = await Database.open(f"sqlite:///{tmp_path / 'vetportal.db'}")
        try:
            return await Leases(database).acquire("sync:north")
        finally:
            await database.close()

    monkeypatch.setenv("VETPORTAL_HOME", str(tmp_path))
    monkeypatch.setattr(syncing, "_MARGIN", -Leases(cast("Database", None)).seconds)
    played(tmp_path, adding)
    assert run_engine(held()) is not None
    problem = invoked("sync", "north").exception
    assert isinstance(problem, Transient)
    assert (problem.exit_code, problem.message) == (75, "another sync of north is under way")
