"""A large practice: each list goes through an index, and its last pages cost what its first do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.entities import Appointment, Entity
from automation.store import Choice, Listing, Lists, Place, Reach, Span, Store
from automation.store.listing import branches_of, keys_of, read_page
from automation.store.reach import practices_of
from tests.conftest import Measure
from tests.databases import on
from tests.store.large import fill
from tests.store.support import NORTH, in_store, statements
from tests.store.test_listing import made

ALL: Final = Reach("default")
FEW: Final = Reach("default", locations=frozenset({"loc_1", "loc_3"}))
YEAR: Final = Span("start_at", datetime(2020, 1, 5, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC))
SIZE: Final = 10
"""Rows of a page, so that there is a page 1,000 at reduced counts, too."""


@dataclass(frozen=True)
class Practice:
    """A filled store.

    Attributes:
        path: where it is.
        patients: how many patients the larger practice has.
        appointments: how many appointments.
    """

    path: Path
    patients: int
    appointments: int


@pytest.fixture(scope="module")
def practice(
    tmp_path_factory: pytest.TempPathFactory, each_database: str, scale: Callable[..., int]
) -> Practice:
    path = tmp_path_factory.mktemp("large") / "store.db"
    made = Practice(path, scale(3_000, 100_000), scale(20_000, 1_000_000))
    in_store(
        path, lambda store: fill(store, patients=made.patients, appointments=made.appointments)
    )
    return made


def listings(one: dict[str, str]) -> dict[str, Listing]:
    """Every way in which the two kinds are asked for, with values that rows have."""
    found: dict[str, Listing] = {}
    for kind, span in (("patient", "last_visit_at"), ("appointment", "start_at")):
        plain = Listing((Choice(kind),), ALL, limit=SIZE)
        timed = (Choice(kind, time=span, spans=(replace(YEAR, field=span),)),)
        found[f"{kind} by id"] = plain
        found[f"{kind} of places"] = replace(plain, reach=FEW)
        found[f"{kind} by time"] = replace(plain, choices=timed)
        found[f"{kind} by time, latest first"] = replace(plain, choices=timed, descending=True)
        found[f"{kind} by change"] = replace(plain, since=datetime(2020, 1, 1, 0, 30, tzinfo=UTC))
        fields = ("status", *Appointment.listed_by) if kind == "appointment" else _PATIENT
        for name in fields:
            value = {name: one.get(f"{kind}.{name}", one.get(name, ""))}
            assert value[name], name
            found[f"{kind} by {name}"] = replace(plain, choices=(Choice(kind, value),))
            both = (replace(timed[0], equal=value),)
            found[f"{kind} by {name} and time"] = replace(plain, choices=both)
    return found


_PATIENT: Final = ("status", "species", "client_id", "source_id")


async def values(store: Store) -> dict[str, str]:
    """Values that rows have: the common ones where some are common."""
    async with store.database.read() as connection:
        pet = "SELECT client_id, source_id FROM patient WHERE practice = 'north' LIMIT 1"
        visit = (
            "SELECT client_id, patient_id, provider_id, resource_id FROM appointment"
            " WHERE practice = 'north' LIMIT 1"
        )
        own = (await connection.execute(text(pet))).mappings().one()
        seen = (await connection.execute(text(visit))).mappings().one()
    shared = {"category": "appointment", "species": "canine"}
    states = {"patient.status": "active", "appointment.status": "completed"}
    pets = {f"patient.{name}": value for name, value in own.items()}
    return {**shared, **states, **pets, **{f"appointment.{k}": v for k, v in seen.items()}}


@pytest.mark.must_hold("serve")
def test_each_list_of_a_large_practice_goes_through_an_index(
    practice: Practice, measured: Measure
) -> None:
    async def scene(store: Store) -> int:
        asked = listings(await values(store))
        for name, listing in asked.items():
            plan = await explained(store, listing)
            kind = name.split(maxsplit=1)[0]
            whole = re.compile(rf"SCAN {kind}\b(?!.*USING)|Seq Scan on {kind}\b")
            assert not [line for line in plan if whole.search(line)], "\n".join([name, *plan])
            assert any("ix_" in line for line in plan), (name, plan)
        return len(asked)

    measured(f"lists that go through an index on {on()}", in_store(practice.path, scene))


@pytest.mark.must_hold("serve")
def test_page_one_thousand_costs_what_page_one_does(practice: Practice, measured: Measure) -> None:
    async def scene(store: Store) -> tuple[float, str]:
        found = []
        for name, listing in listings(await values(store)).items():
            far = await place_of(store, listing, 999 * SIZE)
            if far is None:
                continue  # it has no such page
            first = await cost(store, listing)
            later = await cost(store, replace(listing, after=far))
            found.append((later / first, name))
            assert later <= 1.5 * first, (name, first, later)
        assert len(found) >= 8, found
        return max(found)

    worst, name = in_store(practice.path, scene)
    measured(f"page 1,000 / page 1 on {on()}, worst of all lists ({name})", round(worst, 2))


@pytest.mark.must_hold("serve")
def test_a_page_costs_the_same_statements_whatever_it_holds(
    practice: Practice, measured: Measure
) -> None:
    async def scene(store: Store) -> set[int]:
        counts = set()
        for listing in listings(await values(store)).values():
            for limit in (1, 200):
                with statements(store) as sent:
                    await Lists(store.database).page(replace(listing, limit=limit))
                counts.add(len(sent))
        return counts

    counts = in_store(practice.path, scene)
    assert max(counts) == 3
    measured(f"statements of a page on {on()}, at most", max(counts))


@pytest.mark.must_hold("serve")
def test_rows_that_come_and_go_while_a_large_list_is_paged_hide_and_repeat_none(
    practice: Practice, measured: Measure
) -> None:
    async def scene(store: Store) -> tuple[int, int]:
        # descending, so that what is new comes before and behind where the reader is
        choice = (Choice("appointment", time="start_at"),)
        listing = Listing(choice, ALL, practice="north", limit=200, descending=True)
        async with store.database.read() as connection:
            own = "SELECT id FROM appointment WHERE practice = 'north'"
            stay = set((await connection.execute(text(own))).scalars())
        lists, seen, changes = Lists(store.database), [], 0
        while True:
            page = await lists.page(listing)
            seen += [row.id for row in page.rows]
            if page.end is None:
                break
            listing = replace(listing, after=page.end)
            changes += 1
            await _disturb(store, changes, page.rows[0].id, _start(page.rows[-1]))
        assert len(seen) == len(set(seen))
        assert stay <= set(seen), len(stay - set(seen))
        return len(seen), changes

    rows, changes = in_store(practice.path, scene)
    assert rows >= practice.appointments
    measured(f"rows paged on {on()} while {changes} came and {changes} went", rows)


def _start(row: Entity) -> datetime:
    assert isinstance(row, Appointment)
    assert row.start_at is not None
    return row.start_at


async def _disturb(store: Store, number: int, seen: str, at: datetime) -> None:
    """Put a row where the reader is, and take one away that it has seen."""
    new = made(Appointment, 10**7 + number, start_at=at)
    await store.upsert([new], practice=NORTH, run="r1")
    async with store.database.write() as connection:
        taken = text("DELETE FROM appointment WHERE id = :id")
        await connection.execute(taken, {"id": seen})


async def place_of(store: Store, listing: Listing, rows: int) -> Place | None:
    """Where a list is after so many rows; None when it ends before."""
    async with store.database.read() as connection:
        zones = await practices_of(connection, listing.reach, only=listing.practice)
        branches = branches_of(listing, zones)
        keys = (await connection.execute(keys_of(branches, listing, rows + SIZE))).all()
    if len(keys) < rows + SIZE:
        return None
    last = keys[rows - 1]
    own = next(each.practice for each in branches if each.number == last.number)
    return Place(own, last.rank, last.time, last.id)


async def cost(store: Store, listing: Listing) -> int:
    """What a page costs the database: steps of SQLite's machine, or blocks that were looked at."""
    async with store.database.read() as connection:
        if on() == "postgresql":
            return await _blocks(connection, listing)
        return await _steps(connection, listing)


async def _steps(connection: AsyncConnection, listing: Listing) -> int:
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    raw: Any = (await connection.get_raw_connection()).driver_connection
    await raw.set_progress_handler(step, 1)
    await read_page(connection, listing)
    await raw.set_progress_handler(None, 0)
    return steps[0]


async def _blocks(connection: AsyncConnection, listing: Listing) -> int:
    told = await _explain(connection, listing, "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)")
    [plan] = told[0]
    return int(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])


async def explained(store: Store, listing: Listing) -> list[str]:
    """How the database finds the keys of a page, step by step."""
    word = "EXPLAIN QUERY PLAN" if on() == "sqlite" else "EXPLAIN"
    async with store.database.read() as connection:
        rows = await _explain(connection, listing, word)
    return [str(row) for row in rows]


async def _explain(connection: AsyncConnection, listing: Listing, word: str) -> list[Any]:
    zones = await practices_of(connection, listing.reach, only=listing.practice)
    statement = keys_of(branches_of(listing, zones)[:20], listing, listing.limit + 1)
    compiled = statement.compile(connection.engine, compile_kwargs={"literal_binds": True})
    rows = await connection.exec_driver_sql(f"{word} {compiled}".replace("%%", "%"))
    return [row[-1] for row in rows]
