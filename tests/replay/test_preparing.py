"""A call is built as it would be sent, with nothing sent but what gives its slots."""

from __future__ import annotations

import json
from random import Random

import pytest

from automation.errors import BadArgument, LoggedOut, Refused
from automation.model import (
    Call,
    Endpoint,
    FromSession,
    Input,
    Reply,
    RequestTemplate,
    Slot,
    Source,
    Unknown,
)
from automation.replay import Later, prepared_call
from automation.replay.request import build
from automation.replay.values import Given
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, html_reply, json_reply

BASE = "https://app.acme.example"
SALE = Endpoint(
    endpoint="create-sale",
    effect="write",
    request=RequestTemplate(
        method="POST",
        url="/sale/{id}/",
        path={"id": Input(input="id")},
        headers={"X-Forgery": FromSession(session="forgery")},
        json_body={
            "amount": Input(input="amount", type="number"),
            "on": Input(input="on", type="date", optional=True),
            "lines": Input(input="lines", type="json", optional=True),
        },
        encoding="json",
    ),
    slots={"forgery": Slot(open="/sale/new/", sources=(Source(css="#f", attribute="value"),))},
)


def prepare(session: FakeSession, endpoint: Endpoint = SALE, **inputs: object) -> Call:
    return run_engine(
        prepared_call(
            endpoint,
            session,
            inputs=inputs,  # type: ignore[arg-type]  # values of a test
            clock=VirtualClock(),
            rng=Random(1),
        )
    )


def form(call: Call) -> Reply:
    return html_reply(call, '<input id="f" value="f-1">')


def test_a_write_is_built_by_the_code_that_replays_and_is_not_sent() -> None:
    session = FakeSession(form)
    call = prepare(session, id=7, amount=2, lines=[{"b": 1, "a": [2]}])
    given = Given(
        session, VirtualClock(), Random(1), {"id": 7, "amount": 2, "lines": [{"b": 1, "a": [2]}]}
    )
    assert call == build(SALE, given)
    assert (call.method, call.url, call.safe) == ("POST", f"{BASE}/sale/7/", False)
    assert call.content == b'{"amount":2,"lines":[{"b":1,"a":[2]}]}'
    assert [(sent.method, sent.url) for _, sent in session.sent] == [("GET", f"{BASE}/sale/new/")]
    assert call.headers["x-forgery"] == "f-1"


def test_a_write_begins_with_a_fresh_token_and_a_read_with_the_one_that_is_there() -> None:
    for effect, token in (("write", "f-1"), ("read", "aged")):
        session = FakeSession(form)
        session.slots["forgery"] = "aged"
        call = prepare(session, SALE.model_copy(update={"effect": effect}), id=7, amount=2)
        assert call.headers["x-forgery"] == token


def test_a_value_that_is_not_known_yet_stands_wherever_one_is_wanted() -> None:
    later = Later("~sale.id~")
    call = prepare(FakeSession(form), id=later, amount=later, on=later, lines=later)
    assert call.url == f"{BASE}/sale/~sale.id~/"
    assert json.loads(call.content or b"") == dict.fromkeys(("amount", "on", "lines"), later)


def test_a_session_that_ended_is_renewed_once() -> None:
    asked = 0

    def ends_once(call: Call) -> Reply:
        nonlocal asked
        asked += 1
        return json_reply(call, {}, status=401) if asked == 1 else form(call)

    session = FakeSession(ends_once)
    assert prepare(session, id=7, amount=2).headers["x-forgery"] == "f-1"
    assert session.generation == 2
    with pytest.raises(LoggedOut):
        prepare(FakeSession(lambda call: json_reply(call, {}, status=401)), id=7, amount=2)


def test_what_cannot_be_built_is_refused_before_anything_is_asked() -> None:
    session = FakeSession(form)
    with pytest.raises(BadArgument, match="needs the input 'amount'"):
        prepare(session, id=7)
    unknown = RequestTemplate(method="POST", url="/x", json_body={"a": Unknown(unknown="?")})
    with pytest.raises(Refused, match="not understood"):
        prepare(session, Endpoint(endpoint="x", effect="write", request=unknown))
    assert session.sent == []
