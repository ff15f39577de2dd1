"""One record is asked for, and what comes back decides; nothing that a notice said is believed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import JsonValue

from automation import store
from automation.catalog import Catalog
from automation.errors import AnswerNotUnderstood, NotPermitted, PortalDown, VetportalError
from automation.model import Call, Reply, Topic
from automation.store import Scope
from automation.sync import Plan, RecordReading
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, json_reply
from tests.store.support import Reversing
from tests.sync.support import folder

LIST = """
version: 1
endpoint: list-{0}s
effect: read
request: {{method: GET, url: /{0}s, query: {{{1}: {{input: {1}, optional: true}}}}}}
response: {{items: results, key: id}}
pagination: {{kind: next, source: {{json_path: next}}, stop: {{absent: true}}}}
"""
GET = """
version: 1
endpoint: get-client
effect: read
request: {method: GET, url: '/clients/{id}', path: {id: {input: client}}}
response: {key: id}
"""
LINES = """
version: 1
endpoint: list-lines
effect: read
request:
  method: GET
  url: /lines
  query: {bill: {derived: list-bills, path: 'results[].id'}}
response: {items: results, key: id}
"""
CLIENT = """
version: 1
mapping: client
entity: client
endpoints: [list-clients]
key: id
fields: {last_name: name}
lookups: {group: {endpoint: list-groups, key: id, by: group}}
custom_fields: [group]
"""
INVOICE = """
version: 1
mapping: invoice
entity: invoice
endpoints: [list-bills]
key: id
fields: {number: no}
"""
LINE = """
version: 1
mapping: invoice_line
entity: invoice_line
endpoints: [list-lines]
key: id
fields: {description: text, invoice: bill}
"""
NOTICE = """
version: 1
mapping: task
entity: task
endpoints: [list-clients]
of: document
each: notices
key: id
fields: {title: text}
"""
PAYMENT = """
version: 1
mapping: payment
entity: payment
endpoints: [get-payment]
key: id
fields: {invoice: bill}
"""
PAID = """
version: 1
endpoint: get-payment
effect: read
request:
  method: GET
  url: /payments/{id}
  path: {id: {derived: list-bills, path: 'results[].id'}}
