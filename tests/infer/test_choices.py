"""Values that stand beside the practice's label."""

from __future__ import annotations

import pytest

from automation.model import Capture, Chosen, Constant, FromSession, Source
from tests.infer.logins import NORTH, PASSWORD, SOUTH, USED, USER, Portal
from tests.infer.traffic import infer

BUTTONS = "".join(
    f'<li><button name="PracticeId" value="{number}">{name}</button></li>'
    for name, number in ((NORTH, 105395), (SOUTH, 105396))
)
PICKED = {**USED, "5": "practice.label"}


def by_form(run: int, *, label: str = NORTH, sent: str = "105395", page: str = BUTTONS) -> Capture:
    portal = Portal(label=label, practice=label.split(maxsplit=1)[0].lower(), used=PICKED)
    portal.page("/login", "<form></form>")
    portal.post("/login", f"<form><ul>{page}</ul></form>", step="4", user=USER, password=PASSWORD)
    return portal.post("/select", "<p>in</p>", step="5", PracticeId=sent, keep="on").done(run)


def practice_of(*captures: Capture) -> Chosen:
    found = infer(*captures)["send-select"].request.form["PracticeId"]
    assert isinstance(found, Chosen)
    return found


@pytest.mark.parametrize(
    "captures",
    [
        pytest.param(lambda: [by_form(0), by_form(1)], id="one practice twice"),
        pytest.param(lambda: [by_form(0)], id="one practice once"),
        pytest.param(
            lambda: [by_form(0), by_form(1, label=SOUTH, sent="105396")], id="two practices"
        ),
    ],
)
def test_the_button_beside_the_label_gives_the_practice(captures) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    found = practice_of(*captures())
    assert found.items == Source(css='button[name="PracticeId"]')
    assert (found.label, found.value, found.answer) == (None, "value", None)
    assert NORTH in found.why


def test_a_list_of_one_practice_is_a_choice_too() -> None:
    only = BUTTONS.partition("</li>")[0] + "</li>"
    assert practice_of(by_form(0, page=only)).items == Source(css='button[name="PracticeId"]')


def test_what_does_not_stand_beside_the_label_is_no_choice() -> None:
    select = infer(by_form(0), by_form(1))["send-select"].request.form
    assert isinstance(select["keep"], Constant)
    other = infer(by_form(0, sent="105396"), by_form(1, sent="105396"))["send-select"]
    assert not isinstance(other.request.form["PracticeId"], Chosen)


def test_two_items_with_the_label_prove_nothing() -> None:
    twice = BUTTONS.replace(SOUTH, NORTH)
    found = infer(by_form(0, page=twice), by_form(1, page=twice))["send-select"]
    assert not isinstance(found.request.form["PracticeId"], Chosen)


def test_choosing_signs_in_and_comes_after_the_password() -> None:
    found = infer(by_form(0), by_form(1))
    assert [(found[n].effect, found[n].turn) for n in ("login", "send-select")] == [
        ("auth", 1),
        ("auth", 2),
    ]


@pytest.mark.parametrize(
    "address, value, one, other",
    [
        ("/switch?id={}", "href?id", "7", "9"),
        ("/practices/{}/open", "href/2", "7", "9"),
        ("/at/{}/home", "href/2", "north", "south"),
    ],
)
def test_a_link_that_chooses_is_a_call_of_the_login(
    address: str, value: str, one: str, other: str
) -> None:
    def login(run: int) -> Capture:
        links = "".join(
            f'<li><a href="{address.format(number)}">{name}</a></li>'
            for name, number in ((NORTH, one), (SOUTH, other))
        )
        portal = Portal(used=PICKED).page("/login", "<form></form>")
        page = f'<ul id="practices">{links}</ul>'
        portal.post("/login", page, step="4", user=USER, password=PASSWORD)
        return portal.page(address.format(one), "<p>in</p>", step="5").done(run)

    found = infer(login(0), login(1))
    (switch,) = [each for each in found.values() if each.turn == 2]
    (chosen,) = [*switch.request.query.values(), *switch.request.path.values()]
    assert isinstance(chosen, Chosen)
    assert chosen.items == Source(css='ul[id="practices"] a[href]')
    assert chosen.value == value
    assert (switch.request.method, switch.effect) == ("GET", "auth")


def test_a_number_that_is_sent_as_a_text_stays_a_text() -> None:
    def login(run: int) -> Capture:
        portal = Portal(used=PICKED).page("/login", "<div></div>")
        offer = [{"id": 7, "name": NORTH}, {"id": 9, "name": SOUTH}]
        sent = {"email": USER, "password": PASSWORD}
        portal.xhr("POST", "/login", {"practices": offer}, step="4", send=sent)
        return portal.xhr("POST", "/enter", {"ok": 1}, step="5", send={"id": "7"}).done(run)

    chosen = infer(login(0), login(1))["send-enter"].request.json_body["id"]
    assert isinstance(chosen, Chosen)
    assert (chosen.items, chosen.wrap) == (Source(json_path="practices"), "{}")


def test_a_tenant_that_is_typed_is_the_label_and_no_constant() -> None:
    def login(run: int) -> Capture:
        portal = Portal().page("/login", "<form></form>")
        sent = {"user": USER, "password": PASSWORD, "clinic": NORTH}
        return portal.post("/login", "<p>in</p>", step="4", **sent).done(run)

    clinic = infer(login(0), login(1))["login"].request.form["clinic"]
    assert isinstance(clinic, Chosen)
    assert clinic.items is None


def test_a_yes_beside_the_label_is_not_the_practice() -> None:
    def login(run: int) -> Capture:
        portal = Portal(used=PICKED).page("/login", "<div></div>")
        offer = [{"id": 700, "name": NORTH, "main": True}, {"id": 900, "name": SOUTH}]
        sent = {"email": USER, "password": PASSWORD}
        portal.xhr("POST", "/login", {"practices": offer}, step="4", send=sent)
        body = {"id": 700, "remember": True}
        return portal.xhr("POST", "/enter", {"ok": 1}, step="5", send=body).done(run)

    sent = infer(login(0), login(1))["send-enter"].request.json_body
    assert isinstance(sent["id"], Chosen)
    assert isinstance(sent["remember"], Constant)


def test_a_token_of_the_form_around_the_only_practice_stays_a_slot() -> None:
    def login(run: int) -> Capture:
        token = f"a8f7d6{run}c5b4e3Zq"
        field = f'<input type="hidden" name="csrf_token" value="{token}">'
        button = f'<button name="id" value="7001">{NORTH}</button>'
        portal = Portal(used=PICKED).page("/login", "<form></form>")
        page = f"<form>{field}{button}</form>"
        portal.post("/login", page, step="4", user=USER, password=PASSWORD)
        return portal.post("/select", "<p>in</p>", step="5", id="7001", csrf_token=token).done(run)

    form = infer(login(0), login(1))["send-select"].request.form
    assert isinstance(form["csrf_token"], FromSession)
    assert isinstance(form["id"], Chosen)
