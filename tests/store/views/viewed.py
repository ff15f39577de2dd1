"""Reads whole views of a store, and tells what is kept in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

from automation.entities import Entity
from automation.model import Practice
from automation.store import VIEWS, Reach, Store, Views, Wanted
from tests.serve.office import NORTH, SOUTH

ALL: Final = Reach("default")
NOW: Final = datetime(2026, 3, 2, 15, tzinfo=UTC)
PRACTICES: Final[dict[str, Practice]] = {each.name: each for each in (NORTH, SOUTH)}


async def keep(store: Store, *rows: Entity) -> None:
    """Put entities into the store, each kind of each practice at once."""
    groups: dict[tuple[str, str], list[Entity]] = {}
    for row in rows:
        groups.setdefault((row.practice, row.kind), []).append(row)
    for (practice, _), some in groups.items():
        await store.upsert(some, practice=PRACTICES[practice], run="r1")


async def whole(store: Store, name: str, *, limit: int = 2, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """All pages of a view."""
    wanted = Wanted(**{"reach": ALL, "now": NOW, "limit": limit, **more})
    found: list[dict[str, Any]] = []
    while True:
        page = await Views(store.database).page(VIEWS[name], wanted)
        found += page.rows
        if page.end is None:
            return found
        assert len(page.rows) == limit
        wanted = replace(wanted, after=page.end)


def day(number: int) -> date:
    """A day of March."""
    return date(2026, 3, number)
