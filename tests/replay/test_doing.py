"""A declared write is sent once; again only after the portal said that it does not know us."""

from __future__ import annotations

from random import Random

import pytest

from automation.errors import AnswerNotUnderstood, BadArgument, LoggedOut, NotPermitted, Refused
from automation.model import Answer, Budget, Call, Charge, Endpoint, Reply
from automation.replay import do_once
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, json_reply

HOOK = Endpoint.model_validate(
    {
        "endpoint": "create-hook",
        "effect": "write",
        "request": {
            "method": "POST",
            "url": "/hooks/",
            "encoding": "json",
            "json_body": {"url": {"input": "url"}, "active": {"constant": True}},
        },
    }
)


def done(session: FakeSession, endpoint: Endpoint = HOOK, **inputs: str) -> Answer:
    work = do_once(endpoint, session, inputs=inputs, clock=VirtualClock(), rng=Random(1))
    return run_engine(work)


def test_a_write_is_sent_once_after_it_was_seen_whose_session_it_is() -> None:
    session = FakeSession(lambda call: json_reply(call, {"id": 7}, status=201))
    assert done(session, url="https://x.example").items == ({"id": 7},)
    [(_, call)] = session.sent
    assert (call.method, call.safe) == ("POST", False)
    assert call.content == b'{"url":"https://x.example","active":true}'
    assert session.confirmed == 1


def test_what_was_sent_by_a_stranger_is_sent_again_once_signed_in() -> None:
    def portal(call: Call) -> Reply:
        return json_reply(call, {}, status=401 if session.generation == 1 else 201)

    session = FakeSession(portal)
    done(session, url="https://x.example")
    assert len(session.sent) == 2
    session = FakeSession(lambda call: json_reply(call, {}, status=401))
    with pytest.raises(LoggedOut):
        done(session, url="https://x.example")
    assert len(session.sent) == 2


@pytest.mark.parametrize("status,problem", [(400, AnswerNotUnderstood), (403, NotPermitted)])
def test_what_the_portal_refuses_is_not_sent_again(status: int, problem: type[Exception]) -> None:
    session = FakeSession(lambda call: json_reply(call, {"url": ["No."]}, status=status))
    with pytest.raises(problem):
        done(session, url="https://x.example")
    assert len(session.sent) == 1


def test_only_declared_writes_with_all_their_inputs_are_sent() -> None:
    session = FakeSession(lambda call: json_reply(call, {}))
    with pytest.raises(Refused, match=r"no write \(effect: unknown\)"):
        done(session, HOOK.model_copy(update={"effect": "unknown"}), url="x")
    with pytest.raises(BadArgument, match="needs the input 'url'"):
        done(session)
    assert session.sent == []


def test_a_write_takes_from_the_budget_of_its_endpoint() -> None:
    session = FakeSession(lambda call: json_reply(call, {}, status=201))
    budget = Budget(calls=60)
    done(session, HOOK.model_copy(update={"budget": budget}), url="https://x.example")
    assert [call.charge for _, call in session.sent] == [Charge("create-hook", budget)]
