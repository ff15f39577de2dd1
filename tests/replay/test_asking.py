"""One page: signed in, asked again when it was not understood, on the lowest rung that works."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from structlog.testing import capture_logs

from automation.errors import (
    AnswerNotUnderstood,
    Gone,
    LoggedOut,
    NotPermitted,
    PersonNeeded,
    PortalDown,
    Refused,
    Unready,
)
from automation.model import (
    Budget,
    Call,
    Charge,
    Denied,
    Endpoint,
    FromSession,
    Input,
    Portal,
    Reach,
    Reply,
    RequestTemplate,
    ResponseShape,
    Rung,
    SignedOut,
    Slot,
    Source,
)
from automation.replay.asking import Asker
from automation.replay.paging import Turn
from automation.replay.reading import Page
from automation.replay.values import Given
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, html_reply, json_reply

PORTAL = Portal(
    portal="acme",
    title="Acme",
    hosts=(),
    signed_out=SignedOut(login_paths=("/account/logon*",)),
)
LOGIN_PAGE = '<form action="/Account/LogOn"><input type="password"></form>'
GOOD = {"rows": [{"id": 1}]}

Answer = Callable[[Call], Reply]


def endpoint(rung: Rung = Rung.HTTP) -> Endpoint:
    return Endpoint(
        endpoint="list-x",
        effect="read",
        request=RequestTemplate(
            method="POST", url="/x", headers={"X-Token": FromSession(session="token")}
        ),
        response=ResponseShape(items="rows", key="id"),
        slots={
            "token": Slot(
                open="/home",
                sources=(
                    Source(css="input[name=token]", attribute="value"),
                    Source(header="x-next"),
                ),
            )
        },
        reach=Reach(rung=rung),
    )


class Script:
    """Answers the home page with a token, and everything else with a script of answers."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.tokens: list[str] = []
        self.homes = 0

    def __call__(self, call: Call) -> Reply:
        if call.url.endswith("/home"):
            self.homes += 1
            return html_reply(call, f'<input name="token" value="home{self.homes}">')
        self.tokens.append(call.headers["x-token"])
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(call)


def good(call: Call) -> Reply:
    return json_reply(call, GOOD)


def truncated(call: Call) -> Reply:
    return Reply(200, call.url, (), b'{"rows": [{"id"')


def sorry(call: Call) -> Reply:
    return html_reply(call, "<h1>Sorry</h1>")


def refused(call: Call) -> Reply:
    return json_reply(call, {"error": "token"}, status=403)


def powerless(call: Call) -> Reply:
    return json_reply(call, {"error": "You have no right to see this."}, status=403)


def login_page(call: Call) -> Reply:
    return html_reply(call, LOGIN_PAGE)


def login_redirect(call: Call) -> Reply:
    return html_reply(call, "<p>x</p>", url="https://app.acme.example/Account/LogOn?r=1")


def status_401(call: Call) -> Reply:
    return json_reply(call, {}, status=401)


def json_login(call: Call) -> Reply:
    return json_reply(call, {"redirect": "/Account/LogOn"})


DISGUISES = [login_page, login_redirect, status_401, json_login]


def ask(session: FakeSession, rung: Rung = Rung.HTTP) -> tuple[Asker, Page]:
    asker = Asker(endpoint(rung), session)
    given = Given(session, VirtualClock(), Random(1))
    _, page = run_engine(asker.ask(given, Turn(), 3))
    return asker, page


def test_the_first_value_of_a_slot_is_fetched_before_the_call() -> None:
    portal = Script(good)
    _, page = ask(FakeSession(portal, portal=PORTAL))
    assert page.items == ({"id": 1},)
    assert portal.tokens == ["home1"]


def test_a_page_takes_from_the_budget_of_its_endpoint_and_what_opens_it_takes_nothing() -> None:
    session = FakeSession(Script(good), portal=PORTAL)
    budget = Budget(calls=60)
    asker = Asker(endpoint(Rung.HTTP).model_copy(update={"budget": budget}), session)
    run_engine(asker.ask(Given(session, VirtualClock(), Random(1)), Turn(), 1))
    charges = [call.charge for _, call in session.sent]
    assert charges == [None, Charge(endpoint(Rung.HTTP).endpoint, budget)]


def test_the_token_of_an_answer_is_sent_with_the_next_call() -> None:
    portal = Script(lambda call: json_reply(call, GOOD, ("x-next", "n2")))
    session = FakeSession(portal, portal=PORTAL)
    ask(session)
    ask(session)
    assert portal.tokens == ["home1", "n2"]


