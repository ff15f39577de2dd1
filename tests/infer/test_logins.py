"""Which calls sign in, in which order, and what becomes of the password."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import quote

import pytest

from automation.infer.logins import login_of, scrambled, step_order
from automation.model import (
    Binding,
    Capture,
    Chosen,
    Computed,
    Constant,
    Endpoint,
    FromSecret,
    FromSession,
    Rung,
    Source,
)
from automation.replay import login_plan, why_not_without_browser
from tests.infer.logins import (
    NORTH,
    PASSWORD,
    PRACTICES,
    USED,
    USER,
    Portal,
    hidden,
    list_pets,
    single_page,
)
from tests.infer.traffic import infer


def twice(make) -> dict[str, Endpoint]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    return infer(make(0), make(1))


def classes(bindings: dict[str, Binding]) -> dict[str, str]:
    return {name: type(binding).__name__ for name, binding in bindings.items()}


def test_a_login_by_scripts_is_a_plan_from_the_password_to_the_practice() -> None:
    found = twice(single_page)
    plan = login_plan(found.values())
    assert [(each.endpoint, each.effect, each.trigger) for each in plan] == [
        ("login", "auth", "4"),
        ("send-mfa", "auth", "5.2"),
        ("list-practices", "read", "5.2"),
        ("send-session", "auth", "6.1"),
    ]
    assert {each.flow for each in plan} == {"login"}
    assert why_not_without_browser(plan) is None


def test_the_parts_of_a_login_by_scripts_have_their_classes() -> None:
    found = twice(single_page)
    login, mfa = (found[name].request.json_body for name in ("login", "send-mfa"))
    assert classes(login) == {
        "email": "FromSecret",
        "password": "FromSecret",
        "deviceId": "Random",
    }
    assert classes(mfa) == {"mfa_token": "FromSession", "code": "Otp"}
    (slot,) = found["send-mfa"].slots.values()
    assert slot.sources == (Source(json_path="mfa_token"),)


def test_the_token_of_an_answer_is_a_slot_that_the_storage_only_copies() -> None:
    practices = twice(single_page)["list-practices"]
    header = practices.request.headers["authorization"]
    assert isinstance(header, FromSession)
    assert (header.session, header.wrap) == ("access-token", "Bearer {}")
    assert set(practices.slots["access-token"].sources) == {
        Source(json_path="access_token"),
        Source(storage="token"),
    }


def test_the_practice_is_chosen_by_its_label_in_the_login_and_in_every_later_read() -> None:
    found = infer(single_page(0), single_page(1), list_pets(0), list_pets(1))
    assert found["list-practices"].flow == "login", "whoever else calls it"
    session = found["send-session"].request.json_body["practiceId"]
    assert isinstance(session, Chosen)
    assert session.answer is None
    assert (session.items, session.label, session.value) == (
        Source(json_path="@"),
        "name",
        "id",
    )
    assert NORTH in session.why
    for name in ("list-pets", "list-board"):
        asked = found[name].request.query["practiceId"]
        assert isinstance(asked, Chosen), name
        assert asked.answer == "list-practices"
        assert found[name].turn is None
        assert found[name].effect == "read"


def test_a_list_of_the_only_practice_is_no_chrome_of_the_page() -> None:
    captures = [
        make(run, offer=PRACTICES[:1]) for make in (single_page, list_pets) for run in (0, 1)
    ]
    found = infer(*captures)
    asked = found["list-pets"].request.query["practiceId"]
    assert isinstance(asked, Chosen)
    assert asked.answer == "list-practices"


def test_a_device_that_the_storage_remembers_keeps_its_number() -> None:
    device = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    found = twice(lambda run: single_page(run, device=device))
    sent = found["login"].request.json_body["deviceId"]
    assert isinstance(sent, FromSession)
    assert found["login"].slots[sent.session].sources == (Source(storage="deviceId"),)


def web_forms(run: int) -> Capture:
    fields = {
        "__VIEWSTATE": f"/wEPDwUKLTI{run}zQ5NjA1NmRkXv{run}q8Zl==",
        "__VIEWSTATEGENERATOR": "CA0B0334",
        "__EVENTVALIDATION": f"/wEdAAQ{run}Xb9kLmN0pQ",
        "__EVENTTARGET": "",
    }
    button = {"ctl00$btnLogin": "Sign in"}
    portal = Portal()
    portal.page(
        "/Login.aspx",
        f'<form action="./Login.aspx">{hidden(fields)}'
        '<input type="submit" name="ctl00$btnLogin" value="Sign in"></form>',
    )
    typed = {"ctl00$txtUser": USER, "ctl00$txtPass": PASSWORD}
    return portal.post("/Login.aspx", "<p>in</p>", step="4", **fields, **typed, **button).done(run)


def test_hidden_fields_of_a_form_come_from_its_page_and_its_button_is_a_constant() -> None:
    login = twice(web_forms)["login"]
    form = login.request.form
    for name in ("__VIEWSTATE", "__VIEWSTATEGENERATOR", "__EVENTVALIDATION"):
        sent = form[name]
        assert isinstance(sent, FromSession), name
        slot = login.slots[sent.session]
        assert slot.open == "/Login.aspx"
        assert slot.sources == (Source(css=f'input[name="{name}"]', attribute="value"),)
    for name, value in (("__EVENTTARGET", ""), ("ctl00$btnLogin", "Sign in")):
        sent = form[name]
        assert isinstance(sent, Constant), name
        assert sent.constant == value
    assert why_not_without_browser([login]) is None


def identifier_first(run: int) -> Capture:
    state = f"hKFo2SBx{run}ZkQ3pLm8vNw{run}RtY"
    portal = Portal(used={"2": "credential.username", "4": "credential.password"})
    portal.page(f"/u/login?state={state}", f"<form>{hidden({'state': state})}</form>")
    second = f"<form>{hidden({'state': state, 'username': USER})}</form>"
    portal.post(f"/u/login?state={state}", second, step="3", state=state, username=USER)
    sent = {"state": state, "username": USER, "password": PASSWORD, "action": "default"}
    return portal.post(f"/u/password?state={state}", "<p>in</p>", step="5", **sent).done(run)


def test_a_user_name_on_a_page_of_its_own_is_a_secret_on_both_pages() -> None:
    plan = login_plan(twice(identifier_first).values())
    assert [(each.request.url, each.effect) for each in plan] == [
        ("/u/login", "auth"),
        ("/u/password", "auth"),
    ]
    for each in plan:
        name = each.request.form["username"]
        assert isinstance(name, FromSecret)
        assert name.secret == "credential.username"
        assert isinstance(each.request.query["state"], FromSession)
    assert plan[1].endpoint == "login", "the call with the password is what the flow is about"
    assert why_not_without_browser(plan) is None


def double_submit(run: int) -> Capture:
    first, second = f"eyJpdiI6IkFi{run}Q2RFZkdo=", f"mVzIn0Zkdo{run}TIzQ2RF="
    portal = Portal(used={**USED, "5": "practice.label"}).page("/login", "<div></div>")
    sets = {"XSRF-TOKEN": quote(first, safe="")}
    portal.xhr("GET", "/csrf", step="4", sets=sets)
    portal.xhr(
        "POST",
        "/login",
        {"two_factor": False},
        step="4",
        headers={"x-xsrf-token": first},
        send={"email": USER, "password": PASSWORD},
        sets={"XSRF-TOKEN": quote(second, safe="")},
    )
    sent = {"x-xsrf-token": second}
    return portal.xhr("POST", "/enter", {"ok": 1}, step="5", headers=sent, send={}).done(run)


def test_a_cookie_that_is_echoed_in_a_header_is_a_slot_of_that_cookie() -> None:
    found = twice(double_submit)
    for name in ("login", "send-enter"):
        sent = found[name].request.headers["x-xsrf-token"]
        assert isinstance(sent, FromSession)
        assert found[name].slots[sent.session].sources == (Source(cookie="XSRF-TOKEN"),)
    (slot,) = found["login"].slots.values()
    assert slot.open == "/csrf", "the call that sets the cookie is asked for when there is none"


def script_made(run: int, sent: str, name: str) -> Capture:
    portal = Portal().page("/login", "<div></div>")
    body = {"email": USER, name: sent, "remember": True, "device": f"{run}50e8400-e29b-41d4-a716"}
    return portal.xhr("POST", "/login", {"ok": True}, step="4", send=body).done(run)


@pytest.mark.parametrize("name", ["password", "h"])
@pytest.mark.parametrize(
    "made",
    [
        lambda _: base64.b64encode(PASSWORD.encode()).decode(),
        lambda _: hashlib.md5(PASSWORD.encode()).hexdigest(),  # noqa: S324 - portals do
        lambda run: hashlib.sha256(f"{run}{PASSWORD}".encode()).hexdigest(),
        lambda run: base64.b64encode(hashlib.sha512(f"{run}".encode()).digest() * 4).decode(),
    ],
    ids=["base64", "md5", "salted sha256", "ciphertext"],
)
def test_a_password_that_a_script_made_into_something_else_is_computed(made, name: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    login = twice(lambda run: script_made(run, made(run), name))["login"]
    sent: Binding = login.request.json_body[name]
    assert isinstance(sent, Computed), sent
    assert "credential.password" in sent.computed
    assert sent.why
    assert login.effect == "auth"
    assert login.reach.rung is Rung.PAGE
    assert why_not_without_browser([login])


def test_user_and_password_in_a_basic_header_are_computed() -> None:
    def login(run: int) -> Capture:
        basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        portal = Portal().page("/login", "<div></div>")
        sent = {"authorization": f"Basic {basic}"}
        return portal.xhr("POST", "/login", {"ok": 1}, step="4", headers=sent).done(run)

    found = twice(login)["login"]
    assert isinstance(found.request.headers["authorization"], Computed)
    assert found.effect == "auth"


def test_what_a_page_sends_after_the_login_is_no_part_of_it() -> None:
    def login(run: int) -> Capture:
        portal = Portal().page("/login", "<div></div>")
        portal.xhr("POST", "/warm-up", {"ok": 1}, step="4", send={"a": "b"})
        sent = {"email": USER, "password": PASSWORD}
        portal.xhr("POST", "/login", {"ok": 1, "user": "ada"}, step="4", send=sent)
        portal.xhr("POST", "/visits/mark", {"ok": 1, "seen": 2}, step="4", send={"a": "b"})
        return portal.post("/terms", "<p>in</p>", step="5", go="on").done(run)

    found = twice(login)
    assert [each.request.url for each in login_plan(found.values())] == [
        "/warm-up",
        "/login",
        "/terms",
    ]
    assert found["send-mark"].effect == "write"


def test_what_other_flows_also_send_stays_what_it_is_there() -> None:
    def login(run: int) -> Capture:
        portal = Portal().page("/login", "<div></div>")
        portal.xhr("POST", "/locale", {"ok": 1, "said": 2}, step="4", send={"to": "en"})
        sent = {"email": USER, "password": PASSWORD}
        return portal.xhr("POST", "/login", {"ok": 1}, step="4", send=sent).done(run)

    def other(run: int) -> Capture:
        portal = Portal(flow="set-locale", used={})
        answer = {"ok": 1, "said": 2, "to": "en"}
        return portal.xhr("POST", "/locale", answer, step="1", send={"to": "en"}).done(run)

    found = infer(login(0), login(1), other(0), other(1))
    locale = next(each for each in found.values() if each.request.url == "/locale")
    assert (locale.effect, locale.turn) == ("write", 1)


def test_a_capture_holds_a_login_when_a_credential_was_typed_or_sent() -> None:
    assert login_of(single_page(0)) is not None
    assert login_of(list_pets(0)) is None
    typed = Portal().page("/login", "").done()
    found = login_of(typed)
    assert found is not None
    assert (found.typed_at, found.as_typed) == ("3", False)


def test_a_credential_is_seen_inside_base64() -> None:
    inside = base64.b64encode("a:«sec:credential.password:00aa00aa00:12:an»".encode()).decode()
    assert scrambled(f"Basic {inside}") == "credential.password"
    assert scrambled("a plain text of some length") is None


def test_steps_are_in_the_order_of_the_flow() -> None:
    assert sorted(["10", "4.10", "4.2", "4"], key=step_order) == ["4", "4.2", "4.10", "10"]
