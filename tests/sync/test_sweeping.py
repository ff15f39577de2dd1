"""What is gone gets a tombstone, once that is beyond doubt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
from pydantic import JsonValue

from automation.catalog import Catalog
from automation.errors import PortalDown
from automation.model import Call, Reply, Upkeep
from automation.store import Tally
from tests.fakes import json_reply
from tests.sync.support import Clinic, Home, Killed, everything, folder, ids


def test_what_is_gone_from_a_complete_reading_gets_a_tombstone(tmp_path: Path) -> None:
    portal = Clinic.of(clients=25, bills=25, tags=3)
    home = Home(tmp_path, everything(tmp_path), portal)
    assert home.passed().kept == {}
    del portal.clients[3:5], portal.bills[0], portal.tags[1]
    second = home.passed()
    assert {kind: tally.removed for kind, tally in second.tallies.items()} == {
        "client": 2,
        "invoice": 1,
        "invoice_line": 1,
        "provider": 1,
    }
    assert home.there("client") == ids(portal.clients)


@pytest.mark.must_hold("pulse")
@pytest.mark.parametrize("status,ended", [(403, "not_permitted"), (404, "failed"), (500, "failed")])
def test_what_could_not_be_read_is_named_and_nothing_of_it_is_removed(
    tmp_path: Path, status: int, ended: str, measured: Callable[..., None]
) -> None:
    portal = Clinic.of(clients=25, bills=12, tags=3)
    home = Home(tmp_path, everything(tmp_path), portal)
    home.passed()
    portal.tags.pop()

    def refuse(what: str, call: Call) -> Reply | None:
        if what.startswith("/bills?") and status == 500:
            raise PortalDown("status 500")  # as the door of a session does
        return json_reply(call, {}, status=status) if what.startswith("/bills?") else None

    portal.spoil = refuse
    second = home.passed()
    assert second.coverage["list-bills"].ended == ended
    assert second.kept == {
        "invoice": f"list-bills: {ended.replace('_', ' ')}",
        "invoice_line": f"list-bills: {ended.replace('_', ' ')}",
    }
    assert second.tallies["provider"] == Tally(removed=1, unchanged=2)
    assert len(home.there("invoice")) == 12
    assert second.outcome == ("succeeded" if status == 403 else "partial")
    measured("tombstones of what was not read", 0)


@pytest.mark.parametrize("left", [0, 8])
def test_a_loss_that_nothing_but_absence_shows_waits_for_a_second_run(
    tmp_path: Path, left: int
) -> None:
    portal = Clinic.of(tags=60)
    home = Home(tmp_path, everything(tmp_path), portal)
    home.passed()
    del portal.tags[left:]
    doubted = home.passed()
    assert doubted.doubts == [f"{60 - left} of 60 provider entities are missing"]
    assert (doubted.outcome, "provider" in doubted.kept) == ("partial", True)
    assert len(home.there("provider")) == 60
    assert portal.asked.count("/tags") == 3  # once, and in the second run twice
    confirmed = home.passed()
    assert confirmed.tallies["provider"].removed == 60 - left
    assert (confirmed.doubts, confirmed.outcome) == ([], "succeeded")


def test_a_list_that_was_empty_for_a_moment_loses_nothing(tmp_path: Path) -> None:
    portal = Clinic.of(tags=60)
    home = Home(tmp_path, everything(tmp_path), portal)
    home.passed()
    kept, portal.tags = portal.tags, []
    portal.asked.clear()

    def back(_what: str, _call: Call) -> None:
        if portal.asked.count("/tags") == 2:
            portal.tags = kept

    portal.spoil = back
    second = home.passed()
    assert (second.tallies["provider"], second.doubts) == (Tally(unchanged=60), [])


def test_a_loss_that_the_total_of_the_list_confirms_is_believed(tmp_path: Path) -> None:
    portal = Clinic.of(clients=60)
    home = Home(tmp_path, everything(tmp_path), portal)
    home.passed()
    portal.clients.clear()
    assert home.passed().tallies["client"].removed == 60


def test_how_much_may_be_gone_at_once_is_a_matter_of_the_portal(tmp_path: Path) -> None:
    portal = Clinic.of(tags=60)
    home = Home(tmp_path, everything(tmp_path), portal, Upkeep(loss=0.1, loss_least=2))
    home.passed()
    del portal.tags[50:]
    assert home.passed().doubts == ["10 of 60 provider entities are missing"]


VISITS = """
version: 1
endpoint: list-visits
effect: read
request:
  method: GET
  url: /visits
  query: {from: {page: from, format: '%Y-%m-%d'}}
