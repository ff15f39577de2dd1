"""Incidents as rows: found by what is asked for, with their history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from automation.store import Baselines, BaselineTurn, Incidents, Store
from tests.fakes import START
from tests.store.drifting import KEY, event, incident
from tests.store.support import Reversing, in_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def with_baselines(path: Path, scene: Callable[[Baselines, Incidents], Awaitable[object]]) -> None:
    async def whole(store: Store) -> None:
        await scene(Baselines(store.database, Reversing()), Incidents(store.database))

    in_store(path, whole)


def test_incidents_are_found_by_what_is_asked_for(path: Path) -> None:
    first = incident()
    later = incident("net.op.new", state="noted", latest_at=START + timedelta(days=1))

    async def scene(rows: Baselines, incidents: Incidents) -> None:
        await rows.keep("south", [BaselineTurn(KEY, 0, b"", 1, [first, later])], at=START)
        assert await incidents.find() == (later, first)
        assert await incidents.find(states=["open"]) == (first,)
        assert await incidents.find(fingerprint=first.finding.fingerprint[:5]) == (first,)
        assert await incidents.find(practice="north") == ()
        assert await incidents.find(portal="acme", names=["list-pets"]) == (later, first)
        seen_again = first.model_copy(update={"runs": 2})
        await rows.keep("south", [BaselineTurn(KEY, 1, b"", 2, [seen_again])], at=START)
        assert await incidents.find(states=["open"]) == (seen_again,)

    with_baselines(path, scene)


def test_the_history_is_newest_first(path: Path) -> None:
    one = incident()
    events = [event(one), event(one, "resolved")]

    async def scene(rows: Baselines, incidents: Incidents) -> None:
        await rows.keep("south", [BaselineTurn(KEY, 0, b"", 1, [one], events)], at=START)
        assert await incidents.history("zz") == ()
        assert await incidents.history(practice="north") == ()
        told = await incidents.history(one.finding.fingerprint[:4])
        assert [each.what for each in told] == ["resolved", "opened"]

    with_baselines(path, scene)
