"""Windows are exact to the microsecond, whatever offsets their bounds have."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from automation.errors import NotKnown
from automation.store import Scope, Store, Window
from automation.store.schema import entity_table
from automation.store.scope import conditions
from tests.store.support import NORTH, in_store, patients, pet

NINE = datetime(2026, 10, 1, 14, tzinfo=UTC)
MINUTES = st.integers(-90, 90)
OFFSETS = st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, database: str) -> Path:
    found = tmp_path_factory.mktemp(f"scope-{database}") / "store.db"

    async def scene(store: Store) -> None:
        times = (NINE.astimezone(timezone(timedelta(hours=h))).isoformat() for h in (-5, 0, 9))
        items = [pet(number, Seen=time, Born="2020-02-03") for number, time in enumerate(times)]
        await store.upsert(patients(*items), practice=NORTH, run="r1")

    in_store(found, scene)
    return found


@settings(max_examples=30)  # each example opens the database
@given(start=MINUTES, end=MINUTES, offset=OFFSETS)
@example(start=0, end=1, offset=timezone(timedelta(hours=-12)))
@example(start=0, end=1, offset=timezone(timedelta(hours=12)))
@example(start=-1, end=0, offset=timezone(timedelta(hours=-12)))
@example(start=-1, end=0, offset=timezone(timedelta(hours=12)))
def test_the_start_belongs_to_a_window_and_the_end_does_not(
    path: Path, start: int, end: int, offset: timezone
) -> None:
    bounds = [(NINE + timedelta(minutes=m)).astimezone(offset) for m in (start, end)]

    async def scene(store: Store) -> int:
        window = Window("last_visit_at", bounds[0], bounds[1])
        return len(await store.rows("patient", Scope(window=window)))

    assert in_store(path, scene) == (3 if start <= 0 < end else 0)


@pytest.mark.parametrize("start, end, found", [(3, 4, 3), (2, 3, 0), (4, 5, 0), (1, 9, 3)])
def test_days_have_windows_too(path: Path, start: int, end: int, found: int) -> None:
    async def scene(store: Store) -> int:
        window = Window("date_of_birth", date(2020, 2, start), date(2020, 2, end))
        return len(await store.rows("patient", Scope("north", window=window)))

    assert in_store(path, scene) == found


def test_a_field_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(NotKnown, match="no field of patient is named 'age'") as caught:
        conditions(entity_table("patient"), Scope(equal={"age": 3}))
    assert "species" in caught.value.remedy
