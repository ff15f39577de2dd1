"""A page costs the same wherever it is, shows what may be seen, and neither skips nor repeats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import text

from automation.entities import (
    ENTITIES,
    Appointment,
    Client,
    Entity,
    TreatmentBoardEntry,
    entity_id,
)
from automation.model import Organization, Practice
from automation.store import (
    Choice,
    Listing,
    Lists,
    Organizations,
    Page,
    Reach,
    Scope,
    Span,
    Store,
)
from automation.store.listing import branches_of, keys_of, read_page
from automation.store.reach import practices_of
from tests.databases import on
from tests.fakes import VirtualClock
from tests.store.support import NORTH, SOUTH, in_store, many, patients, pet, statements

ALL: Final = Reach("default")
PETS: Final = Listing((Choice("patient"),), ALL)
START: Final = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def made(entity: type[Entity], number: int, practice: Practice = NORTH, **more: Any) -> Entity:  # noqa: ANN401
    """An entity with nothing but an id and what is given."""
    own = entity_id(entity.prefix, practice.name, str(number))
    blank: dict[str, object] = dict.fromkeys(entity.model_fields)
    lists: dict[str, object] = {
        name: [] for name in ("patients", "tasks", "emails", "phones", "addresses")
    }
    facts = {
        "id": own,
        "practice": practice.name,
        "source_system": practice.portal,
        "source_id": str(number),
        "custom_fields": {},
        "raw": b"{}",
        "content_hash": repr(sorted(more.items())),
    }
    fields = {**blank, **{n: v for n, v in lists.items() if n in blank}, **facts, **more}
    return entity.model_construct(**fields)


def visits(first: int, last: int, practice: Practice = NORTH, **more: Any) -> list[Entity]:  # noqa: ANN401
    """Appointments of a quarter of an hour each, two at a time."""
    return [
        made(
            Appointment,
            number,
            practice,
            start_at=START + timedelta(minutes=15 * (number // 2)),
            **more,
        )
        for number in range(first, last + 1)
    ]


async def whole(store: Store, listing: Listing) -> list[Entity]:
    """All pages, one after the other."""
    lists = Lists(store.database)
    found: list[Entity] = []
    while True:
        page: Page = await lists.page(listing)
        found += page.rows
        if page.end is None:
            return found
        listing = replace(listing, after=page.end)


def ids(rows: Sequence[Entity]) -> list[str]:
    return [row.id for row in rows]


def test_pages_follow_each_other_through_practices_without_gap_or_repetition(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.upsert(many(1, 25), practice=NORTH, run="r1")
        await store.upsert(many(1, 9, SOUTH), practice=SOUTH, run="r1")
        found = await whole(store, replace(PETS, limit=10))
        assert [row.practice for row in found] == ["north"] * 25 + ["south"] * 9
        assert ids(found) == sorted(set(ids(found[:25]))) + sorted(set(ids(found[25:])))
        assert found[0].raw == b""

    in_store(path, scene)


@pytest.mark.parametrize("descending", [False, True])
def test_kinds_are_listed_together_in_the_order_of_their_times(
    path: Path, *, descending: bool
) -> None:
    async def scene(store: Store) -> None:
        await store.upsert(visits(1, 20), practice=NORTH, run="r1")
        entries = [
            made(TreatmentBoardEntry, n, arrived_at=START + timedelta(minutes=15 * n))
            for n in range(8)
        ]
        await store.upsert(entries, practice=NORTH, run="r1")
        await store.upsert([made(Appointment, 99)], practice=NORTH, run="r1")  # has no time
        choices = (
            Choice("appointment", time="start_at"),
            Choice("treatment_board_entry", time="arrived_at"),
        )
        for limit in (1, 3, 50):
            found = await whole(store, Listing(choices, ALL, limit=limit, descending=descending))
            keys = [
                (
                    getattr(row, "start_at", None) or getattr(row, "arrived_at", None),
                    row.kind,
                    row.id,
                )
                for row in found
            ]
            assert len(keys) == 28
            assert keys == sorted(keys, reverse=descending)

    in_store(path, scene)


def test_rows_that_come_and_go_between_pages_neither_hide_nor_repeat_others(path: Path) -> None:
    async def scene(store: Store) -> None:
        stay = visits(1, 60)
        await store.upsert(stay, practice=NORTH, run="r1")
        listing = Listing((Choice("appointment", time="start_at"),), ALL, limit=7)
        lists, number = Lists(store.database), 100
        seen: list[str] = []
        while True:
            page = await lists.page(listing)
            seen += ids(page.rows)
            if page.end is None:
                break
            listing = replace(listing, after=page.end)
            number += 1
            new = made(Appointment, number, start_at=START + timedelta(minutes=number - 100))
            await store.upsert([new], practice=NORTH, run="r1")
            async with store.database.write() as connection:
                gone = text("DELETE FROM appointment WHERE id = :id")
                await connection.execute(gone, {"id": new.id if number % 2 else seen[0]})
        assert set(ids(stay)) <= set(seen)
        assert len(seen) == len(set(seen))

    in_store(path, scene)


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("limit", [5, 50, 1000])
def test_locations_are_listed_together_in_the_order_of_their_times_however_many(
    path: Path, limit: int, *, down: bool
) -> None:
    """More branches than one statement has room for; another practice comes after them."""
    places = [f"loc_{number:02}" for number in range(25)]

    async def scene(store: Store) -> None:
        for practice in (NORTH, SOUTH):
            rows = [
                made(
                    Appointment,
                    number,
                    practice,
                    location_id=places[(number * 7) % 25],
                    start_at=START + timedelta(minutes=number // 2),
                )
                for number in range(60)
            ]
            await store.upsert(rows, practice=practice, run="r1")
        reach = Reach("default", locations=frozenset(places))
        choices = (Choice("appointment", time="start_at"),)
        found = await whole(store, Listing(choices, reach, descending=down, limit=limit))
        assert [row.practice for row in found] == ["north"] * 60 + ["south"] * 60
        assert len(set(ids(found))) == 120
        for own in (found[:60], found[60:]):
            times = [row.start_at for row in own if isinstance(row, Appointment)]
            assert times == sorted(times, key=str, reverse=down)
        changed = await whole(store, Listing(choices, reach, since=START, limit=limit))
        assert len(set(ids(changed))) == len(changed)

    in_store(path, scene)


def test_a_day_begins_and_ends_on_the_clocks_of_the_practice(path: Path) -> None:
    async def scene(store: Store) -> None:
        midnight = datetime(2026, 3, 3, 6, tzinfo=UTC)
        chicago = [
            made(Appointment, n, start_at=midnight + timedelta(minutes=n - 1)) for n in (0, 1)
        ]
        await store.upsert(chicago, practice=NORTH, run="r1")
        day = date(2026, 3, 2)
        for span, expected in (
            (Span("start_at", end=day), [0]),
            (Span("start_at", start=date(2026, 3, 3)), [1]),
            (Span("start_at", day, day), [0]),
            (Span("start_at", datetime(2026, 3, 3, 0, 0)), [1]),  # noqa: DTZ001 - on its clocks
            (Span("start_at", end=datetime(2026, 3, 3, 6, 0, tzinfo=UTC)), [0]),
        ):
            choice = Choice("appointment", spans=(span,), time="start_at")
            found = await whole(store, Listing((choice,), ALL))
            assert ids(found) == [chicago[n].id for n in expected], span

    in_store(path, scene)


def test_what_changed_since_is_listed_with_what_was_removed_when_asked_for(path: Path) -> None:
    clock = VirtualClock()

    async def scene(store: Store) -> None:
        await store.upsert(many(1, 5), practice=NORTH, run="r1")
        clock.pass_time(60)
        since = clock.now()
        await store.upsert(patients(pet(2, "Max")), practice=NORTH, run="r1")
        await store.start_run("r2", practice="north", kind="sync")
        left = patients(*(pet(n) for n in (1, 4, 5)), pet(2, "Max"))
        await store.upsert(left, practice=NORTH, run="r2")
        await store.sweep("patient", scope=Scope("north"), run="r2")
        listing = replace(PETS, since=since, limit=1)
        assert [row.source_id for row in await whole(store, listing)] == ["2"]
        with_removed = await whole(store, replace(listing, removed=True))
        assert {row.source_id for row in with_removed} == {"2", "3"}
        assert [row.source_id for row in with_removed if row.removed_at] == ["3"]

    in_store(path, scene, clock=clock)


def test_nothing_of_another_organization_practice_or_location_is_listed(path: Path) -> None:
    async def scene(store: Store) -> None:
        await Organizations(store.database).add(Organization(name="other"))
        stranger = NORTH.model_copy(update={"name": "strange", "organization": "other"})
        await store.add_practice(stranger)
        for practice in (NORTH, SOUTH, stranger):
            places = ("loc_a", "loc_b", None)
            facts = {"start_at": START, "status": "done"}
            rows = [
                made(Appointment, n, practice, location_id=places[n % 3], **facts) for n in range(9)
            ]
            await store.upsert(rows, practice=practice, run="r1")

        async def seen(reach: Reach, **more: Any) -> set[tuple[str, str | None]]:  # noqa: ANN401
            choice = Choice("appointment", **more)
            found = await whole(store, Listing((choice,), reach, limit=2))
            timed = replace(choice, time="start_at")
            assert len(await whole(store, Listing((timed,), reach, limit=4))) == len(found)
            again = await Lists(store.database).found([("appointment", i) for i in ids(found)], ALL)
            assert reach.organization != "default" or len(again) == len(found)
            return {(row.practice, row.location_id) for row in found}

        own = {(p, place) for p in ("north", "south") for place in ("loc_a", "loc_b", None)}
        assert await seen(ALL) == own
        assert await seen(Reach("other")) == {("strange", p) for p in ("loc_a", "loc_b", None)}
        assert await seen(Reach("default", frozenset({"strange"}))) == set()
        assert await seen(Reach("default", frozenset({"north", "strange"}))) == {
            each for each in own if each[0] == "north"
        }
        only = Reach("default", locations=frozenset({"loc_a"}))
        assert await seen(only) == {("north", "loc_a"), ("south", "loc_a")}
        assert await seen(only, equal={"location_id": "loc_b"}) == set()
        assert await seen(ALL, equal={"location_id": "loc_b", "status": "done"}) == {
            ("north", "loc_b"),
            ("south", "loc_b"),
        }

    in_store(path, scene)


def test_people_are_found_by_words_numbers_and_addresses(path: Path) -> None:
    async def scene(store: Store) -> None:
        zoe = made(
            Client,
            1,
            name="Zoë O'Hara",
            phones=[{"number": "+13125550147"}],
            emails=[{"address": "zoe@example.org"}],
        )
        max_ = made(Client, 2, name="Max Ohara", phones=[{"number": "5550147"}])
        await store.upsert([zoe, max_], practice=NORTH, run="r1")

        async def found(*terms: str) -> list[str]:
            rows = await whole(store, Listing((Choice("client", terms=terms),), ALL))
            return sorted(row.source_id for row in rows)

        assert await found("zoe") == ["1"]
        assert await found("oh") == ["2"]
        assert await found("o", "zo") == ["1"]
        assert await found("tel:7410555") == ["1", "2"]
        assert await found("mail:zoe@example.org") == ["1"]
        await store.upsert([made(Client, 1, name="Joe")], practice=NORTH, run="r2")
        assert await found("zoe") == []

    in_store(path, scene)


async def _plans(store: Store, listing: Listing) -> list[str]:
    """How the database reads a page, step by step."""
    with statements(store) as sent:
        await Lists(store.database).page(listing)
    keys = next(each for each in sent if "UNION" in each or "keys" in each)
    assert len(sent) <= 3, sent
    return [keys]


def every_listing(value: str = "x", start: datetime = START) -> list[tuple[str, Listing]]:
    """One list for each way in which a kind can be asked for."""
    found = []
    for kind, entity in ENTITIES.items():
        ways = [("", Choice(kind))]
        fields = ("location_id", "status", "source_id", *entity.listed_by)
        ways += [(field, Choice(kind, equal={field: value})) for field in fields]
        ways += [
            (span, Choice(kind, spans=(Span(span, start),), time=span)) for span in entity.spans
        ]
        ways += [
            (f"{span}+status", Choice(kind, {"status": value}, (Span(span, start),), time=span))
            for span in entity.spans
        ]
        found += [(f"{kind}.{name}", Listing((choice,), ALL)) for name, choice in ways]
        found.append((f"{kind}.changed_at", Listing((Choice(kind),), ALL, since=start)))
    return found


def test_a_list_is_put_into_sql_once_whatever_values_are_asked_for(path: Path) -> None:
    """To compile a statement takes longer than to execute it."""

    async def scene(store: Store) -> None:
        compiled: dict[Any, Any] = {}
        await store.upsert(many(1, 3), practice=NORTH, run="r1")
        later = every_listing("y", START + timedelta(days=1))
        async with store.database.read() as plain:
            connection = await plain.execution_options(compiled_cache=compiled)
            for (name, one), (_, other) in zip(every_listing(), later, strict=True):
                before = len(compiled)
                await read_page(connection, one)
                known = len(compiled)
                assert known > before, f"{name} is kept nowhere"
                await read_page(connection, other)
                assert len(compiled) == known, name

    in_store(path, scene)


def test_every_list_goes_through_the_index_that_has_its_order(path: Path) -> None:
    """The plan of SQLite names the index, and sorts nothing but the keys of one page."""
    if on() != "sqlite":
        return  # an empty table is read whole there; see the large practice

    async def scene(store: Store) -> None:
        await store.upsert(many(1, 3), practice=NORTH, run="r1")
        for name, listing in every_listing():
            one = replace(listing, practice="north")
            kind, field = name.split(".")
            plan = await _explained(store, one)
            searched = [line for line in plan if re.search(rf"\b(SEARCH|SCAN) {kind}\b", line)]
            index = f"ix_{kind}_{field.split('+')[0] or 'practice'}"
            assert searched, (name, plan)
            assert f"USING INDEX {index} " in searched[0].replace("COVERING ", ""), (name, plan)
            before = plan[: plan.index(searched[0]) + 2]
            assert not any("TEMP B-TREE" in line for line in before[:-1]), (name, plan)

    in_store(path, scene)


def test_the_few_rows_of_a_patient_are_found_by_the_patient_and_then_sorted(path: Path) -> None:
    """SQLite would look for them along all times, which are in the order that is asked for."""
    if on() != "sqlite":
        return  # it knows how many rows share a value; see the large practice

    async def scene(store: Store) -> None:
        await store.upsert(many(1, 3), practice=NORTH, run="r1")
        for time, since in (("start_at", None), (None, START)):
            choice = Choice("appointment", {"status": "done", "patient_id": "x"}, time=time)
            spans = (Span("start_at", START),) if time else ()
            for down in (False, True):
                listing = Listing((replace(choice, spans=spans),), ALL, "north", since)
                plan = await _explained(store, replace(listing, descending=down))
                index = "USING INDEX ix_appointment_patient_id (practice=? AND patient_id=?)"
                assert any(index in line for line in plan), plan

    in_store(path, scene)


async def _explained(store: Store, listing: Listing) -> list[str]:
    async with store.database.read() as connection:
        zones = await practices_of(connection, listing.reach, only=listing.practice)
        statement = keys_of(branches_of(listing, zones), listing, listing.limit)
        compiled = statement.compile(
            store.database.engine.sync_engine, compile_kwargs={"literal_binds": True}
        )
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")
        return [row.detail for row in rows]