@pytest.mark.parametrize("disguise", DISGUISES)
def test_every_disguise_of_a_stranger_leads_to_one_login_and_the_same_call_again(
    disguise: Answer,
) -> None:
    portal = Script(disguise, good)
    session = FakeSession(portal, portal=PORTAL)
    _, page = ask(session)
    assert page.items == ({"id": 1},)
    assert session.generation == 2
    # the token of the old session is not sent in the new one
    assert portal.tokens == ["home1", "home2"]


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_stranger_right_after_the_login_is_an_error_and_no_second_login(
    disguise: Answer,
) -> None:
    session = FakeSession(Script(disguise), portal=PORTAL)
    with pytest.raises(LoggedOut, match="list-x: signed out"):
        ask(session)
    assert session.generation == 2


def test_a_login_page_in_place_of_the_first_token_is_seen_too() -> None:
    homes: list[int] = []

    def answer(call: Call) -> Reply:
        if call.url.endswith("/home") and not homes:
            homes.append(1)
            return html_reply(call, f'{LOGIN_PAGE}<input name="token" value="stranger">')
        return portal(call)

    portal = Script(good)
    session = FakeSession(answer, portal=PORTAL)
    ask(session)
    assert session.generation == 2
    assert portal.tokens == ["home1"]


@pytest.mark.parametrize("fault", [truncated, sorry, refused])
def test_an_answer_that_is_not_understood_is_asked_for_once_more_with_a_fresh_token(
    fault: Answer,
) -> None:
    portal = Script(fault, good)
    session = FakeSession(portal, portal=PORTAL)
    asker, page = ask(session)
    assert page.items == ({"id": 1},)
    assert (asker.rung, session.generation) == (Rung.HTTP, 1)
    assert portal.tokens == ["home1", "home2"]


def test_after_two_failures_the_page_of_the_browser_sends_the_call_and_it_is_said() -> None:
    portal, page_portal = Script(sorry), Script(good)
    session = FakeSession(portal, page=page_portal, portal=PORTAL)
    with capture_logs() as logs:
        asker, page = ask(session)
    assert page.items == ({"id": 1},)
    assert asker.rung is Rung.PAGE
    assert (len(portal.tokens), len(page_portal.tokens)) == (2, 1)
    (event,) = [log for log in logs if log["event"] == "rung_lowered"]
    assert (event["endpoint"], event["page"], event["before"], event["now"]) == (
        "list-x",
        3,
        "http",
        "page",
    )
    assert "HTML instead of JSON" in event["why"]


def test_a_lowered_rung_stays_lowered() -> None:
    portal, page_portal = Script(sorry), Script(good)
    session = FakeSession(portal, page=page_portal, portal=PORTAL)
    asker, _ = ask(session)
    run_engine(asker.ask(Given(session, VirtualClock(), Random(1)), Turn(), 4))
    assert (len(portal.tokens), len(page_portal.tokens)) == (2, 2)


def test_when_no_rung_works_the_error_says_what_each_of_them_got() -> None:
    session = FakeSession(Script(truncated), page=Script(refused), portal=PORTAL)
    with pytest.raises(AnswerNotUnderstood) as raised:
        ask(session)
    assert str(raised.value) == (
        "list-x, page 3: http twice: JSON that is cut off or broken; page twice: status 403"
    )


def test_without_a_browser_what_needs_one_is_not_understood_and_says_so() -> None:
    def nowhere(_call: Call) -> Reply:
        raise Unready("there is no browser to use", remedy="Install one.")

    with pytest.raises(AnswerNotUnderstood, match="page twice: there is no browser"):
        ask(FakeSession(Script(truncated), page=nowhere, portal=PORTAL))


def test_a_screen_that_every_rung_refuses_is_not_permitted_and_the_next_call_starts_below() -> None:
    session = FakeSession(Script(refused), page=Script(refused), portal=PORTAL)
    asker = Asker(endpoint(), session)
    with pytest.raises(NotPermitted, match="http twice: status 403; page twice: status 403"):
        run_engine(asker.ask(Given(session, VirtualClock(), Random(1)), Turn(), 3))
    assert asker.rung is Rung.HTTP


@pytest.mark.parametrize(
    "rules,answer",
    [
        (Denied(statuses=(403,)), refused),
        (Denied(markers=("h1",)), sorry),
        (Denied(texts=("no right",)), powerless),
    ],
)
def test_a_screen_that_the_portal_is_known_to_refuse_like_this_needs_no_browser(
    rules: Denied, answer: Answer
) -> None:
    page_portal = Script(good)
    portal = PORTAL.model_copy(update={"denied": rules})
    with pytest.raises(NotPermitted, match="list-x: "):
        ask(FakeSession(Script(answer), page=page_portal, portal=portal))
    assert page_portal.tokens == []


