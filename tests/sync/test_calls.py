"""Calls for single items: planned with their list, made where something changed, spared."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import JsonValue
from typing_extensions import override

from automation.catalog import Catalog
from automation.errors import BadFile
from automation.model import Call, Reply
from automation.store import Scope, Store
from automation.sync import Plan
from tests.fakes import json_reply
from tests.sync.support import Clinic, Home, folder

BILLS = """
version: 1
endpoint: list-bills
effect: read
request: {method: GET, url: /bills, query: {since: {input: since, type: datetime, optional: true}}}
response: {items: rows, key: id}
"""
LINES = """
version: 1
endpoint: list-lines
effect: read
request: {method: GET, url: /lines}
response: {items: rows, key: id}
"""
OF_BILL = """
version: 1
endpoint: list-lines-of-bill
effect: read
request:
  method: GET
  url: /lines
  query: {bill: {derived: list-bills, path: 'rows[].id'}}
response: {items: rows, key: id}
"""
BILL_MAPPING = """
version: 1
mapping: invoice
entity: invoice
endpoints: [list-bills]
key: id
fields: {number: no}
changes: {list-bills: {since: since}}
"""
LINE_MAPPING = """
version: 1
mapping: invoice_line
entity: invoice_line
endpoints: [list-lines, list-lines-of-bill]
key: id
fields: {invoice: bill, description: text}
changes:
  list-lines: {kept: true}
  list-lines-of-bill: {parent: true, covered_by: list-lines}
"""


class Till(Clinic):
    """A portal with bills that say when they changed, and lines that do not."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[int, str] = {1: "B-1", 2: "B-2", 3: "B-3"}
        self.charges: dict[int, tuple[int, str]] = {
            10: (1, "exam"),
            20: (2, "pill"),
            30: (3, "food"),
        }
        self.changed: set[int] = set()
        self.missing: set[str] = set()
        self.hidden: set[str] = set()

    @override
    def __call__(self, call: Call) -> Reply:
        parts = urlsplit(call.url)
        query = dict(parse_qsl(parts.query))
        self.asked.append(parts.path + (f"?bill={query['bill']}" if "bill" in query else ""))
        if self.asked[-1] in self.missing:
            return json_reply(call, {}, status=404)
        if self.asked[-1] in self.hidden:
            return json_reply(call, {}, status=403)
        bills: list[JsonValue] = [
            {"id": one, "no": number}
            for one, number in self.numbers.items()
            if "since" not in query or one in self.changed
        ]
        lines: list[JsonValue] = [
            {"id": one, "bill": bill, "text": text}
            for one, (bill, text) in self.charges.items()
            if query.get("bill", str(bill)) == str(bill)
        ]
        return json_reply(call, {"rows": bills if parts.path == "/bills" else lines})

    def calls(self) -> list[str]:
        """What was asked since this was asked last."""
        found = list(self.asked)
        self.asked.clear()
        return found


def files(root: Path, **changed: str) -> Catalog:
    given = {
        "endpoints__list_bills": BILLS,
        "endpoints__list_lines": LINES,
        "endpoints__list_lines_of_bill": OF_BILL,
        "mappings__invoice": BILL_MAPPING,
        "mappings__invoice_line": LINE_MAPPING,
    }
    return folder(root, **{**given, **changed})


def lines_of(home: Home) -> list[str | None]:
    """The texts of the lines that are known, by their ids."""

    async def scene(rows: Store) -> list[str | None]:
        found = await rows.rows("invoice_line", Scope("north"))
        return [
            getattr(one, "description", None) for one in sorted(found, key=lambda o: o.source_id)
        ]

    return home.ask(scene)


def test_a_list_that_was_read_fully_spares_the_calls_for_its_items(tmp_path: Path) -> None:
    till = Till()
    home = Home(tmp_path, files(tmp_path), till)
    done = home.passed()
    assert till.calls() == ["/bills", "/lines"]
    assert done.coverage["list-lines-of-bill"].ended == "complete"
    assert home.there("invoice_line") == ["10", "20", "30"]


def test_what_changes_is_asked_for_item_by_item_until_everything_is_read_again(
    tmp_path: Path,
) -> None:
    till = Till()
    home = Home(tmp_path, files(tmp_path), till)
    home.passed()
    till.calls()
    till.numbers[2], till.changed, till.charges[21] = "B-2a", {2}, (2, "more")
    till.charges[20] = (2, "other pill")
    done = home.passed()
    assert till.calls() == ["/bills", "/lines?bill=2"]
    assert done.coverage["list-lines"].way == "kept"
    assert lines_of(home) == ["exam", "other pill", "more", "food"]
    home.passed()
    assert till.calls() == ["/bills"]
    till.changed = {3}  # as it was read, but perhaps after its lines were
    home.passed()
    assert till.calls() == ["/bills", "/lines?bill=3"]
    home.passed()
    assert till.calls() == ["/bills"]
    home.clock.pass_time(25 * 3600)
    del till.charges[10]
    done = home.passed()
    assert till.calls() == ["/bills", "/lines"]
    assert (done.kept, home.there("invoice_line")) == ({}, ["20", "21", "30"])


def test_calls_wait_where_the_list_that_gives_everything_was_not_read(tmp_path: Path) -> None:
    till = Till()
    home = Home(tmp_path, files(tmp_path), till)
    till.missing = {"/lines"}
    done = home.passed()
    assert "/lines?bill=1" not in till.calls()
    assert {done.coverage[f"list-lines{end}"].ended for end in ("", "-of-bill")} == {"failed"}
    till.missing = set()
    home.passed()
    assert till.calls() == ["/bills", "/lines"]


def test_what_a_list_would_give_that_may_not_be_seen_may_not_be_seen_either(
    tmp_path: Path,
) -> None:
    till = Till()
    home = Home(tmp_path, files(tmp_path), till)
    till.hidden = {"/lines"}
    done = home.passed()
    assert "/lines?bill=1" not in till.calls()
    ended = {done.coverage[f"list-lines{end}"].ended for end in ("", "-of-bill")}
    assert ended == {"not_permitted"}
    assert done.problems == []


def test_calls_are_made_after_the_list_that_spares_them_and_add_nothing_to_what_it_says(
    tmp_path: Path,
) -> None:
    plan = Plan(files(tmp_path), "acme")
    assert plan.order == ["list-bills", "list-lines", "list-lines-of-bill"]
    assert plan.covered == {"list-lines-of-bill": "list-lines"}
    line = next(one for one in plan.mappings if one.mapping == "invoice_line")
    assert plan.needs(line) == {"list-lines"}


@pytest.mark.parametrize(
    "rule,told",
    [
        ("{parent: true, covered_by: list-bills}", "the mapping does not read list-bills"),
        ("{kept: true, covered_by: list-lines}", "goes with"),
    ],
)
def test_a_cover_that_does_not_fit_is_refused(tmp_path: Path, rule: str, told: str) -> None:
    wrong = LINE_MAPPING.replace("{parent: true, covered_by: list-lines}", rule)
    with pytest.raises(BadFile, match=told):
        Plan(files(tmp_path, mappings__invoice_line=wrong), "acme")


def test_a_list_that_nothing_is_made_of_may_tell_what_changed(tmp_path: Path) -> None:
    bare = BILL_MAPPING.replace("changes: {list-bills: {since: since}}", "")
    also = LINE_MAPPING.replace("changes:", "changes:\n  list-bills: {since: since}")
    plan = Plan(files(tmp_path, mappings__invoice=bare, mappings__invoice_line=also), "acme")
    assert plan.rules["list-bills"].since == "since"