"""
TOPICS: dict[str, dict[str, list[dict[str, str]]]] = {
    "client": {"reads": [{"read": "get-client", "by": "client", "like": "list-clients"}]},
    "bill": {
        "reads": [
            {"read": "list-bills", "by": "id"},
        ]
    },
}

Row = dict[str, JsonValue]
T = TypeVar("T")


@dataclass
class Shop:
    """A portal with clients, and bills that have lines and a payment each.

    Attributes:
        tables: rows by path.
        ignores: filters that it passes over.
        asked: paths and queries of the calls.
        spoil: may answer before the portal does.
    """

    tables: dict[str, list[Row]] = field(default_factory=dict)
    ignores: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    spoil: Callable[[str], int | None] = lambda _path: None

    def __call__(self, call: Call) -> Reply:
        split = urlsplit(call.url)
        _, table, *rest = split.path.split("/")
        self.asked.append(split.path + (f"?{split.query}" if split.query else ""))
        if (status := self.spoil(split.path)) is not None:
            return json_reply(call, {"detail": "no"}, status=status)
        if table == "payments":
            return json_reply(call, {"id": f"p{rest[0]}", "bill": int(rest[0])})
        rows = self.tables.get(table, [])
        if rest:
            found = next((row for row in rows if str(row["id"]) == rest[0]), None)
            return json_reply(call, found or {}, status=200 if found else 404)
        for name, value in parse_qsl(split.query):
            if name not in self.ignores:
                rows = [row for row in rows if str(row[name]).rstrip("/").endswith(f"/{value}")
                        or str(row[name]) == value]  # fmt: skip
        return json_reply(call, {"results": list(rows)})


def files(root: Path, payment: str = PAYMENT) -> Catalog:
    return folder(
        root,
        endpoints__list_clients=LIST.format("client", "id"),
        endpoints__list_groups=LIST.format("group", "id"),
        endpoints__list_bills=LIST.format("bill", "id"),
        endpoints__list_lines=LINES,
        endpoints__get_client=GET,
        endpoints__get_payment=PAID,
        mappings__client=CLIENT,
        mappings__invoice=INVOICE,
        mappings__invoice_line=LINE,
        mappings__payment=payment,
    )


@pytest.fixture
def shop() -> Shop:
    return Shop(
        {
            "clients": [{"id": n, "name": f"Ash {n}", "group": 1} for n in (1, 2, 3)],
            "groups": [{"id": 1, "title": "Friends"}],
            "bills": [{"id": n, "no": f"B-{n}"} for n in (1, 2)],
            "lines": [
                {"id": 10 * bill + n, "text": "exam", "bill": bill}
                for bill in (1, 2)
                for n in (1, 2)
            ],
        }
    )


@dataclass
class Home:
    """A database, and runs that follow notices."""

    root: Path
    shop: Shop
    runs: int = 0
    payment: str = PAYMENT

    def follow(self, topic: str, *records: str) -> VetportalError | None:
        """One run over some records; what ended it."""
        reads = [{"shown": "id", **read} for read in TOPICS[topic]["reads"]]
        about = Topic.model_validate({"reads": reads})

        async def work(reading: RecordReading) -> None:
            await reading.prepare([about])
            for record in records:
                await reading.follow(about, record)

        return self.run(work)

    def take(self, name: str, item: JsonValue) -> VetportalError | None:
        """One run that takes one item of an endpoint; what ended it."""

        async def work(reading: RecordReading) -> None:
            await reading.prepare([], [name])
            await reading.take(name, item)

        return self.run(work)

    def run(self, work: Callable[[RecordReading], Awaitable[None]]) -> VetportalError | None:
        """One run; what ended it."""

        async def scene(rows: store.Store) -> VetportalError | None:
            session = FakeSession(self.shop)
            if not await rows.practices():
                await rows.add_practice(session.practice)
            self.runs += 1
            run = f"run-{self.runs}"
            await rows.start_run(run, practice="north", kind="inbound")
            plan = Plan(files(self.root, self.payment), "acme")
            clock, rng = VirtualClock(), Random(1)
            reading = RecordReading(session, plan, rows, run, clock=clock, rng=rng)
            problem = None
            try:
                await work(reading)
            except VetportalError as caught:
                problem = caught
            await rows.finish_run(run, outcome="succeeded")
            return problem

        return run_engine(self.within(scene))

    async def within(self, scene: Callable[[store.Store], Awaitable[T]]) -> T:
        url = f"sqlite+aiosqlite:///{self.root}/x.db"
        rows = await store.Store.open(url, clock=VirtualClock(), sealer=Reversing())
        try:
            return await scene(rows)
        finally:
            await rows.close()

    def there(self, kind: str) -> dict[str, object]:
        """What exists, by the portal's ids."""

        async def scene(rows: store.Store) -> dict[str, object]:
            names = {"client": "last_name", "invoice": "number", "invoice_line": "description"}
            found = await rows.rows(kind, Scope("north"))
            return {e.source_id: getattr(e, names.get(kind, "source_id")) for e in found}

        return run_engine(self.within(scene))


@pytest.fixture
def home(tmp_path: Path, shop: Shop) -> Home:
    return Home(tmp_path, shop)


def test_a_record_becomes_what_the_list_would_make_of_it(home: Home) -> None:
    assert home.follow("client", "2") is None
    assert home.there("client") == {"2": "Ash 2"}
    home.shop.tables["clients"][1]["name"] = "Birch"
    home.follow("client", "2")
    assert home.there("client") == {"2": "Birch"}
    assert not [path for path in home.shop.asked if path.startswith("/clients?")]


def test_an_item_that_was_shown_becomes_what_the_list_would_make_of_it(home: Home) -> None:
    assert home.take("list-clients", {"id": 2, "name": "Birch", "group": 1}) is None
    assert home.there("client") == {"2": "Birch"}
    assert [path.partition("?")[0] for path in home.shop.asked] == ["/groups"]


def test_what_is_called_for_the_items_of_a_list_is_called_for_one_that_was_shown(
    home: Home,
) -> None:
    assert home.take("list-bills", {"id": 2, "no": "B-2"}) is None
    assert home.there("invoice") == {"2": "B-2"}
    assert set(home.there("invoice_line")) == {"21", "22"}
    assert set(home.there("payment")) == {"p2"}