def test_an_expired_token_is_no_missing_right_although_its_status_is_the_same() -> None:
    denied = Denied(texts=("no right",))
    portal = PORTAL.model_copy(update={"denied": denied})
    page_portal = Script(good)
    ask(FakeSession(Script(refused), page=page_portal, portal=portal))
    assert len(page_portal.tokens) == 1


def nowhere(call: Call) -> Reply:
    return json_reply(call, {}, status=404)


def test_an_item_that_is_gone_where_others_were_found_is_asked_for_once_and_needs_no_browser() -> (
    None
):
    script = Script(good, nowhere)
    session = FakeSession(script, portal=PORTAL)
    asker = Asker(endpoint(), session)
    one = Given(session, VirtualClock(), Random(1), derived={("list-y", "rows[].id"): 1})
    run_engine(asker.ask(one, Turn(), 1))
    with pytest.raises(Gone, match="list-x: status 404"):
        run_engine(asker.ask(one, Turn(), 1))
    assert len(script.tokens) == 2
    assert asker.rung is Rung.HTTP


def test_where_an_earlier_reading_found_items_a_few_may_be_gone_before_it_is_doubted() -> None:
    session = FakeSession(Script(nowhere), page=Script(good), portal=PORTAL)
    asker = Asker(endpoint(), session, found=True)
    one = Given(session, VirtualClock(), Random(1), derived={("list-y", "rows[].id"): 1})
    for _ in range(3):
        with pytest.raises(Gone, match="list-x: status 404"):
            run_engine(asker.ask(one, Turn(), 1))
    run_engine(asker.ask(one, Turn(), 1))
    assert asker.rung is Rung.PAGE


def test_a_first_item_that_is_not_there_may_be_there_on_a_higher_rung() -> None:
    session = FakeSession(Script(nowhere, nowhere, good), portal=PORTAL)
    asker = Asker(endpoint(), session)
    one = Given(session, VirtualClock(), Random(1), derived={("list-y", "rows[].id"): 1})
    run_engine(asker.ask(one, Turn(), 1))
    assert asker.rung is Rung.PAGE


def test_an_endpoint_that_needs_the_page_starts_there() -> None:
    page_portal = Script(good)
    ask(FakeSession(Script(sorry), page=page_portal, portal=PORTAL), Rung.PAGE)
    assert len(page_portal.tokens) == 1


@pytest.mark.parametrize("rung", [Rung.UI, Rung.DOM])
def test_an_endpoint_that_needs_its_screen_is_refused(rung: Rung) -> None:
    with pytest.raises(Refused, match="by its screen only"):
        Asker(endpoint(rung), FakeSession(good))


@pytest.mark.parametrize("error", [PortalDown("down"), PersonNeeded("a captcha")])
def test_what_a_higher_rung_cannot_cure_is_no_reason_to_climb(error: Exception) -> None:
    def fail(_: Call) -> Reply:
        raise error

    page_portal = Script(good)
    with pytest.raises(type(error)):
        ask(FakeSession(fail, page=page_portal, portal=PORTAL))
    assert page_portal.tokens == []


def test_a_page_without_the_token_is_not_understood() -> None:
    def answer(call: Call) -> Reply:
        return html_reply(call, "<h1>Home</h1>")

    with pytest.raises(AnswerNotUnderstood, match="no response held the slot 'token'"):
        ask(FakeSession(answer, portal=PORTAL))


def test_a_thing_that_the_caller_names_in_the_address_may_be_gone_as_one_of_a_list_may() -> None:
    one = endpoint().request.model_copy(
        update={"url": "/x/{number}", "path": {"number": Input(input="number")}}
    )
    session = FakeSession(Script(nowhere), page=Script(good), portal=PORTAL)
    given = Given(session, VirtualClock(), Random(1), {"number": "7"})
    asker = Asker(endpoint().model_copy(update={"request": one}), session, found=True)
    with pytest.raises(Gone, match="list-x: status 404"):
        run_engine(asker.ask(given, Turn(), 1))
    assert asker.rung is Rung.HTTP


def test_no_page_of_a_browser_is_asked_to_make_a_call_of_a_documented_interface() -> None:
    session = FakeSession(truncated, portal=PORTAL)
    session.slots["token"] = "t1"
    documented = endpoint().model_copy(update={"origin": "documented"})
    given = Given(session, VirtualClock(), Random(1))
    with pytest.raises(AnswerNotUnderstood) as caught:
        run_engine(Asker(documented, session).ask(given, Turn(), 1))
    assert "page twice" not in caught.value.message
