"""A new credential is proven by a login before the old one goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from automation.pipeline import Tools
from tests.journeys.world import Home, add_by_command, name_of
from tests.simulator import Account, Simulator, running

pytestmark = pytest.mark.journey

NEW = "n3w & <better> \"p@ss\" 'wörd' %41\\"
REFUSED = 5


@pytest.fixture
def portal() -> Iterator[Simulator]:
    with running(patients=5) as one:
        yield one


@pytest.fixture
def account(portal: Simulator) -> Account:
    return portal.account("front.desk")


@pytest.fixture
def home(portal: Simulator, account: Account, tmp_path: Path) -> Home:
    made = Home.new(tmp_path / "home")
    given = {"username": account.username, "password": account.password}
    add_by_command(made, portal, portal.practices()[0], **given, totp=account.totp_secret or "")
    open_session(made, portal)
    portal.clock.advance(60)
    return made


def open_session(home: Home, portal: Simulator) -> None:
    async def scene(tools: Tools) -> None:
        known = await tools.store.practice(name_of(portal.practices()[0]))
        async with await tools.sessions.open(known) as session:
            await session.confirm()

    home.work(scene)


def rotate(home: Home, portal: Simulator, **given: str) -> int:
    name = name_of(portal.practices()[0])
    arguments = ("practice", "rotate", name, "--credentials", "-")
    done = home.command(*arguments, given=json.dumps(given))
    assert NEW not in done.stdout + done.stderr
    return done.returncode


def test_a_proven_credential_takes_the_place_of_the_old_one_and_the_old_session_is_closed(
    home: Home, portal: Simulator, account: Account
) -> None:
    assert [one.user for one in portal.sessions()] == [account.username]
    changed = portal.change_account(account, password=NEW)
    assert rotate(home, portal, username=account.username, password=NEW) == 0
    assert [one.user for one in portal.sessions()] == [changed.username], "the old one is closed"
    portal.expire()
    portal.clock.advance(60)
    open_session(home, portal)
    told = portal.counts()["sign_in"]
    assert told["logins"] == 3
    assert not {"wrong_passwords", "codes_refused"} & told.keys()


def test_a_credential_that_fails_its_proof_leaves_the_old_one_in_force(
    home: Home, portal: Simulator, account: Account
) -> None:
    assert rotate(home, portal, username=account.username, password=NEW) == REFUSED
    assert [one.user for one in portal.sessions()] == [account.username], "the session lives on"
    portal.expire()
    portal.clock.advance(60)
    open_session(home, portal)
    told = portal.counts()["sign_in"]
    assert told["logins"] == 2
    assert told["wrong_passwords"] == 1


def test_a_credential_that_was_refused_is_not_tried_again(
    home: Home, portal: Simulator, account: Account
) -> None:
    for _ in range(3):
        assert rotate(home, portal, username=account.username, password=NEW) == REFUSED
    assert portal.counts()["sign_in"]["wrong_passwords"] == 1


def test_another_person_s_login_can_take_over(
    home: Home, portal: Simulator, account: Account
) -> None:
    other = portal.account("morgan.ellis")
    assert replace(other, practices=account.practices) != account
    given = {"username": other.username, "password": other.password}
    assert rotate(home, portal, **given, totp=other.totp_secret or "") == 0
    assert [one.user for one in portal.sessions()] == [other.username]
