"""Before anything is written everything is read and checked that can be."""

from __future__ import annotations

from random import Random

import pytest

from automation.model import (
    Call,
    Endpoint,
    Paged,
    Pagination,
    Portal,
    Profile,
    Reply,
    RequestTemplate,
    ResponseShape,
    Stop,
)
from automation.writes import Checked, Known, Looking
from tests.engine import run_engine
from tests.fakes import START, FakeSession, VirtualClock, json_reply
from tests.writes.shop import ENDPOINTS, Shop, operation


def looked(shop: Shop, profile: Profile | None = None) -> tuple[tuple[Checked, ...], Known]:
    known = Known(operation(), shop.session.practice, {"client_id": 7}, "m", START.isoformat())
    looking = Looking(known, shop.session, ENDPOINTS.__getitem__, VirtualClock(), Random(1))
    return run_engine(looking.look(profile)), known


def test_what_was_read_is_known_and_checked() -> None:
    checks, known = looked(Shop())
    assert known.reads == {"client": {"active": True, "state": 1}}
    assert [(check.what, check.outcome) for check in checks] == [
        ("right Sales", "unknown"),
        ("read client", "holds"),
        ("reads.client.active", "holds"),
    ]


def test_what_is_not_as_it_must_be_fails_in_the_words_of_the_operation() -> None:
    checks, _ = looked(Shop(active=False))
    assert checks[-1] == Checked("reads.client.active", "fails", "the client is archived")


def test_what_could_not_be_read_fails_and_nothing_is_checked_on_it() -> None:
    shop = Shop()
    shop.client = None
    checks, known = looked(shop)
    assert checks[-1] == Checked("read client", "fails", "there is no such client")
    assert known.reads == {"client": None}


PAGES = {1: [{"id": 1, "state": "new"}, {"id": 2, "state": "old"}], 2: [{"id": 3, "state": "new"}]}
LIST = Endpoint(
    endpoint="list-sales",
    effect="read",
    request=RequestTemplate(method="GET", url="/api/sales/", query={"page": Paged(page="number")}),
    response=ResponseShape(items="sales", key="id"),
    pagination=Pagination(kind="page", start=1, stop=Stop(total="total")),
)


def listed(read: dict[str, object]) -> tuple[tuple[Checked, ...], Known, list[int]]:
    """Look at a list of two pages; also which pages were asked for."""
    asked: list[int] = []

    def answer(call: Call) -> Reply:
        asked.append(int(call.url.rpartition("=")[2]))
        return json_reply(call, {"sales": PAGES.get(asked[-1], []), "total": 3})

    session = FakeSession(answer, portal=Portal(portal="acme", title="", hosts=()))
    made = operation(reads={"sale": {"endpoint": "list-sales", **read}}, checks=[], states=None)
    known = Known(made, session.practice, {"id": 3, "first": 1, "none": 9}, "m", START.isoformat())
    looking = Looking(known, session, {"list-sales": LIST}.__getitem__, VirtualClock(), Random(1))
    return run_engine(looking.look(None)), known, asked


def by(name: str) -> dict[str, object]:
    match = {"item": "id", "equals": f"inputs.{name}", "kind": "number"}
    return {"match": [match], "path": "items[0]", "otherwise": "there is no such sale"}


def test_a_thing_is_looked_up_by_its_key_on_every_page_until_it_is_found() -> None:
    _, known, asked = listed(by("id"))
    assert (known.reads["sale"], asked) == ({"id": 3, "state": "new"}, [1, 2])
    _, known, asked = listed(by("first"))
    assert (known.reads["sale"], asked) == ({"id": 1, "state": "new"}, [1])


def test_what_is_on_no_page_is_not_there() -> None:
    checks, known, asked = listed(by("none"))
    assert (known.reads["sale"], asked) == (None, [1, 2])
    assert checks[-1] == Checked("read sale", "fails", "there is no such sale")


def test_a_list_whose_items_are_looked_at_is_read_whole_and_a_document_once() -> None:
    _, known, asked = listed({"path": "items[?state == 'new'].id"})
    assert (known.reads["sale"], asked) == ([1, 3], [1, 2])
    _, known, asked = listed({"path": "document.total"})
    assert (known.reads["sale"], asked) == (3, [1])


def test_of_a_list_that_is_too_long_nothing_is_concluded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automation.writes.looking.MOST", 1)
    checks, known, _ = listed(by("none"))
    assert (checks[-1].outcome, known.reads["sale"]) == ("fails", None)
    assert "more than 1 items" in checks[-1].why
