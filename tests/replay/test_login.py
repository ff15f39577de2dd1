"""A recorded login is played without a browser, each call built from what came before."""

from __future__ import annotations

from random import Random

import pytest

from automation.errors import AnswerNotUnderstood, ChoiceWanted, Refused
from automation.model import (
    Binding,
    Call,
    Chosen,
    Computed,
    Constant,
    Derived,
    Endpoint,
    FromSecret,
    FromSession,
    Otp,
    RequestTemplate,
    Secret,
    Slot,
    Source,
)
from automation.replay import LoginCalls, asks_code, login_plan, why_not_without_browser
from tests.fakes import FakeSession, VirtualClock, html_reply, json_reply

TOKEN = Slot(open="/login", sources=(Source(css="input[name=token]", attribute="value"),))
MFA = Slot(sources=(Source(json_path="mfa_token"),))
ACCESS = Slot(sources=(Source(json_path="access_token"), Source(storage="jwt")))
AT = "https://app.acme.example"


def step(
    name: str,
    turn: int | None,
    url: str,
    *,
    trigger: str = "4",
    method: str = "POST",
    slots: dict[str, Slot] | None = None,
    **sent: Binding,
) -> Endpoint:
    encoding = None if method == "GET" else "json"
    return Endpoint(
        endpoint=name,
        effect="read" if turn is None else "auth",
        trigger=trigger,
        turn=turn,
        request=RequestTemplate(
            method=method,
            url=url,
            json_body=sent if encoding else {},
            query={} if encoding else sent,
            encoding=encoding,
        ),
        slots=slots or {},
    )


PASSWORD = step(
    "login",
    1,
    "/login",
    slots={"token": TOKEN},
    token=FromSession(session="token"),
    user=FromSecret(secret="credential.username"),
)
CODE = step(
    "send-code",
    2,
    "/code",
    trigger="5.2",
    slots={"mfa": MFA},
    mfa=FromSession(session="mfa"),
    code=Otp(otp="totp"),
)
PICK = step(
    "send-pick",
    3,
    "/pick",
    trigger="6.1",
    practice=Chosen(chosen="practice.label", items=Source(css="button[name=p]"), value="value"),
)
READ = step("list-x", None, "/x", slots={"access": ACCESS}, jwt=FromSession(session="access"))
PICKER = '<form action="/pick"><button name="p" value="7">North</button></form>'


def calls(*endpoints: Endpoint, label: str = "north") -> tuple[LoginCalls, FakeSession]:
    session = FakeSession(lambda call: json_reply(call, {}), secrets={"credential.username": "ada"})
    session.practice = session.practice.model_copy(update={"label": label})
    found = endpoints or (READ, PICK, PASSWORD, CODE)
    return LoginCalls(found, session, clock=VirtualClock(), rng=Random(1)), session


def document(login: LoginCalls, answer: object, of: Endpoint | None = None) -> None:
    login.saw(json_reply(Call("POST", f"{AT}/api"), answer), of=of)


def page(login: LoginCalls, html: str, url: str = f"{AT}/page") -> None:
    login.saw(html_reply(Call("GET", url), html))


def test_the_plan_holds_what_signs_in_by_its_turn() -> None:
    assert [each.endpoint for each in login_plan((READ, PICK, PASSWORD, CODE))] == [
        "login",
        "send-code",
        "send-pick",
    ]
    assert [asks_code(each) for each in (PASSWORD, CODE)] == [False, True]


def test_a_value_of_a_page_is_asked_for_before_the_call_that_needs_it() -> None:
    login, _ = calls()
    (opener,) = login.openers(PASSWORD)
    assert (opener.method, opener.url) == ("GET", f"{AT}/login")
    page(login, "<input name=token value=t1>")
    assert login.openers(PASSWORD) == []
    call = login.build(PASSWORD)
    assert call.content == b'{"token":"t1","user":"ada"}'
    assert not call.safe, "a credential is never sent twice by itself"


