"""Reads that can be asked in a session without being told anything."""

from __future__ import annotations

from random import Random

import pytest

from automation.model import (
    Binding,
    Budget,
    Call,
    Charge,
    Chosen,
    Constant,
    Derived,
    Endpoint,
    FromClock,
    FromSecret,
    FromSession,
    Input,
    Otp,
    Paged,
    RequestTemplate,
    Slot,
    Source,
)
from automation.replay import plain_call, without_session
from tests.fakes import FakeSession, VirtualClock, json_reply

AT = "https://app.acme.example"
TOKEN = FromSession(session="token", wrap="Bearer {}")


def endpoint(
    method: str = "GET",
    *,
    effect: str = "read",
    slots: dict[str, Slot] | None = None,
    **sent: Binding,
) -> Endpoint:
    return Endpoint.model_validate(
        {
            "endpoint": "get-x",
            "effect": effect,
            "request": RequestTemplate(
                method=method,
                url="/x",
                query={"v": Constant(constant=1)},
                headers=sent,
                encoding=None if method == "GET" else "json",
            ),
            "slots": slots or {},
        }
    )


def plain(made: Endpoint, **slots: str) -> Call | None:
    session = FakeSession(lambda call: json_reply(call, {}))
    session.slots.update(slots)
    return plain_call(made, session, clock=VirtualClock(), rng=Random(1))


def test_a_read_of_constants_and_slots_is_built() -> None:
    call = plain(endpoint(authorization=TOKEN, x=Constant(constant="1")), token="t1")
    assert call is not None
    assert (call.method, call.url, call.safe) == ("GET", f"{AT}/x?v=1", True)
    assert (call.headers["authorization"], call.headers["x"]) == ("Bearer t1", "1")


@pytest.mark.parametrize(
    "binding",
    [
        Input(input="search"),
        Derived(derived="list-y", path="[].id"),
        Chosen(chosen="practice.label", answer="list-y", label="name", value="id"),
        FromSecret(secret="credential.password"),
        Otp(otp="totp"),
        Paged(page="number"),
        FromClock(clock="now"),
    ],
    ids=lambda binding: type(binding).__name__,
)
def test_what_needs_to_be_told_anything_else_is_none(binding: Binding) -> None:
    assert plain(endpoint(x=binding)) is None


def test_what_may_be_left_out_is_not_needed() -> None:
    assert plain(endpoint(x=Input(input="search", optional=True, default=""))) is not None


@pytest.mark.parametrize(
    "made",
    [endpoint("POST"), endpoint(effect="write"), endpoint(effect="auth"), endpoint("HEAD")],
    ids=["body", "write", "auth", "head"],
)
def test_only_a_get_that_reads_is_one(made: Endpoint) -> None:
    assert plain(made) is None


def test_a_slot_without_a_value_makes_it_none_also_where_a_page_would_give_it() -> None:
    page = Slot(open="/page", sources=(Source(css="input[name=t]", attribute="value"),))
    assert plain(endpoint(authorization=TOKEN)) is None
    assert plain(endpoint(slots={"token": page}, authorization=TOKEN)) is None
    assert plain(endpoint(slots={"token": page}, authorization=TOKEN), token="t1") is not None


def test_a_stranger_sends_the_same_call_without_what_the_session_gave() -> None:
    session = FakeSession(lambda call: json_reply(call, {}))
    session.slots.update(token="t1", empty="")
    headers = {"authorization": "Bearer t1", "accept": "*/*", "x-csrf": "t1"}
    call = Call("GET", f"{AT}/x", headers, safe=True)
    stranger = without_session(call, session)
    assert stranger.headers == {"accept": "*/*"}
    assert (stranger.method, stranger.url, stranger.safe) == ("GET", f"{AT}/x", True)
    assert call.headers == headers


def test_what_tells_whether_a_session_lives_takes_from_the_budget_too() -> None:
    budget = Budget(calls=60)
    call = plain(endpoint().model_copy(update={"budget": budget}))
    assert call is not None
    assert call.charge == Charge("get-x", budget)
