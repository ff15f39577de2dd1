"""What takes time is found by an index, within reach, whenever it began."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.entities import Entity
from automation.store import Calendar, CalendarColumn, Clinic, Reach, Store
from tests.serve.office import NORTH, SOUTH, id_of, made
from tests.store.support import in_store

DAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALL = Reach("default")


@pytest.fixture
def path(tmp_path: Path, database: str) -> Path:
    return tmp_path / "store.db"


async def keep(store: Store, *rows: Entity) -> None:
    for row in rows:
        practice = NORTH if row.practice == "north" else SOUTH
        await store.upsert([row], practice=practice, run="r1")


def visit(number: int, start: float, end: float | None = None, **more: Any) -> Entity:  # noqa: ANN401
    times: dict[str, Any] = {"start_at": DAY + start * HOUR}
    if end is not None:
        times["end_at"] = DAY + end * HOUR
    return made("appointment", number, more.pop("of", NORTH), **times, **more)


def test_what_reaches_into_a_span_takes_time_and_what_was_called_off_does_not(path: Path) -> None:
    async def scene(store: Store) -> None:
        await keep(
            store,
            visit(1, -48, 1, category="block"),
            visit(2, -48, -1),
            visit(3, 1, duration_minutes=30, provider_id="ann", location_id="loc"),
            visit(4, 2),
            visit(5, 3, 4, status="cancelled"),
            visit(6, 3, 4, status="no_show"),
            visit(7, 25, 26),
            visit(8, 1, 2, of=SOUTH),
            visit(9, -24 * 100, 100),
        )
        found = await Calendar(store.database, ALL).busy("north", DAY, DAY + 24 * HOUR)
        told = [((each.start - DAY) / HOUR, each.end and (each.end - DAY) / HOUR) for each in found]
        assert told == [(-48, 1), (1, 1.5), (2, None)]
        assert [each.block for each in found] == [True, False, False]
        assert (found[1].provider, found[1].location) == ("ann", "loc")
        one = Calendar(store.database, Reach("default", locations=frozenset({"loc"})))
        assert await one.busy("north", DAY, DAY + 24 * HOUR) == found
        for strange in (Reach("strangers"), Reach("default", frozenset({"south"}))):
            assert not await Calendar(store.database, strange).busy("north", DAY, DAY + 9 * HOUR)

    in_store(path, scene)


def test_what_was_seen_on_days_is_told_by_location_and_provider(path: Path) -> None:
    async def scene(store: Store) -> None:
        await keep(
            store,
            visit(1, 9, 10, provider_id="ann", location_id="a"),
            visit(2, 12, provider_id="ann", location_id="a"),
            visit(3, 11, 13, provider_id="bo", location_id="a"),
            visit(4, 1, 2, category="block", provider_id="ann", location_id="a"),
            visit(5, 1, 2, status="declined", provider_id="ann", location_id="a"),
            visit(6, 30, 31, provider_id="ann", location_id="a"),
        )
        days = {date(2026, 3, 2): (DAY, DAY + 24 * HOUR), date(2026, 3, 4): (DAY + 48 * HOUR,) * 2}
        found = await Calendar(store.database, ALL).worked("north", days)
        told = {
            each.provider: [(at - DAY) / HOUR for at in (each.first, each.last)] for each in found
        }
        assert told == {"ann": [9, 12], "bo": [11, 13]}
        assert {each.day for each in found} == {date(2026, 3, 2)}
        assert await Calendar(store.database, ALL).worked("north", {}) == []

    in_store(path, scene)


def test_people_columns_and_locations_are_those_in_use(path: Path) -> None:
    async def scene(store: Store) -> None:
        await keep(
            store,
            made("provider", 1, status="active"),
            made("provider", 2, status="inactive"),
            made("resource", 1, location_id="a", provider_id="ann"),
            made("location", 1, timezone="Europe/Berlin"),
        )
        calendar = Calendar(store.database, ALL)
        one = Calendar(store.database, Reach("default", locations=frozenset({"b"})))
        assert await one.columns("north") == []
        assert await one.columns_of_people("north") == {id_of("resource", 1): "ann"}
        assert await calendar.providers("north") == {id_of("provider", 1): None}
        assert await calendar.columns("north") == [CalendarColumn(id_of("resource", 1), "a", "ann")]
        assert await calendar.clinics("north") == [
            Clinic(id_of("location", 1), "1", "Europe/Berlin")
        ]

    in_store(path, scene)
