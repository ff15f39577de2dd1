"""What a portal refuses is sent once, by whichever door, and said as what it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from automation.errors import (
    AccountLocked,
    ChallengeSeen,
    CodeRefused,
    CredentialRefused,
    PasswordExpired,
    TermsChanged,
    VetportalError,
)
from automation.pipeline import Tools
from tests.journeys.world import Home, add_by_command, name_of
from tests.simulator import Account, Simulator, running

pytestmark = pytest.mark.journey

PERSON_NEEDED = 5
OVER_HTTP = pytest.mark.parametrize("practice", ["http"], indirect=True)
"""Where the door makes no difference; the one without a browser is quicker."""


@pytest.fixture(scope="module")
def portal() -> Iterator[Simulator]:
    with running(patients=5, device=0) as one:
        yield one


@dataclass
class Practice:
    """A practice with a login of its own, in a home of its own."""

    home: Home
    portal: Simulator
    account: Account

    @property
    def name(self) -> str:
        return name_of(self.portal.practices()[0])

    def open(self) -> VetportalError | None:
        """Ask for a session in a process of its own, as far as the product can tell."""

        async def scene(tools: Tools) -> None:
            async with await tools.sessions.open(await tools.store.practice(self.name)) as session:
                await session.confirm()

        try:
            self.home.work(scene)
        except VetportalError as problem:
            return problem
        return None

    def phase(self) -> str:
        async def scene(tools: Tools) -> str:
            return (await tools.sessions.status(self.name)).phase

        return self.home.work(scene)

    def release(self) -> None:
        async def scene(tools: Tools) -> None:
            await tools.sessions.release(await tools.store.practice(self.name))

        self.home.work(scene)


@pytest.fixture(scope="module")
def homes(portal: Simulator, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Home]:
    """One that never logged in, and one that did so with a browser and now needs none."""
    folder = tmp_path_factory.mktemp("homes")
    fresh = Home.new(folder / "fresh")
    account = portal.account("front.desk")
    login = {"username": account.username, "password": account.password}
    add_by_command(fresh, portal, portal.practices()[0], **login, totp=account.totp_secret or "")
    used = fresh.copy(folder / "used")

    async def scene(tools: Tools) -> None:
        known = await tools.store.practice(name_of(portal.practices()[0]))
        for _ in range(2):  # the second login is the first over HTTP
            portal.clock.advance(60)
            async with await tools.sessions.open(known) as session:
                await session.confirm()
            portal.expire()

    used.work(scene)
    return {"browser": fresh, "http": used}


@pytest.fixture(params=["browser", "http"])
def practice(
    request: pytest.FixtureRequest, portal: Simulator, homes: dict[str, Home], tmp_path: Path
) -> Iterator[Practice]:
    """The same practice each time, as it logs in by one door or the other."""
    account = portal.account("front.desk")
    made = Practice(homes[request.param].copy(tmp_path / "home"), portal, account)
    portal.clock.advance(60)
    portal.reset_counts()
    yield made
    portal.change_account(
        account, password=account.password, totp_secret=account.totp_secret or "new"
    )
    for what in ("terms", "locked", "password_change", "notice", "captcha"):
        portal.require(account, what, on=False)
    portal.expire()


@pytest.mark.must_hold("sessions")
def test_a_wrong_password_is_sent_once(practice: Practice, measured: Callable[..., None]) -> None:
    practice.portal.change_account(practice.account, password="something new")
    errors = [practice.open() for _ in range(3)]
    assert {type(error) for error in errors} == {CredentialRefused}
    assert "not asked again" in str(errors[1])
    told = practice.portal.counts()
    assert told["sign_in"] == {"wrong_passwords": 1}
    assert told["received"]["passwords"] == 1
    assert practice.phase() == "needs_person"
    measured("times a wrong password was sent in three runs", told["received"]["passwords"])


@pytest.mark.must_hold("sessions")
def test_a_wrong_code_is_sent_once(practice: Practice, measured: Callable[..., None]) -> None:
    practice.portal.change_account(practice.account, totp_secret="new")
    errors = [practice.open() for _ in range(3)]
    assert {type(error) for error in errors} == {CodeRefused}
    told = practice.portal.counts()
    assert told["received"] == {"passwords": 1, "codes": 1}
    assert practice.phase() == "needs_person"
    measured("times a wrong code was sent in three runs", told["received"]["codes"])


@pytest.mark.must_hold("sessions")
@pytest.mark.parametrize(
    "practice, what, kind, phase",
    [
        ("browser", "terms", TermsChanged, "needs_person"),
        ("browser", "captcha", ChallengeSeen, "needs_person"),
        ("http", "terms", TermsChanged, "needs_person"),
        ("http", "notice", TermsChanged, "needs_person"),
        ("http", "password_change", PasswordExpired, "needs_person"),
        ("http", "locked", AccountLocked, "locked"),
        ("http", "captcha", ChallengeSeen, "needs_person"),
    ],
    indirect=["practice"],
)
def test_a_page_that_stops_a_login_is_said_as_what_it_is_and_met_once(
    practice: Practice,
    what: str,
    kind: type[VetportalError],
    phase: str,
    measured: Callable[..., None],
) -> None:
    practice.portal.require(practice.account, what)
    errors = [practice.open() for _ in range(2)]
    assert {type(error) for error in errors} == {kind}
    assert practice.portal.counts()["shown"] == {what: 1}
    assert practice.phase() == phase
    practice.portal.require(practice.account, what, on=False)
    practice.portal.clock.advance(60)
    practice.release()
    assert practice.open() is None
    assert practice.phase() == "valid"
    measured(f"logins that met {what}", 1)


@OVER_HTTP
def test_the_command_says_it_with_its_own_exit_code(practice: Practice) -> None:
    practice.portal.change_account(practice.account, password="something new")
    done = practice.home.command("session", "open", practice.name, "--json")
    error = json.loads(done.stderr.splitlines()[-1])["error"]
    assert (done.returncode, error["exit_code"]) == (PERSON_NEEDED, PERSON_NEEDED)
    assert error["kind"] == "CredentialRefused"
    listed = json.loads(practice.home.command("session", "list", "--json").stdout)
    [status] = listed["sessions"]
    assert status["phase"] == "needs_person"
    assert "does not accept" in status["why"]


@OVER_HTTP
def test_another_credential_is_free_at_once(practice: Practice) -> None:
    practice.portal.change_account(practice.account, password="something new")
    assert isinstance(practice.open(), CredentialRefused)
    given = json.dumps({"username": practice.account.username, "password": "something new"})
    done = practice.home.command(
        "practice", "rotate", practice.name, "--credentials", "-", given=given
    )
    assert done.returncode == 0, done.stderr
    assert practice.open() is None
    assert practice.portal.counts()["sign_in"]["wrong_passwords"] == 1