response: {items: rows, key: id}
pagination: {kind: window, step: 30, size: 29}
"""
VISIT_MAPPING = """
version: 1
mapping: appointment
entity: appointment
endpoints: [list-visits]
key: id
window: start_at
fields: {start_at: {path: at, required: true}}
"""


def test_a_visit_that_moves_to_a_day_that_was_read_already_is_not_taken_for_gone(
    tmp_path: Path,
) -> None:
    days = {1: "2026-02-10T10:00", 2: "2026-04-20T10:00", 3: "2026-02-11T10:00"}
    moves = [False]

    def calendar(call: Call) -> Reply:
        start = dict(parse_qsl(urlsplit(call.url).query))["from"]
        rows = [
            {"id": number, "at": at}
            for number, at in days.items()
            if start <= at[:10] and at[:10] < f"{start[:5]}{int(start[5:7]) + 1:02}{start[7:]}"
        ]
        if moves[0]:
            days[2] = "2026-02-12T10:00"
            days.pop(3, None)
        return json_reply(call, {"rows": rows})

    portal = Clinic(spoil=lambda _what, call: calendar(call))
    files = folder(tmp_path, endpoints__list_visits=VISITS, mappings__appointment=VISIT_MAPPING)
    home = Home(tmp_path, files, portal)
    home.passed()
    assert home.there("appointment") == ["1", "2", "3"]
    moves[0] = True
    home.passed()
    assert home.there("appointment") == ["1", "2", "3"]  # the third was met before it went
    home.passed()
    assert home.there("appointment") == ["1", "2"]


FAR = VISIT_MAPPING.replace("window: start_at", "window: start_at\nhorizon: {past: 2, future: 40}")
NEAR = FAR.replace("future: 40", "future: 20")


def calendar_of(days: dict[int, str]) -> Callable[[str, Call], Reply | None]:
    """A calendar that knows these visits, thirty days a call."""

    def answer(what: str, call: Call) -> Reply | None:
        if what != "/visits":
            return None
        start = date.fromisoformat(dict(parse_qsl(urlsplit(call.url).query))["from"])
        rows: list[JsonValue] = [
            {"id": number, "at": f"{day}T10:00"}
            for number, day in days.items()
            if start <= date.fromisoformat(day) < start + timedelta(days=30)
        ]
        return json_reply(call, {"rows": rows})

    return answer


def visits(root: Path, mapping: str) -> Catalog:
    first = VISITS.replace("list-visits", "list-agenda")  # the others come after it
    mapped = mapping.replace("list-visits", "list-agenda")
    return everything(root, endpoints__list_agenda=first, mappings__appointment=mapped)


def test_what_lies_beyond_a_nearer_horizon_stays_as_it_was_known(tmp_path: Path) -> None:
    home = Home(tmp_path, visits(tmp_path, FAR), Clinic.of())
    today = home.clock.now().date()
    days = {n: str(today + timedelta(days=n)) for n in (1, 10, 35)}
    home.portal.spoil = calendar_of(days)
    home.passed()
    assert home.there("appointment") == ["1", "10", "35"]
    del days[10], days[35]
    home.files = visits(tmp_path, NEAR)
    home.passed()
    assert home.there("appointment") == ["1", "35"]  # nobody asked about its day
    home.files = visits(tmp_path, FAR)
    home.passed()
    assert home.there("appointment") == ["1"]


def test_a_run_that_goes_on_after_midnight_takes_nothing_of_the_new_day_for_gone(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path, visits(tmp_path, FAR), Clinic.of(tags=1))
    zone = ZoneInfo("America/Chicago")
    today = home.clock.now().astimezone(zone).date()
    days = {1: str(today), 21: str(today + timedelta(days=21))}
    calendar = home.portal.spoil = calendar_of(days)
    home.passed()
    midnight = datetime.combine(today + timedelta(days=1), time(), zone)
    home.clock.pass_time((midnight - home.clock.now()).total_seconds() - 60)
    del days[21]
    home.files = visits(tmp_path, NEAR)  # the twenty-first day is read from tomorrow on

    def dies(what: str, call: Call) -> Reply | None:
        if what == "/tags" and "/visits" in home.portal.asked:
            home.portal.dead = True
            raise Killed
        return calendar(what, call)

    home.portal.spoil = dies
    home.portal.asked.clear()
    assert home.sync() is None
    home.clock.pass_time(120)
    home.portal.spoil = calendar
    went_on = home.passed()
    assert went_on.resumed is not None
    assert home.there("appointment") == ["1", "21"]
    home.passed()
    assert home.there("appointment") == ["1"]  # now its day was asked for


NOTES = """
version: 1
endpoint: list-tags
effect: read
request:
  method: GET
  url: /notes
  query: {after: {page: key, optional: true}}
