"""Logging in over HTTP to portals that exist: what is sent, how often, and what an answer means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.errors import (
    AccountLocked,
    CodeRefused,
    CredentialRefused,
    NotKnown,
    PortalDown,
    Throttled,
    Unready,
    VetportalError,
)
from automation.model import Call, LoginOutcome, Practice
from tests.browser.site import Served, serving
from tests.fakes import VirtualClock
from tests.infer.logins import NORTH, PASSWORD, SOUTH, USER
from tests.session.house import House, Inside, at_home
from tests.session.stand_ins import TOTP, WRONG, Forms, Scripts, StandIn

OTHER_TOTP = "GEZDGNBVGY3TQOJQ"


@pytest.fixture
def scripts() -> Iterator[Scripts]:
    with serving() as site:
        yield Scripts(site, VirtualClock())


def refused(house: House, practice: Practice, error: type[VetportalError]) -> str:
    with pytest.raises(error) as caught:
        house.open(practice)
    return str(caught.value)


def test_a_known_login_gives_a_session_that_works_without_a_browser(
    portal: StandIn, tmp_path: Path
) -> None:
    house = at_home(portal, tmp_path)
    practice = house.admit(house.practice())
    assert house.open(practice) == 2
    assert (house.tabs, list(portal.inside.values())) == (0, [NORTH])
    assert house.status().phase == "valid"
    assert portal.sent(PASSWORD) == portal.posted(portal.password_path) == 1
    assert portal.posted(portal.code_path) == 1
    assert house.open(practice) == 2, "the next process finds it open"
    assert portal.sent(PASSWORD) == 1


def test_each_practice_gets_the_session_of_its_own_label(portal: StandIn, tmp_path: Path) -> None:
    house = at_home(portal, tmp_path)
    north, south = (
        house.admit(house.practice(name, label))
        for name, label in (("north", NORTH), ("south", SOUTH))
    )
    for practice in (north, south, north):
        assert house.open(practice) == 2
    assert sorted(portal.inside.values()) == [NORTH, SOUTH]
    assert len(portal.used) == 2, "no code is sent twice"


def test_the_token_of_a_script_is_kept_with_the_session_and_sent_by_reads(
    scripts: Scripts, tmp_path: Path
) -> None:
    house = at_home(scripts, tmp_path)
    practice = house.admit(house.practice())

    async def read(inside: Inside) -> bytes:
        async with await inside.sessions.open(practice) as session:
            headers = {"authorization": f"Bearer {session.slots['access-token']}"}
            return (await session.send(Call("GET", f"{house.url}/api/me", headers))).content

    for _ in range(2):
        assert NORTH.encode() in house.run(read)
    assert house.kept().storage[house.url]["token"] in scripts.inside
    assert house.kept().cookies == ()


def test_a_wrong_password_is_sent_once_by_whichever_process_and_practice(
    portal: StandIn, tmp_path: Path
) -> None:
    house = at_home(portal, tmp_path)
    north, south = (
        house.admit(house.practice(name, label), password=WRONG)
        for name, label in (("north", NORTH), ("south", SOUTH))
    )
    assert "does not accept user name" in refused(house, north, CredentialRefused)
    assert "not asked again by machine" in refused(house, north, CredentialRefused)
    assert "not asked again by machine" in refused(house, south, CredentialRefused)
    assert portal.sent(WRONG) == 1
    assert portal.posted(portal.code_path) == 0
    assert house.status().phase == "needs_person"
    assert house.tabs == 0, "a browser would send it once more"

    house.admit(north, password=PASSWORD)
    assert house.open(north) == 2, "another password is free at once"


def test_a_wrong_code_is_sent_once_by_whichever_process_and_practice(
    portal: StandIn, tmp_path: Path
) -> None:
    house = at_home(portal, tmp_path)
    north, south = (
        house.admit(house.practice(name, label), totp=OTHER_TOTP)
        for name, label in (("north", NORTH), ("south", SOUTH))
    )
    for practice in (north, north, south):
        refused(house, practice, CodeRefused)
    assert portal.posted(portal.code_path) == portal.sent(PASSWORD) == 1
    assert house.tabs == 0

    house.admit(north, totp=TOTP)
    assert house.open(north) == 2


@pytest.mark.parametrize(
    "status, error, phase",
    [
        (400, CredentialRefused, "needs_person"),
        (401, CredentialRefused, "needs_person"),
        (403, CredentialRefused, "needs_person"),
        (422, CredentialRefused, "needs_person"),
        (423, AccountLocked, "locked"),
        (429, Throttled, "none"),
        (500, PortalDown, "none"),
        (503, PortalDown, "none"),
    ],
)
def test_a_bare_status_to_the_password_says_what_it_means(
    portal: StandIn, tmp_path: Path, status: int, error: type[VetportalError], phase: str
) -> None:
    house = at_home(portal, tmp_path)
    practice = house.admit(house.practice())
    portal.instead(portal.password_path, Served("{}", status))
    refused(house, practice, error)
    assert portal.sent(PASSWORD) == 1, "not sent again within a run, whatever the answer"
    assert house.status().phase == phase
    assert house.tabs == 0


@pytest.mark.parametrize("status", [400, 401, 403, 422])
def test_a_bare_refusal_of_the_code_is_one_of_the_code(
    portal: StandIn, tmp_path: Path, status: int
) -> None:
    house = at_home(portal, tmp_path)
    practice = house.admit(house.practice())
    portal.instead(portal.code_path, Served("{}", status))
    for _ in range(2):
        refused(house, practice, CodeRefused)
    assert portal.posted(portal.code_path) == 1


@pytest.mark.parametrize("status", [429, 500])
def test_a_portal_that_was_down_is_asked_again_by_the_next_run(
    portal: StandIn, tmp_path: Path, status: int
) -> None:
    house = at_home(portal, tmp_path)
    practice = house.admit(house.practice())
    usual = portal.site.pages[portal.password_path]
    portal.instead(portal.password_path, Served("{}", status))
    with pytest.raises(VetportalError):
        house.open(practice)
    portal.site.pages[portal.password_path] = usual
    assert house.open(practice) == 2


def test_a_locked_account_is_left_alone_for_an_hour(portal: StandIn, tmp_path: Path) -> None:
    house = at_home(portal, tmp_path)
    practice = house.admit(house.practice())
    usual = portal.site.pages[portal.password_path]
    portal.instead(portal.password_path, Served("<h1>Your account is locked</h1>", 423))
    refused(house, practice, AccountLocked)
    portal.site.pages[portal.password_path] = usual
    house.clock.pass_time(3500)
    refused(house, practice, AccountLocked)
    assert portal.sent(PASSWORD) == 1
    house.clock.pass_time(200)
    assert house.open(practice) == 2


def test_a_rule_of_the_portal_reads_a_page_that_no_general_rule_does(
    forms: Forms, tmp_path: Path
) -> None:
    rule = LoginOutcome(meaning="locked", target_css=".note", text="come back tomorrow")
    house = at_home(forms, tmp_path)
    house.write(forms.portal.model_copy(update={"outcomes": (rule,)}), forms.flow, ())
    practice = house.admit(house.practice())
    forms.instead("/login", Served("<p class=note>Please come back tomorrow.</p>"))
    refused(house, practice, AccountLocked)


def test_a_page_that_nobody_knows_leaves_the_login_to_a_browser(
    portal: StandIn, tmp_path: Path
) -> None:
    house = at_home(portal, tmp_path)
    practice = house.admit(house.practice())
    portal.instead(portal.code_path, Served("<h1>What is your favourite colour?</h1>"))
    assert "no browser" in refused(house, practice, Unready)
    assert house.tabs == 1
    asked = len(portal.site.asked)
    refused(house, practice, Unready)
    assert (house.tabs, len(portal.site.asked)) == (2, asked), "and so does the next process"


def test_a_login_that_ends_on_the_login_page_has_not_succeeded(
    forms: Forms, tmp_path: Path
) -> None:
    house = at_home(forms, tmp_path)
    practice = house.admit(house.practice())
    page = "<form action=/sso><input name=user><input type=password></form>"
    forms.instead("/pick", Served(page))
    refused(house, practice, CredentialRefused)
    assert forms.sent(PASSWORD) == 1


def test_a_trusted_device_is_not_asked_for_a_code_again(forms: Forms, tmp_path: Path) -> None:
    house = at_home(forms, tmp_path)
    practice = house.admit(house.practice())
    house.open(practice)
    forms.expire()
    assert house.open(practice) == 3
    assert (forms.posted("/login"), forms.posted("/code")) == (2, 1)


def test_of_the_cookies_only_those_of_a_trusted_device_are_sent_with_the_next_login(
    forms: Forms, tmp_path: Path
) -> None:
    house = at_home(forms, tmp_path)
    practice = house.admit(house.practice())
    house.open(practice)
    forms.expire()
    house.open(practice)
    first, second = (
        {part.partition("=")[0].strip() for part in each.headers.get("cookie", "").split(";")}
        for each in forms.site.asked
        if (each.method, each.path) == ("POST", "/login")
    )
    assert (first, second) == ({"visitor"}, {"visitor", "device"}), "a visitor begins anew"


def test_a_portal_whose_login_is_not_known_is_left_to_the_browser(
    forms: Forms, tmp_path: Path
) -> None:
    house = House(tmp_path, forms.site.url, forms.clock)
    house.write(forms.portal, forms.flow, forms.endpoints()[-1:])
    practice = house.admit(house.practice())
    refused(house, practice, Unready)
    assert (house.tabs, forms.site.asked) == (1, [])


def test_no_secret_stands_in_what_a_login_noted(portal: StandIn, tmp_path: Path) -> None:
    house = at_home(portal, tmp_path)
    house.open(house.admit(house.practice()))
    heard = str(house.notes.heard)
    assert "credential.used" in heard
    assert not [text for text in (USER, PASSWORD, TOTP, *portal.used) if text in heard]


def test_a_credential_without_a_password_is_named_before_anything_of_it_is_sent(
    portal: StandIn, tmp_path: Path
) -> None:
    house = at_home(portal, tmp_path)
    practice = house.admit(house.practice(), password="")
    assert "'credential.password'" in refused(house, practice, NotKnown)
    assert (portal.posted(portal.password_path), house.tabs) == (0, 0)
