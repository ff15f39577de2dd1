"""One pass over everything that is mapped."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest
from pydantic import JsonValue

from automation import store
from automation.catalog import Catalog
from automation.errors import PortalDown
from automation.model import Call, Horizon, Portal, Practice, Reply
from automation.sync import Reading, span
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, json_reply
from tests.store.support import Reversing

CLIENTS = """
version: 1
endpoint: list-clients
effect: read
request: {method: GET, url: /clients}
response: {items: rows, key: id}
"""
CLIENT_MAPPING = """
version: 1
mapping: client
entity: client
endpoints: [list-clients]
key: id
fields: {last_name: name}
"""
BILLS = """
version: 1
endpoint: list-bills
effect: read
request: {method: GET, url: /bills}
response: {items: rows, key: id}
"""
BILL = """
version: 1
endpoint: get-bill
effect: read
request:
  method: GET
  url: /bills/{id}
  path: {id: {derived: list-bills, path: 'rows[].id'}}
"""
BILL_MAPPING = """
version: 1
mapping: invoice
entity: invoice
endpoints: [list-bills]
key: id
fields: {number: no}
"""
LINE_MAPPING = """
version: 1
mapping: invoice_line
entity: invoice_line
endpoints: [get-bill]
each: lines
key: id
fields: {description: text}
"""
LOOKING_UP = """
version: 1
mapping: client
entity: client
endpoints: [list-clients]
key: id
lookups: {bill: {endpoint: list-bills, key: id, by: bill}}
fields: {last_name: name, file_number: {path: bill.no, optional: true}}
"""
PATIENT_MAPPING = CLIENT_MAPPING.replace("client\n", "patient\n").replace("last_name", "name")
VISIT_MAPPING = """
version: 1
mapping: medical_record
entity: medical_record
endpoints: [list-bills]
key: id
fields: {patient: no, started_at: {path: at, optional: true}}
"""


class Clinic:
    """A portal of two lists, one of which has details."""

    def __init__(self) -> None:
        self.clients: list[dict[str, JsonValue]] = [
            {"id": 1, "name": "Ash"},
            {"id": 2, "name": "Birch"},
        ]
        self.asked: list[str] = []

    def __call__(self, call: Call) -> Reply:
        path = urlsplit(call.url).path
        self.asked.append(path)
        if path == "/clients":
            return json_reply(call, {"rows": self.clients})
        if path == "/bills":
            return json_reply(call, {"rows": [{"id": 7, "no": "B-7"}, {"id": 8, "no": "B-8"}]})
        number = int(path.rsplit("/", 1)[-1])
        return json_reply(call, {"id": number, "lines": [{"id": number * 10, "text": "exam"}]})


def folder(root: Path, **files: str) -> Catalog:
    place = root / "flows" / "acme"
    (place / "endpoints").mkdir(parents=True)
    (place / "mappings").mkdir()
    (place / "portal.yaml").write_text("version: 1\nportal: acme\ntitle: Acme\nhosts: []\n")
    for name, text in files.items():
        kind, _, stem = name.partition("__")
        (
            place / kind / f"{stem.replace('_', '-') if kind == 'endpoints' else stem}.yaml"
        ).write_text(text)
    return Catalog(root / "flows")


def read(
    root: Path, files: Catalog, portal: Callable[[Call], Reply], times: int = 1
) -> list[dict[str, store.Tally]]:
    async def run() -> list[dict[str, store.Tally]]:
        clock = VirtualClock()
        rows = await store.Store.open(
            f"sqlite+aiosqlite:///{root}/x.db", clock=clock, sealer=Reversing()
        )
        try:
            return await passes(rows, clock)
        finally:
            await rows.close()

    async def passes(rows: store.Store, clock: VirtualClock) -> list[dict[str, store.Tally]]:
        session = FakeSession(portal)
        await rows.add_practice(session.practice)
        tallies = []
        for number in range(times):
            run = f"run-{number}"
            await rows.start_run(run, practice="north", kind="sync")
            reading = Reading(session, files, rows, run, clock, Random(1))
            await reading.everything()
            await reading.sweep()
            await reading.derive()
            tallies.append(dict(reading.intake.tallies))
        return tallies

    return run_engine(run())


def file_numbers(root: Path) -> list[str | None]:
    with closing(sqlite3.connect(root / "x.db")) as rows:
        found = rows.execute("SELECT file_number FROM client ORDER BY file_number IS NULL")
        return [number for (number,) in found]


def test_a_second_pass_over_an_unchanged_portal_changes_nothing(tmp_path: Path) -> None:
    files = folder(tmp_path, endpoints__list_clients=CLIENTS, mappings__client=CLIENT_MAPPING)
    first, second = read(tmp_path, files, Clinic(), times=2)
    assert first["client"] == store.Tally(created=2)
    assert second["client"] == store.Tally(unchanged=2)


def test_what_is_gone_from_a_complete_reading_gets_a_tombstone(tmp_path: Path) -> None:
    portal = Clinic()
    files = folder(tmp_path, endpoints__list_clients=CLIENTS, mappings__client=CLIENT_MAPPING)

    def shrinking(call: Call) -> Reply:
        reply = portal(call)
        portal.clients = portal.clients[:1]
        return reply

    _, second = read(tmp_path, files, shrinking, times=2)
    assert second["client"] == store.Tally(removed=1, unchanged=1)


def test_what_came_before_a_failure_is_kept_and_nothing_is_given_up_for_it(tmp_path: Path) -> None:
    portal = Clinic()
    portal.clients[0]["bill"] = 9
    files = folder(
        tmp_path,
        endpoints__list_clients=CLIENTS,
        endpoints__list_bills=BILLS,
        mappings__client=LOOKING_UP,
        mappings__invoice=BILL_MAPPING,
    )

    def breaking(call: Call) -> Reply:
        if urlsplit(call.url).path == "/clients":
            raise PortalDown("no connection")
        return portal(call)

    with pytest.raises(PortalDown):
        read(tmp_path, files, breaking)
    with closing(sqlite3.connect(tmp_path / "x.db")) as rows:
        assert rows.execute("SELECT count(*) FROM invoice WHERE removed_at IS NULL").fetchone() == (
            2,
        )


def test_what_no_list_says_is_worked_out_of_all_lists_and_counted(tmp_path: Path) -> None:
    portal = Clinic()
    files = folder(
        tmp_path,
        endpoints__list_clients=CLIENTS,
        endpoints__list_bills=BILLS,
        mappings__patient=PATIENT_MAPPING,
        mappings__medical_record=VISIT_MAPPING,
    )

    def with_visits(call: Call) -> Reply:
        if urlsplit(call.url).path != "/bills":
            return portal(call)
        days = {7: "2026-10-01T09:00:00", 8: "2026-10-08T09:00:00"}
        rows: list[JsonValue] = [{"id": key, "no": "2", "at": at} for key, at in days.items()]
        return json_reply(call, {"rows": rows})

    first, second = read(tmp_path, files, with_visits, times=2)
    assert first["patient"] == store.Tally(created=2, changed=1)
    assert second["patient"] == store.Tally(unchanged=2)
    with closing(sqlite3.connect(tmp_path / "x.db")) as rows:
        [(visit,)] = rows.execute("SELECT last_visit_at FROM patient WHERE last_visit_derived")
    assert visit.startswith("2026-10-08T")


def test_a_list_that_details_are_taken_from_is_asked_for_once(tmp_path: Path) -> None:
    portal = Clinic()
    files = folder(
        tmp_path,
        endpoints__list_bills=BILLS,
        endpoints__get_bill=BILL,
        mappings__invoice=BILL_MAPPING,
        mappings__invoice_line=LINE_MAPPING,
    )
    [tallies] = read(tmp_path, files, portal)
    assert tallies["invoice"] == store.Tally(created=2)
    assert tallies["invoice_line"] == store.Tally(created=2)
    assert portal.asked == ["/bills", "/bills/7", "/bills/8"]


def test_what_a_mapping_looks_up_is_read_before_anything_is_made_of_it(tmp_path: Path) -> None:
    portal = Clinic()
    portal.clients[1]["bill"] = 8
    files = folder(
        tmp_path,
        endpoints__list_clients=CLIENTS,
        endpoints__list_bills=BILLS,
        mappings__client=LOOKING_UP,
        mappings__invoice=BILL_MAPPING,
    )
    [tallies] = read(tmp_path, files, portal)
    assert portal.asked == ["/bills", "/clients"]
    assert tallies["invoice"] == store.Tally(created=2)
    assert file_numbers(tmp_path) == ["B-8", None]


def test_what_is_looked_up_in_details_costs_their_list_nothing(tmp_path: Path) -> None:
    portal = Clinic()
    details = BILL + "response: {items: lines, key: id}\n"
    files = folder(
        tmp_path,
        endpoints__list_clients=CLIENTS,
        endpoints__list_bills=BILLS,
        endpoints__get_bill=details,
        mappings__client=LOOKING_UP.replace("list-bills", "get-bill"),
        mappings__invoice=BILL_MAPPING,
    )
    [tallies] = read(tmp_path, files, portal)
    assert tallies["invoice"] == store.Tally(created=2)


def test_a_calendar_is_read_around_the_day_of_the_practice() -> None:
    portal = Portal(portal="acme", title="Acme", hosts=(), horizon=Horizon(past=1, future=2))
    practice = Practice(
        name="n", portal="acme", base_url="https://x.example", timezone="America/Chicago"
    )
    late = datetime(2026, 6, 16, 3, 0, tzinfo=UTC)  # still the fifteenth in Chicago
    assert span(portal, practice, late) == {
        "since": date(2026, 6, 14),
        "until": date(2026, 6, 17),
    }
