"""What a comparison of screen and replay says."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import cast

import pytest
from pydantic import JsonValue

from automation import browser
from automation.errors import AnswerNotUnderstood, NotKnown
from automation.model import (
    Answer,
    Call,
    Constant,
    Derived,
    Endpoint,
    Flow,
    Paged,
    Reply,
    RequestTemplate,
    ResponseShape,
)
from automation.ports import Values
from automation.verify import proof as proof_module
from automation.verify.proof import Proof, Proving, compared, known, span_of, thing_of
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, html_reply, json_reply

LIST = Endpoint(
    endpoint="list-pets",
    effect="read",
    request=RequestTemplate(
        method="GET", url="/pets", query={"start": Paged(page="from", format="%Y-%m-%d")}
    ),
    response=ResponseShape(items="rows", key="id"),
)


def test_the_same_items_in_another_order_are_equal() -> None:
    shown: list[JsonValue] = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
    replayed: list[JsonValue] = [{"name": "b", "id": 2}, {"name": "a", "id": 1}]
    assert compared(LIST, shown, replayed, (1, 1)).equal


def test_each_difference_is_named_by_its_key() -> None:
    proof = compared(LIST, [{"id": 1}, {"id": 2}], [{"id": 2, "x": 3}, {"id": 4}], (1, 1))
    assert not proof.equal
    assert proof.differing == (
        "1: only on the screen",
        "2: differs",
        "4: only in the replay",
    )


def test_an_item_on_the_border_of_two_windows_counts_once() -> None:
    proof = compared(LIST, [{"id": 1}, {"id": 1}], [{"id": 1}], (1, 1))
    assert proof.equal
    assert proof.browser_items == 1


def test_the_days_of_the_replay_are_those_the_screen_asked_for() -> None:
    answers = [
        Answer("list-pets", f"https://x.example/pets?start={day}", ())
        for day in ("2026-06-15", "2026-06-22", "2026-06-29")
    ]
    span = span_of(answers, LIST)
    assert [str(day) for day in span.values()] == ["2026-06-15", "2026-06-29"]


def test_a_list_of_which_the_screen_asks_one_part_is_replayed_for_that_part() -> None:
    location = Derived(derived="list-locations", path="[].id")
    request = LIST.request.model_copy(update={"query": {**LIST.request.query, "place": location}})
    endpoint = LIST.model_copy(update={"request": request})

    def asked(*places: str) -> list[Answer]:
        address = "https://x.example/pets?start=2026-06-15&place="
        return [Answer("list-pets", f"{address}{place}", ()) for place in places]

    assert thing_of(asked("4", "4"), endpoint) == {"place": "4"}
    assert thing_of(asked("4", "7"), endpoint) == {}, "the screen asked for several itself"
    assert thing_of(asked("4"), LIST) == {}


# ---------------------------------------------------------------- calls that are made for one thing

BASE = "https://app.acme.example"
PARENTS = Endpoint(
    endpoint="list-pets",
    effect="read",
    request=RequestTemplate(method="GET", url="/pets"),
    response=ResponseShape(items="rows", key="id"),
)
ONE = Endpoint(
    endpoint="get-pet",
    effect="read",
    request=RequestTemplate(
        method="GET",
        url="/pets/{id}",
        path={"id": Derived(derived="list-pets", path="rows[].id")},
    ),
    response=ResponseShape(items="notes", key="id"),
)


def portal(call: Call) -> Reply:
    """Three pets whose notes have the same numbers and other texts."""
    if call.url == f"{BASE}/pets":
        return json_reply(call, {"rows": [{"id": 1}, {"id": 2}, {"id": 3}]})
    return json_reply(call, {"notes": [{"id": 1, "text": call.url}]})


def screen(url: str, text: str | None = None, content: bytes | None = None) -> Reply:
    document = {"notes": [{"id": 1, "text": text or url}]}
    return Reply(200, url, (), json.dumps(document).encode() if content is None else content)


def proven(
    monkeypatch: pytest.MonkeyPatch,
    *replies: Reply,
    lost: bool = False,
    of: Endpoint = ONE,
    portal: Callable[[Call], Reply] = portal,
) -> Proof:
    async def seen(*_: object, **__: object) -> tuple[Reply, ...]:
        return replies

    monkeypatch.setattr(proof_module, "screen_replies", seen)
    tab, values = cast("browser.Tab", None), cast("Values", None)  # the screen is played above
    endpoints = {} if lost else {"list-pets": PARENTS}
    proving = Proving(FakeSession(portal), tab, values, endpoints, VirtualClock(), Random(1))
    return run_engine(proving.prove(of, Flow(flow="get-pet", portal="acme", steps=())))


def test_each_call_counts_however_alike_the_keys_of_their_items_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proof = proven(monkeypatch, screen(f"{BASE}/pets/3"), screen(f"{BASE}/pets/1"))
    assert proof.equal
    assert (proof.browser_items, proof.replay_items) == (2, 2)


def test_a_call_that_differs_is_named_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = proven(monkeypatch, screen(f"{BASE}/pets/1", "other"), screen(f"{BASE}/pets/2"))
    assert proof.differing == (f"{BASE}/pets/1: differs",)


def test_a_call_that_the_replay_never_makes_is_a_difference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proof = proven(monkeypatch, screen(f"{BASE}/pets/1"), screen(f"{BASE}/pets/9"))
    assert proof.differing == (f"{BASE}/pets/9: only on the screen",)


def test_two_documents_of_one_address_are_two_calls_and_the_same_twice_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = f"{BASE}/pets/1"
    assert proven(monkeypatch, screen(url), screen(url)).browser_items == 1
    proof = proven(monkeypatch, screen(url, "other"), screen(url))
    assert proof.browser_items == 2
    assert not proof.equal


def test_in_which_order_a_script_writes_the_query_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paged = ONE.request.model_copy(
        update={"query": {"a": Constant(constant="1"), "b": Constant(constant="2")}}
    )
    of = ONE.model_copy(update={"request": paged})

    def notes(call: Call) -> Reply:
        return screen(call.url, "same") if "pets/" in call.url else portal(call)

    assert proven(monkeypatch, screen(f"{BASE}/pets/1?b=2&a=1", "same"), of=of, portal=notes).equal


def test_a_flow_that_makes_no_such_call_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AnswerNotUnderstood, match="get-pet: the flow made no such call"):
        proven(monkeypatch)


def test_the_screen_is_read_as_the_replay_is(monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"{BASE}/pets/1"
    guarded = b")]}'," + screen(url).content
    assert proven(monkeypatch, screen(url, content=guarded)).equal
    with pytest.raises(AnswerNotUnderstood, match="get-pet: the screen got HTML instead of JSON"):
        proven(monkeypatch, screen(url, content=b"<html>"))


def test_of_a_page_only_what_is_read_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    def chart(call: Call) -> Reply:
        return html_reply(call, page("Rex", visits=9)) if "pets/" in call.url else portal(call)

    def page(name: str, visits: int) -> str:
        seen = f'<a href="/seen?visits={visits}">Visits</a>'
        return f"<nav>{seen}</nav><main><dl><dt>Name</dt><dd>{name}</dd></dl></main>"

    def shown(name: str) -> Reply:
        return html_reply(Call("GET", f"{BASE}/pets/1"), page(name, visits=2))

    of_a_page = ONE.model_copy(update={"response": ResponseShape(kind="html")})
    assert proven(monkeypatch, shown("Rex"), of=of_a_page, portal=chart).equal
    assert not proven(monkeypatch, shown("Max"), of=of_a_page, portal=chart).equal


def test_an_endpoint_that_no_file_describes_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotKnown, match="no endpoint is named 'list-pets'"):
        proven(monkeypatch, screen(f"{BASE}/pets/1"), lost=True)
    assert known({"list-pets": PARENTS}, "list-pets") is PARENTS
