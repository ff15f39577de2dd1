"""What a portal says to a call that changes it, in its own words; it is sent once."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from automation.errors import AnswerLate, LeaseLost, PortalDown, Refused
from automation.model import Budget, Call, Charge, Denied, Endpoint, Portal, Reply, Said
from automation.replay import own_words, read_reply, submit_call
from tests.engine import run_engine
from tests.fakes import FakeSession, html_reply, json_reply
from tests.transport.test_submission import Told

CALL = Call("POST", "https://app.acme.example/sale", {}, b"{}", safe=False)
SALE = Endpoint.model_validate(
    {
        "endpoint": "create-sale",
        "effect": "write",
        "request": {"method": "POST", "url": "/sale", "encoding": "json", "json_body": {}},
    }
)


def said(session: FakeSession, endpoint: Endpoint = SALE, gate: Told | None = None) -> Said:
    return run_engine(submit_call(endpoint, session, CALL, gate or Told()))


def answering(document: object, status: int) -> FakeSession:
    return FakeSession(lambda call: json_reply(call, document, status=status))


@pytest.mark.parametrize(
    "status,verdict",
    [
        (200, "yes"),
        (201, "yes"),
        (307, "silent"),
        (400, "no"),
        (401, "stranger"),
        (403, "no"),
        (404, "no"),
        (408, "silent"),
        (409, "no"),
        (429, "busy"),
        (500, "silent"),
        (503, "silent"),
    ],
)
def test_each_status_is_a_yes_a_no_or_nothing(status: int, verdict: str) -> None:
    session = answering({"id": 7}, status)
    found = said(session)
    assert (found.verdict, found.status) == (verdict, status)
    assert found.document == ({"id": 7} if verdict == "yes" else None)
    assert len(session.sent) == 1


def test_a_page_instead_of_json_says_nothing() -> None:
    session = FakeSession(lambda call: html_reply(call, "<p>Be right back</p>"))
    assert said(session).verdict == "silent"


def test_without_an_answer_nothing_is_said() -> None:
    def fails(problem: Exception) -> FakeSession:
        def answer(_call: Call) -> Reply:
            raise problem

        return FakeSession(answer)

    for problem in (PortalDown("gone"), AnswerLate("slow"), LeaseLost("over")):
        with pytest.raises(type(problem)):
            said(fails(problem))


@pytest.mark.parametrize(
    "document,words",
    [
        ({"detail": "Not found."}, "Not found."),
        ({"start": ["Taken.", "Taken."], "user": ["Away."]}, "start: Taken.; user: Away."),
        ({"errors": [{"message": "Closed"}], "code": 7}, "Closed; code: 7"),
        ("Closed", "Closed"),
        ({"non_field_errors": ["An  invoice\nis closed"]}, "An invoice is closed"),
        (None, ""),
    ],
)
def test_a_refusal_is_told_in_the_portals_own_words(document: JsonValue, words: str) -> None:
    assert own_words(read_reply(json_reply(CALL, document))) == words
    assert said(answering(document, 400)).words == (words or "status 400")


def test_a_page_tells_what_its_alerts_say() -> None:
    page = html_reply(CALL, "<h1>Sale</h1><div role=alert>The slot <b>is taken</b></div>")
    assert own_words(read_reply(page)) == "The slot is taken"


def test_what_the_portals_file_calls_denied_is_a_no() -> None:
    portal = Portal(portal="acme", title="", hosts=(), denied=Denied(statuses=(418,)))
    session = FakeSession(
        lambda call: json_reply(call, {"detail": "No."}, status=418), portal=portal
    )
    assert said(session) == Said(verdict="no", words="No.", status=418)


def test_only_declared_writes_are_sent_and_they_take_from_their_budget() -> None:
    session = answering({}, 201)
    with pytest.raises(Refused, match="no write"):
        said(session, SALE.model_copy(update={"effect": "read"}))
    assert session.sent == []
    budget = Budget(calls=60)
    said(session, SALE.model_copy(update={"budget": budget}))
    assert [call.charge for _, call in session.sent] == [Charge("create-sale", budget)]