def test_a_code_is_sent_with_the_token_that_asked_for_it() -> None:
    login, _ = calls()
    document(login, {"mfa_required": True, "mfa_token": "m1"}, PASSWORD)
    assert login.build(CODE, code=Secret("123456")).content == b'{"mfa":"m1","code":"123456"}'


def test_a_code_is_asked_for_only_where_the_answer_leads_to_it() -> None:
    login, _ = calls()
    assert login.asks_for(PASSWORD)
    document(login, {"mfa_required": False, "mfa_token": None}, PASSWORD)
    assert not login.asks_for(CODE)
    document(login, {"mfa_required": True, "mfa_token": "m1"}, PASSWORD)
    assert login.asks_for(CODE)


def test_a_page_asks_for_the_call_that_its_form_makes() -> None:
    login, _ = calls()
    page(login, '<form action="/code"><input name=c></form>')
    assert (login.asks_for(CODE), login.asks_for(PICK)) == (True, False)
    page(login, "<form><input name=c></form>", f"{AT}/code")
    assert login.asks_for(CODE), "a form without an address goes to its own page"
    page(login, PICKER)
    assert (login.asks_for(CODE), login.asks_for(PICK)) == (False, True)
    page(login, "<h1>Welcome</h1>")
    assert not login.asks_for(PICK)


def test_a_page_with_links_asks_for_the_choice_that_they_are() -> None:
    link = Chosen(chosen="practice.label", items=Source(css="#ps a[href]"), value="href?id")
    switch = step("get-switch", 2, "/switch", trigger="6.1", method="GET", id=link)
    login, _ = calls(switch)
    page(login, '<ul id="ps"><li><a href="/switch?id=7">North</a></li></ul>')
    assert login.asks_for(switch)
    assert login.build(switch).url == f"{AT}/switch?id=7"


def test_the_practice_is_chosen_from_the_latest_answer_that_offers_it() -> None:
    login, _ = calls()
    page(login, PICKER)
    document(login, {"ok": True})
    assert login.build(PICK).content == b'{"practice":"7"}'
    page(login, PICKER.replace('"7"', '"8"'))
    assert login.build(PICK).content == b'{"practice":"8"}'
    elsewhere, _ = calls(label="West")
    page(elsewhere, PICKER)
    with pytest.raises(ChoiceWanted, match="'North'"):
        elsewhere.build(PICK)


def test_a_slot_that_only_later_calls_need_is_filled_while_signing_in() -> None:
    login, session = calls()
    document(login, {"access_token": "jwt-1"}, PASSWORD)
    assert session.slots["access"] == "jwt-1"
    assert login.stored() == {"jwt": "jwt-1"}, "as the portal's script would have stored it"


def test_a_value_of_an_earlier_answer_of_the_login_is_taken_from_there() -> None:
    after = step("send-y", 2, "/y", tenant=Derived(derived="login", path="user.tenant"))
    login, _ = calls(PASSWORD, after)
    with pytest.raises(AnswerNotUnderstood, match="login gave 0 values at user.tenant"):
        login.build(after)
    document(login, {"user": {"tenant": "t9"}}, PASSWORD)
    assert login.build(after).content == b'{"tenant":"t9"}'


def test_of_several_values_none_is_guessed() -> None:
    after = step("send-y", 2, "/y", tenant=Derived(derived="login", path="[].id"))
    login, _ = calls(PASSWORD, after)
    document(login, [{"id": 1}, {"id": 2}], PASSWORD)
    with pytest.raises(AnswerNotUnderstood, match="gave 2 values"):
        login.build(after)


def test_a_login_with_a_computed_value_needs_the_browser() -> None:
    made = step("login", 1, "/login", password=Computed(computed="base64 of the password"))
    assert why_not_without_browser([PASSWORD, CODE]) is None
    assert "made by the portal's own script" in (why_not_without_browser([made]) or "")
    with pytest.raises(Refused, match="own script"):
        calls(made)[0].build(made)


def test_without_a_call_that_signs_in_there_is_no_login() -> None:
    read = step("list-x", None, "/x", a=Constant(constant=1))
    assert why_not_without_browser([]) == why_not_without_browser([read])