response: {items: rows, key: id}
pagination: {kind: keyset, size: 10, source: {json_path: SOURCE}, stop: {short: true}}
"""


@pytest.mark.parametrize("key,readings", [("place", 2), ("id", 1)])
def test_a_row_whose_key_moved_it_to_where_the_list_was_read_is_not_taken_for_gone(
    tmp_path: Path, key: str, readings: int
) -> None:
    rows: list[dict[str, JsonValue]] = [{"id": n, "place": n, "name": "x"} for n in range(1, 36)]
    moved: list[int] = []
    begun: list[int] = []

    def answer(what: str, call: Call) -> Reply | None:
        if what != "/notes":
            return None
        after = float(dict(parse_qsl(urlsplit(call.url).query)).get("after", 0))
        begun.extend([1] if after == 0 else [])
        if after == 20 and moved and not moved.pop():
            rows[30]["place"] = 0.5
        rest = [row for row in rows if float(str(row[key])) > after]
        rest.sort(key=lambda row: float(str(row[key])))
        return json_reply(call, {"rows": rest[:10]})

    notes = NOTES.replace("SOURCE", key)
    home = Home(tmp_path, everything(tmp_path, endpoints__list_tags=notes), Clinic.of())
    home.portal.spoil = answer
    home.passed()
    assert len(home.there("provider")) == 35
    moved.append(0)
    del rows[33]
    begun.clear()
    second = home.passed()
    assert (second.tallies["provider"].removed, len(begun)) == (1, readings)
    assert len(home.there("provider")) == 34


NOTE = """
version: 1
endpoint: get-note
effect: read
request:
  method: GET
  url: /note/{id}
  path: {id: {derived: list-tags, path: 'rows[].id'}}
"""
NOTE_MAPPING = """
version: 1
mapping: provider
entity: provider
endpoints: [get-note]
key: id
changes: {get-note: {parent: true}}
fields: {name: name}
"""


def test_what_is_asked_for_row_by_row_is_there_as_long_as_its_row_is_wherever_that_moved(
    tmp_path: Path,
) -> None:
    rows: list[dict[str, JsonValue]] = [{"id": n, "place": n, "name": "x"} for n in range(1, 36)]
    moved: list[int] = []
    asked: list[str] = []

    def answer(what: str, call: Call) -> Reply | None:
        if what.startswith("/note/"):
            asked.append(what)
            return json_reply(call, next(row for row in rows if what == f"/note/{row['id']}"))
        if what != "/notes":
            return None
        after = float(dict(parse_qsl(urlsplit(call.url).query)).get("after", 0))
        if after == 20 and moved and not moved.pop():
            rows[30]["place"] = 0.5
        rest = [row for row in rows if float(str(row["place"])) > after]
        rest.sort(key=lambda row: float(str(row["place"])))
        return json_reply(call, {"rows": rest[:10]})

    notes = NOTES.replace("SOURCE", "place")
    files = {"endpoints__list_tags": notes, "endpoints__get_note": NOTE}
    catalog = everything(tmp_path, **files, mappings__provider=NOTE_MAPPING)
    home = Home(tmp_path, catalog, Clinic.of())
    home.portal.spoil = answer
    home.passed()
    assert len(home.there("provider")) == 35
    moved.append(0)
    del rows[33]
    asked.clear()
    assert home.passed(full=True).tallies["provider"].removed == 1
    assert len(home.there("provider")) == 34
    assert sorted(asked) == sorted(f"/note/{row['id']}" for row in rows)
