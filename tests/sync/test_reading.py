"""One pass over everything that is mapped."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import JsonValue

from automation import store
from automation.catalog import Catalog
from automation.errors import LoggedOut, PersonNeeded, PortalDown
from automation.model import Call, Reply, Upkeep
from automation.sync import Plan, Reading, Sweeping
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, html_reply, json_reply
from tests.store.support import Reversing
from tests.sync.support import BILL, BILL_MAPPING, LINE_MAPPING, Home, Killed, dies_at, everything
from tests.sync.support import CLIENT_MAPPING as OTHER_CLIENT
from tests.sync.support import CLIENTS as OTHER_CLIENTS
from tests.sync.support import TAGS as OTHER_TAGS
from tests.sync.support import Clinic as Clinics

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
            plan = Plan(files, "acme")
            reading = Reading(session, plan, rows, run, clock, Random(1))
            await reading.everything()
            await Sweeping(reading, plan, rows, session.practice, run, Upkeep()).sweep()
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

    [tallies] = read(tmp_path, files, breaking)
    assert tallies == {"invoice": store.Tally(created=2)}
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


# ---------------------------------------------------------------- what cannot be read


def test_where_one_endpoint_cannot_be_read_the_others_still_are(tmp_path: Path) -> None:
    portal = Clinics.of(clients=12, bills=3, tags=2)
    home = Home(tmp_path, everything(tmp_path), portal)

    def breaking(what: str, call: Call) -> Reply | None:
        return html_reply(call, "<h1>new</h1>") if what == "/clients?2" else None

    portal.spoil = breaking
    done = home.passed()
    assert done.coverage["list-clients"].ended == "failed"
    assert "page 2: http twice: HTML instead of JSON" in done.coverage["list-clients"].said
    assert {name: one.ended for name, one in done.coverage.items() if name != "list-clients"} == {
        "list-bills": "complete",
        "get-bill": "complete",
        "list-tags": "complete",
    }
    assert done.tallies["client"] == store.Tally(created=10)
    assert (done.outcome, len(done.problems)) == ("partial", 1)


def test_a_portal_that_is_down_for_two_endpoints_is_left_alone(tmp_path: Path) -> None:
    portal = Clinics.of(clients=12, bills=3, tags=2)
    home = Home(tmp_path, everything(tmp_path), portal)

    def down(_what: str, _call: Call) -> Reply | None:
        raise PortalDown("no answer")

    portal.spoil = down
    assert home.sync() is None
    assert isinstance(home.broken, PortalDown)
    assert len(portal.counts()) == 2


def test_without_a_table_the_mappings_that_look_it_up_make_nothing(tmp_path: Path) -> None:
    looking = OTHER_CLIENT + "lookups: {tag: {endpoint: list-tags, key: id, by: name}}\n"
    portal = Clinics.of(clients=3, bills=3, tags=2)
    home = Home(tmp_path, everything(tmp_path, mappings__client=looking), portal)

    def refuse(what: str, call: Call) -> Reply | None:
        return json_reply(call, {}, status=403) if what == "/tags" else None

    portal.spoil = refuse
    done = home.passed()
    assert "client" not in done.tallies
    assert done.kept["client"] == "list-tags: not permitted"
    assert done.tallies["invoice"] == store.Tally(created=3)


def test_what_was_configured_is_looked_up_and_without_it_nothing_is_made(tmp_path: Path) -> None:
    looking = LOOKING_UP.replace("endpoint: list-bills, key: id", "profile: bills").replace(
        "path: bill.no, optional: true", "path: bill.name, required: true"
    )
    portal = Clinics.of(clients=1, tags=2)
    portal.clients[0]["bill"] = 2
    home = Home(tmp_path, everything(tmp_path, mappings__client=looking), portal)
    (tmp_path / "flows/acme/profile.yaml").write_text(
        "version: 1\nprofile: acme\nsections: {bills: {endpoint: list-tags, key: id}}\n"
    )
    assert home.passed().tallies["client"] == store.Tally(created=1)
    assert file_numbers(tmp_path) == ["Tag 2"]
    portal.spoil = lambda what, call: json_reply(call, {}, status=403) if what == "/tags" else None
    done = home.passed()
    assert "client" not in done.tallies
    assert done.kept["client"] == "list-tags: not permitted"


def test_a_screen_that_is_always_down_keeps_no_other_from_being_read_anew(tmp_path: Path) -> None:
    portal = Clinics.of(clients=5, bills=1, tags=3)
    home = Home(tmp_path, everything(tmp_path), portal)

    def down(what: str, _call: Call) -> Reply | None:
        if what == "/tags":
            raise PortalDown("status 500")
        return None

    portal.spoil = down
    assert home.passed().outcome == "partial"
    portal.clients.append({"id": 99, "name": "Yew", "edited": 0})
    assert home.passed().resumed is None
    assert "99" in home.there("client")


def test_a_list_that_is_refused_in_its_middle_has_failed(tmp_path: Path) -> None:
    portal = Clinics.of(clients=95)
    home = Home(tmp_path, everything(tmp_path), portal)
    portal.spoil = lambda what, call: (
        json_reply(call, {}, status=403) if what == "/clients?5" else None
    )
    done = home.passed()
    assert (done.coverage["list-clients"].ended, done.outcome) == ("failed", "partial")


def test_two_tables_that_are_down_with_one_between_them_that_is_not_end_nothing(
    tmp_path: Path,
) -> None:
    looking = OTHER_CLIENT + (
        "lookups: {a: {endpoint: a-list, key: id, by: a}, b: {endpoint: list-bills, key: id,"
        " by: b}, c: {endpoint: list-tags, key: id, by: c}}\n"
    )
    other = OTHER_TAGS.replace("list-tags", "a-list").replace("/tags", "/a")
    portal = Clinics.of(clients=2, bills=1, tags=1)

    def down(what: str, _call: Call) -> Reply | None:
        if what in {"/a", "/tags"}:
            raise PortalDown("status 500")
        return None

    portal.spoil = down
    files = everything(tmp_path, endpoints__a_list=other, mappings__client=looking)
    done = Home(tmp_path, files, portal).passed()
    assert done.coverage["list-bills"].ended == "complete"


def test_calls_for_items_that_a_table_has_no_more_are_forgotten(tmp_path: Path) -> None:
    looking = OTHER_CLIENT + "lookups: {bill: {endpoint: list-bills, key: id, by: bill}}\n"
    portal = Clinics.of(clients=2, bills=3, tags=1)
    home = Home(tmp_path, everything(tmp_path, mappings__client=looking), portal)
    home.passed()
    portal.bills.pop()
    portal.counts()
    home.passed(full=True)
    assert "/bills/3" not in portal.counts()


def test_a_table_that_is_asked_for_each_item_of_a_list_is_there_in_the_first_run(
    tmp_path: Path,
) -> None:
    portal = Clinic()
    portal.clients[1]["bill"] = 80
    looking = LOOKING_UP.replace("list-bills", "get-bill").replace("bill.no", "bill.text")
    files = folder(
        tmp_path,
        endpoints__list_clients=CLIENTS,
        endpoints__list_bills=BILLS,
        endpoints__get_bill=BILL + "response: {items: lines, key: id}\n",
        mappings__client=looking,
    )
    read(tmp_path, files, portal)
    assert file_numbers(tmp_path) == ["exam", None]


# ---------------------------------------------------------------- interrupted and resumed


@pytest.mark.must_hold("pulse")
@pytest.mark.parametrize("ended", [Killed(), PersonNeeded("a captcha"), asyncio.CancelledError()])
def test_a_run_that_was_interrupted_is_gone_on_from_with_hardly_a_page_repeated(
    tmp_path: Path, ended: BaseException, measured: Callable[..., None]
) -> None:
    portal = Clinics.of(clients=205, bills=45, tags=3)
    files = everything(tmp_path)
    whole = Home(tmp_path / "whole", files, portal)
    (tmp_path / "whole").mkdir()
    whole.passed()
    needed = portal.counts()
    most = 0
    for number in (4, 30, 60):
        root = tmp_path / f"at-{number}"
        root.mkdir()
        home = Home(root, files, portal)
        portal.spoil = dies_at(portal, number, ended)
        assert home.sync() is None
        before = portal.counts()
        portal.spoil = lambda _what, _call: None
        done = home.passed()
        after = portal.counts()
        assert done.resumed == "run-001"
        assert [home.there(kind) for kind in ("client", "invoice", "invoice_line", "provider")] == [
            whole.there(kind) for kind in ("client", "invoice", "invoice_line", "provider")
        ]
        assert done.outcome == "succeeded"
        repeated = {path: before[path] + after[path] - needed[path] for path in needed}
        most = max(most, *repeated.values())
    measured(f"requests repeated of one endpoint after {type(ended).__name__}", most)
    assert most <= (HELD if isinstance(ended, Killed | asyncio.CancelledError) else 2)


HELD: Final = 17
"""Answers that are not confirmed yet go with the process, and the page after them."""


def test_what_went_while_a_run_was_interrupted_is_removed_and_what_was_met_before_is_not(
    tmp_path: Path,
) -> None:
    portal = Clinics.of(clients=95)
    home = Home(tmp_path, everything(tmp_path), portal)
    home.passed()
    portal.spoil = dies_at(portal, 6, PersonNeeded("a captcha"))
    assert home.sync() is None
    portal.spoil = lambda _what, _call: None
    del portal.clients[90:]
    done = home.passed()
    assert done.tallies["client"].removed == 5
    assert home.there("client") == [str(number) for number in range(1, 91)]


def test_a_place_that_is_gone_is_begun_anew_and_it_is_said(tmp_path: Path) -> None:
    portal = Clinics.of(clients=95)
    home = Home(tmp_path, everything(tmp_path), portal)
    portal.spoil = dies_at(portal, 6, PersonNeeded("a captcha"))
    assert home.sync() is None
    portal.counts()

    def expired(what: str, call: Call) -> Reply | None:
        first = "/clients?1" not in portal.asked
        return json_reply(call, {"error": "x"}) if first and what != "/clients?1" else None

    portal.spoil = expired
    done = home.passed()
    assert done.coverage["list-clients"].ended == "complete"
    assert "begun anew" in done.coverage["list-clients"].why
    assert len(home.there("client")) == 95


def test_a_place_that_belongs_to_a_session_that_is_over_is_begun_anew(tmp_path: Path) -> None:
    portal = Clinics.of(clients=95)
    home = Home(tmp_path, everything(tmp_path), portal)
    portal.spoil = dies_at(portal, 6, PersonNeeded("a captcha"))
    assert home.sync() is None
    portal.counts()

    def over(what: str, _call: Call) -> Reply | None:
        if what.startswith("/clients") and "/clients?1" not in portal.asked:
            raise LoggedOut("401")
        return None

    portal.spoil = over
    done = home.passed()
    assert "begun anew" in done.coverage["list-clients"].why
    assert len(home.there("client")) == 95


def test_what_was_read_too_long_ago_is_read_again_however_often_runs_were_interrupted(
    tmp_path: Path,
) -> None:
    portal = Clinics.of(clients=5, bills=2, tags=1)
    home = Home(tmp_path, everything(tmp_path), portal)
    portal.spoil = lambda what, _call: spoiled() if what == "/tags" else None
    asked = []
    for _ in range(3):
        assert home.sync() is None
        asked.append(portal.counts()["/clients"])
        hours(home, 4)
    assert asked == [1, 0, 1]


def spoiled() -> Reply:
    raise PersonNeeded("a captcha")


def test_everything_is_read_where_that_is_asked_for_after_an_interrupted_run_by_changes(
    tmp_path: Path,
) -> None:
    rule = OTHER_CLIENT + "changes: {list-clients: {since: since, lookback: 10}}\n"
    portal = Clinics.of(clients=25, bills=1, tags=1)
    home = Home(tmp_path, everything(tmp_path, mappings__client=rule), portal)
    home.passed()
    hours(home, 1)
    portal.spoil = lambda what, _call: spoiled() if what == "/tags" else None
    assert home.sync() is None
    portal.spoil = lambda _what, _call: None
    done = home.passed(full=True)
    assert done.coverage["list-clients"].way == "full"
    assert done.tallies["client"].unchanged == 25


def test_a_run_of_other_files_begins_anew(tmp_path: Path) -> None:
    portal = Clinics.of(clients=95)
    home = Home(tmp_path, everything(tmp_path), portal)
    portal.spoil = dies_at(portal, 6, PersonNeeded("a captcha"))
    assert home.sync() is None
    portal.spoil = lambda _what, _call: None
    portal.counts()
    other = OTHER_CLIENT.replace("last_name: name", "last_name: {path: name, required: true}")
    home.files = everything(tmp_path, mappings__client=other)
    done = home.passed()
    assert (done.coverage["list-clients"].resumed, portal.counts()["/clients"]) == (False, 10)


# ---------------------------------------------------------------- only what changed


def hours(home: Home, number: float) -> None:
    home.clock.pass_time(number * 3600)


def test_a_list_that_can_be_asked_for_changes_is_asked_for_those_until_everything_is_due(
    tmp_path: Path,
) -> None:
    rule = OTHER_CLIENT + "changes: {list-clients: {since: since, lookback: 10}}\n"
    portal = Clinics.of(clients=95)
    home = Home(tmp_path, everything(tmp_path, mappings__client=rule), portal)
    first = home.passed().coverage["list-clients"]
    assert (first.way, first.why) == ("full", "there is no complete reading of it by these files")
    hours(home, 1)
    portal.clients[40] |= {"name": "Birch", "edited": int(home.clock.now().timestamp())}
    portal.clients.pop()
    portal.counts()
    second = home.passed()
    assert second.coverage["list-clients"].way == "since"
    assert second.tallies["client"] == store.Tally(changed=1)
    assert portal.counts()["/clients"] == 1
    assert second.kept["client"].startswith("list-clients was read by its changes; everything")
    hours(home, 24)
    third = home.passed()
    assert third.coverage["list-clients"].way == "full"
    assert third.tallies["client"] == store.Tally(removed=1, unchanged=94)
    assert home.passed(full=True).coverage["list-clients"].why == "asked for"


def test_changes_are_asked_for_from_where_the_last_complete_reading_began(tmp_path: Path) -> None:
    rule = OTHER_CLIENT + "changes: {list-clients: {since: since, lookback: 0}}\n"
    portal = Clinics.of(clients=25)
    home = Home(tmp_path, everything(tmp_path, mappings__client=rule), portal)
    home.passed()
    hours(home, 1)
    portal.clients[3] |= {"name": "Birch", "edited": int(home.clock.now().timestamp())}
    hours(home, 1)
    portal.spoil = dies_at(portal, 1, PersonNeeded("a captcha"))
    assert home.sync() is None
    portal.spoil = lambda _what, _call: None
    hours(home, 7)  # too long ago to go on from
    assert home.passed().tallies["client"] == store.Tally(changed=1)


NEWEST = """
version: 1
mapping: invoice
entity: invoice
endpoints: [list-bills]
key: id
fields: {number: no, source_updated_at: at}
changes: {list-bills: {newest: source_updated_at}}
"""


def aging(tmp_path: Path) -> tuple[Clinics, Home]:
    """A portal of which each bill is a day older than the one before it, read once."""
    portal = Clinics.of(bills=95)
    home = Home(tmp_path, everything(tmp_path, mappings__invoice=NEWEST), portal)
    for age, row in enumerate(portal.bills):
        row["at"] = (home.clock.now() - timedelta(days=age + 1)).isoformat()
    home.passed()
    return portal, home


def test_a_list_with_the_newest_first_is_read_to_a_page_on_which_nothing_changed(
    tmp_path: Path,
) -> None:
    portal, home = aging(tmp_path)
    hours(home, 1)
    now = home.clock.now().isoformat()
    portal.bills[:0] = [{"id": 200 + n, "no": f"B-{n}", "at": now} for n in range(12)]
    portal.counts()
    second = home.passed()
    assert second.coverage["list-bills"].way == "newest"
    assert second.tallies["invoice"].created == 12
    assert portal.counts()["/bills"] < 10
    portal.bills[60]["no"] = "changed, and not newer"
    assert home.passed().tallies["invoice"].changed == 0
    assert home.passed(full=True).tallies["invoice"].changed == 1


def test_a_page_of_which_nothing_is_left_after_a_shift_does_not_say_that_nothing_is_new(
    tmp_path: Path,
) -> None:
    portal, home = aging(tmp_path)
    hours(home, 8)
    now = home.clock.now().isoformat()
    portal.bills[:0] = [{"id": 200 + n, "no": f"N-{n}", "at": now} for n in range(35)]
    done: list[int] = []

    def shift(what: str, _call: Call) -> Reply | None:
        if what == "/bills?2" and not done:
            done.append(1)
            portal.bills[:0] = [{"id": 300 + n, "no": f"L-{n}", "at": now} for n in range(10)]
        return None

    portal.spoil = shift
    home.passed()
    assert sum(200 <= int(key) < 235 for key in home.there("invoice")) == 35


def test_changes_since_a_date_are_those_since_a_day_of_the_practice(tmp_path: Path) -> None:
    by_day = OTHER_CLIENTS.replace("type: datetime, format: epoch_s", "type: date")
    rule = OTHER_CLIENT + "changes: {list-clients: {since: since, lookback: 10}}\n"
    asked: list[str] = []

    def spy(what: str, call: Call) -> Reply | None:
        query = dict(parse_qsl(urlsplit(call.url).query))
        if not what.startswith("/clients") or "since" not in query:
            return None
        asked.append(query["since"])
        return json_reply(call, {"rows": [], "total": 0})

    portal = Clinics.of(clients=2, bills=1, tags=1)
    portal.spoil = spy
    files = everything(tmp_path, endpoints__list_clients=by_day, mappings__client=rule)
    home = Home(tmp_path, files, portal)
    hours(home, 16.5)  # two o'clock in UTC, the evening before in Chicago
    home.passed()
    hours(home, 1)
    home.passed()
    assert asked == ["2026-03-02"]


def test_only_items_that_changed_are_asked_about(tmp_path: Path) -> None:
    rule = LINE_MAPPING + "changes: {get-bill: {parent: true}}\n"
    portal = Clinics.of(bills=30)
    home = Home(tmp_path, everything(tmp_path, mappings__invoice_line=rule), portal)
    home.passed()
    portal.bills[4]["no"] = "changed"
    portal.bills.append({"id": 99, "no": "new"})
    portal.counts()
    second = home.passed()
    asked = {path for path in portal.counts() if path.startswith("/bills/")}
    assert asked == {"/bills/5", "/bills/99"}
    assert second.coverage["get-bill"].way == "parent"
    assert "99-1" in home.there("invoice_line")
    assert len({p for p in (home.passed(full=True), portal.counts())[1] if "/bills/" in p}) == 31


# ---------------------------------------------------------------- large portals


class _Weighing:
    """Weighs what is held, every twenty calls; when the interpreter clears away is chance."""

    def __init__(self, portal: Clinics) -> None:
        self._portal, self.most = portal, 0

    def __call__(self, _what: str, _call: Call) -> None:
        if len(self._portal.asked) % 20 == 0:
            gc.collect()
            self.most = max(self.most, tracemalloc.get_traced_memory()[0])


@pytest.mark.must_hold("pulse")
def test_three_times_the_rows_need_three_times_the_requests_and_the_same_memory(
    tmp_path: Path, scale: Callable[[int, int], int], measured: Callable[..., None]
) -> None:
    few = scale(1_200, 5_000)
    pages = {"endpoints__list_clients": OTHER_CLIENTS.replace("size: 10", "size: 25")}
    peaks, requests = [], []
    for number, size in enumerate((few // 12, few, few * 3)):  # the first one warms up
        root = tmp_path / str(number)
        root.mkdir()
        portal = Clinics.of(clients=size)
        portal.size = 25
        home = Home(root, everything(root, **pages), portal)
        portal.spoil = heaviest = _Weighing(portal)
        tracemalloc.start()
        home.passed()
        tracemalloc.stop()
        peaks.append(heaviest.most)
        requests.append(len(portal.asked))
    measured("rows", few * 3)
    measured("requests per 1,000 rows, pages of 25", requests[2] * 1_000 // (few * 3))
    measured("most memory held with a third of them, KiB", peaks[1] // 1024)
    measured("most memory held with all of them, KiB", peaks[2] // 1024)
    assert requests[2] <= 3 * requests[1] + 3
    assert peaks[2] <= 1.3 * peaks[1]


@pytest.mark.must_hold("pulse")
def test_an_answer_of_many_items_is_made_and_written_in_parts(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    peaks = []
    for size in (50, 1_000, 4_000):  # the first one warms up
        root = tmp_path / str(size)
        root.mkdir()
        home = Home(root, everything(root), Clinics.of(tags=size))
        tracemalloc.start()
        home.passed()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert len(home.there("provider")) == size
    measured("peak of memory with 1,000 items in one answer, KiB", peaks[1] // 1024)
    measured("peak of memory with 4,000 items in one answer, KiB", peaks[2] // 1024)
    assert peaks[2] < 1.8 * peaks[1]