def test_of_an_item_that_needs_the_list_around_it_nothing_is_made(home: Home) -> None:
    home.payment = PAYMENT.replace("invoice: bill", "invoice: {path: id, of: parent}")
    assert home.take("get-payment", {"id": "p7", "bill": 7}) is None
    assert home.take("get-client", {"id": 7}) is None
    assert home.there("payment") == {}


def test_of_an_item_nothing_is_made_that_stands_beside_it_in_its_list(home: Home) -> None:
    mappings = home.root / "flows" / "acme" / "mappings"
    mappings.mkdir(parents=True)
    (mappings / "task.yaml").write_text(NOTICE)
    assert home.take("list-clients", {"id": 2, "name": "Birch", "group": 1}) is None
    assert home.follow("client", "1") is None
    assert home.there("client") == {"1": "Ash 1", "2": "Birch"}
    assert home.there("task") == {}


def test_an_id_that_nobody_knows_changes_nothing(home: Home) -> None:
    home.follow("client", "1")
    assert home.follow("client", "999") is None
    assert home.there("client") == {"1": "Ash 1"}


def test_a_record_that_is_gone_gets_a_tombstone_while_another_is_found(home: Home) -> None:
    home.follow("client", "1", "2")
    home.shop.tables["clients"].pop(0)
    assert home.follow("client", "1") is None
    assert home.there("client") == {"2": "Ash 2"}


def test_where_no_other_record_is_found_the_call_has_moved_and_nothing_is_removed(
    home: Home,
) -> None:
    home.follow("client", "1", "2", "3")
    home.shop.spoil = lambda path: 404 if path.startswith("/clients/") else None
    problem = home.follow("client", "1")
    assert isinstance(problem, AnswerNotUnderstood)
    assert sorted(home.there("client")) == ["1", "2", "3"]


def test_a_filter_that_the_portal_passes_over_is_noticed(home: Home) -> None:
    home.shop.ignores.add("id")
    problem = home.follow("bill", "1")
    assert isinstance(problem, AnswerNotUnderstood)
    assert "the input id was passed over" in problem.message
    assert home.there("invoice") == {}


def test_the_parts_of_a_record_are_read_with_it_and_those_that_are_missing_are_removed(
    home: Home,
) -> None:
    home.follow("bill", "1", "2")
    assert sorted(home.there("invoice_line")) == ["11", "12", "21", "22"]
    home.shop.tables["lines"].pop(0)
    home.follow("bill", "1")
    assert sorted(home.there("invoice_line")) == ["12", "21", "22"]
    home.shop.tables["bills"].pop(0)
    home.shop.tables["lines"] = [row for row in home.shop.tables["lines"] if row["bill"] == 2]
    home.follow("bill", "1")
    assert sorted(home.there("invoice_line")) == ["21", "22"]
    assert home.there("invoice") == {"2": "B-2"}


def test_calls_that_are_made_for_the_items_of_a_list_are_made_for_the_record(home: Home) -> None:
    home.follow("bill", "2")
    assert home.there("payment") == {"p2": "p2"}
    assert "/payments/1" not in home.shop.asked


@pytest.mark.parametrize("status,problem", [(403, NotPermitted), (500, AnswerNotUnderstood)])
def test_a_call_that_fails_removes_nothing(
    home: Home, status: int, problem: type[VetportalError]
) -> None:
    home.follow("client", "1", "2")
    home.shop.spoil = lambda path: status if path == "/clients/1" else None
    assert isinstance(home.follow("client", "1"), problem | PortalDown)
    assert sorted(home.there("client")) == ["1", "2"]


def test_without_a_table_that_is_looked_up_nothing_is_made(home: Home) -> None:
    home.shop.spoil = lambda path: 403 if path == "/groups" else None
    problem = home.follow("client", "1")
    assert isinstance(problem, AnswerNotUnderstood)
    assert "nothing is made of it without list-groups" in problem.message
    assert home.there("client") == {}
    assert home.follow("bill", "1") is None
