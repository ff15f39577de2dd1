"""`vetportal session`: where sessions stand, what is asked, and how it is answered."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from automation import store, vault
from automation.cli import session as command
from automation.errors import Unusable
from automation.model import Challenge, Secret, SessionStatus
from automation.pipeline import Tools
from automation.session.safe import Safe
from automation.store import Challenges, SessionStatuses
from tests.cli.practices.scene import NORTH, moved_in, told
from tests.engine import run_engine
from tests.fakes import START, VirtualClock
from tests.journeys.world import Home

SOUTH = NORTH.model_copy(update={"name": "south"})
WHY = "the portal does not accept user name or password"
ASKED = "We sent a code to the phone ending in 90."
CODE = "482913"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.new(tmp_path / "home")


def asked(home: Home, *, kind: str = "code", minutes: float = 10) -> Challenge:
    """A login of the practice north waits, and that of south was refused."""

    async def scene(tools: Tools) -> Challenge:
        now = tools.clock.now()
        statuses = SessionStatuses(tools.store.database, tools.clock)
        for name, phase, why in (("north", "mfa_wait", ASKED), ("south", "needs_person", WHY)):
            status = {"practice": name, "phase": phase, "since": now, "why": why}
            await statuses.put(SessionStatus.model_validate(status))
        expires = now + timedelta(minutes=minutes)
        challenge = Challenge.model_validate(
            {
                "id": "c1",
                "practice": "north",
                "kind": kind,
                "asked": ASKED,
                "since": expires - timedelta(minutes=10),
                "expires_at": expires,
            }
        )
        await Challenges(tools.store.database, tools.clock).ask(challenge)
        return challenge

    return home.work(scene)


def answer_on_its_way(home: Home) -> bytes | None:
    async def scene(tools: Tools) -> bytes | None:
        return await Challenges(tools.store.database, tools.clock).take("c1")

    return home.work(scene)


async def opened(home: Home, sealed: bytes) -> str:
    """What the login that waits would read."""
    seal = vault.Vault(vault.FileRing(home.settings.key_file))
    url = f"sqlite+aiosqlite:///{home.database}"
    rows = await store.Store.open(url, clock=VirtualClock(), sealer=seal)
    try:
        return Safe(rows, seal).opened_answer("north", "challenge/c1", sealed).reveal()
    finally:
        await rows.close()


def refused(done: subprocess.CompletedProcess[str], *said: str) -> None:
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "Traceback" not in done.stderr
    for words in said:
        assert words in " ".join(done.stderr.split())


def test_where_there_is_no_practice_there_is_nothing_to_list(home: Home) -> None:
    assert told(home, "session", "list") == {"sessions": []}
    assert home.command("session", "list").stdout == "no practices yet\n"


def test_a_practice_that_never_logged_in_has_no_session(home: Home) -> None:
    moved_in(home, NORTH)
    [one] = told(home, "session", "list")["sessions"]
    assert (one["practice"], one["phase"], one["challenge"]) == ("north", "none", None)


def test_each_session_is_listed_with_what_is_asked_and_how_to_answer(home: Home) -> None:
    moved_in(home, NORTH, SOUTH)
    challenge = asked(home)
    north, south = told(home, "session", "list")["sessions"]
    assert (north["phase"], north["why"]) == ("mfa_wait", ASKED)
    assert (north["challenge"]["asked"], north["challenge"]["kind"]) == (ASKED, "code")
    assert datetime.fromisoformat(north["challenge"]["expires_at"]) == challenge.expires_at
    assert (south["phase"], south["why"], south["challenge"]) == ("needs_person", WHY, None)

    lines = home.command("session", "list").stdout.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("north")
    assert "vetportal session answer north" in lines[1]
    assert f"until {challenge.expires_at:%H:%M} UTC" in lines[1]
    assert WHY in lines[2]


def test_an_approval_is_shown_as_one(home: Home) -> None:
    moved_in(home, NORTH, SOUTH)
    asked(home, kind="approval")
    shown = home.command("session", "list").stdout
    assert "approve it on the other device" in shown
    assert "session answer" not in shown
    refused(home.command("session", "answer", "north", "--code", "-", given=CODE), "waits for")


def test_what_has_expired_is_not_asked_any_more(home: Home) -> None:
    moved_in(home, NORTH, SOUTH)
    asked(home, minutes=-0.1)
    assert told(home, "session", "list")["sessions"][0]["challenge"] is None
    refused(home.command("session", "answer", "north", "--code", "-", given=CODE), "waits for")
    assert answer_on_its_way(home) is None


@pytest.mark.parametrize("arguments, given", [(("--code", "-"), f"{CODE}\n"), ((), f" {CODE} \n")])
def test_an_answer_comes_from_standard_input_or_a_prompt_and_is_sealed(
    home: Home, arguments: tuple[str, ...], given: str
) -> None:
    moved_in(home, NORTH, SOUTH)
    asked(home)
    done = home.command("session", "answer", "north", *arguments, given=given)
    assert done.returncode == 0, done.stderr
    assert "north: the code is on its way" in done.stdout

    sealed = answer_on_its_way(home)
    assert sealed is not None
    assert CODE.encode() not in sealed

    assert run_engine(opened(home, sealed)) == CODE
    assert told(home, "session", "list")["sessions"][0]["challenge"] is None
    again = home.command("session", "answer", "north", "--code", "-", given=CODE)
    refused(again, "no login of north waits for a code")


def test_an_answer_without_anybody_waiting_says_where_to_look(home: Home) -> None:
    moved_in(home, NORTH)
    done = home.command("session", "answer", "north", "--code", "-", given=CODE)
    refused(done, "no login of north waits for a code", "vetportal session list")


def test_a_code_on_the_command_line_is_refused_before_anything_else(home: Home) -> None:
    done = home.command("session", "answer", "north", "--code", CODE)
    refused(done, "can be read by others", "Leave --code out to be asked")
    assert CODE not in done.stderr
    assert not home.database.exists()


def test_an_empty_code_is_none(home: Home) -> None:
    moved_in(home, NORTH)
    refused(home.command("session", "answer", "north", "--code", "-", given="\n"), "is empty")


@pytest.mark.parametrize("words", [("answer", "west", "--code", "-"), ("close", "west")])
def test_a_practice_that_nobody_knows_is_named(home: Home, words: tuple[str, ...]) -> None:
    moved_in(home, NORTH)
    done = home.command("session", *words, given=CODE)
    refused(done, "no practice is named 'west'", "Known: north")


@pytest.mark.parametrize("words", [("open", "west"), ("keep", "north", "west")])
def test_a_session_of_nobody_is_neither_opened_nor_kept(home: Home, words: tuple[str, ...]) -> None:
    moved_in(home, NORTH)
    refused(home.command("session", *words), "no practice is named 'west'")


def test_opening_without_a_credential_says_what_is_missing(home: Home) -> None:
    moved_in(home, NORTH)
    refused(home.command("session", "open", "north"), "credential.username")


def test_closing_what_is_not_open_is_no_mistake_and_is_audited(home: Home) -> None:
    moved_in(home, NORTH)
    done = home.command("session", "close", "north")
    assert (done.returncode, done.stdout) == (0, "north: the session is closed\n"), done.stderr
    entries = map(json.loads, home.command("audit", "export").stdout.splitlines())
    assert "session.closed" in {each["action"] for each in entries}


class Login:
    """A login that waits for a code, and what was answered to it."""

    def __init__(self, *, looks: int = 10**9, late: bool = False) -> None:
        self.looks, self.late = looks, late
        self.given: list[str] = []
        self.phases: Iterator[str] = iter(())

    async def challenges(self, practice: str) -> tuple[Challenge, ...]:
        self.looks -= 1
        if self.looks < 0 or self.given:
            return ()
        end = START + timedelta(minutes=10)
        one = Challenge(
            id="c1", practice=practice, kind="code", asked=ASKED, since=START, expires_at=end
        )
        return (one,)

    async def answer(self, _: str, code: Secret) -> None:
        self.given.append(code.reveal())
        if self.late:
            raise Unusable("no login of north waits for a code")

    async def keep_alive(self, _: object) -> None:
        return

    async def status(self, practice: str) -> SessionStatus:
        facts = {"practice": practice, "phase": next(self.phases), "since": START}
        return SessionStatus.model_validate(facts)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of the terminal that a person sits at."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(command, "_LOOK", 0.02)
        yield ours
    os.close(ours)


def ask_at(login: Login) -> None:
    """Ask at the terminal until there is nothing to ask, as `session open` does."""
    tools: Any = SimpleNamespace(sessions=login, clock=VirtualClock())

    async def until_answered() -> None:
        async with asyncio.timeout(30):
            [challenge] = await login.challenges("north")
            await command._ask(tools, challenge)  # noqa: SLF001 - with the terminal that is ours

    run_engine(until_answered())


def test_a_code_typed_at_the_terminal_reaches_the_login(
    terminal: int, capsys: pytest.CaptureFixture[str]
) -> None:
    os.write(terminal, f"\n {CODE} \n".encode())
    login = Login()
    ask_at(login)
    assert login.given == [CODE]
    assert capsys.readouterr().err.startswith(f"{ASKED}\nCode: ")


@pytest.mark.usefixtures("terminal")
def test_nobody_is_asked_any_more_once_the_login_is_over(
    capsys: pytest.CaptureFixture[str],
) -> None:
    login = Login(looks=3)
    ask_at(login)
    assert login.given == []
    assert "no longer asked" in capsys.readouterr().err


def test_a_code_that_comes_too_late_stops_nothing(terminal: int) -> None:
    os.write(terminal, f"{CODE}\n".encode())
    login = Login(late=True)
    ask_at(login)
    assert login.given == [CODE]


def test_whoever_keeps_sessions_sees_each_change_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    login: Any = Login()
    login.phases = iter(["valid", "valid", "valid", "none", "none", "valid"])
    told_ = command._Told(login)  # noqa: SLF001 - without the loop that never ends

    async def three_times() -> None:
        for _ in range(3):
            await told_.keep_alive(NORTH)

    run_engine(three_times())
    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[:2] for line in lines] == [["north", "none"], ["north", "valid"]]


def test_keeping_begins_with_whom(home: Home) -> None:
    moved_in(home, NORTH, SOUTH)
    keeping = subprocess.Popen(
        [sys.executable, "-m", "automation", "session", "keep"],
        env=home.variables,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert keeping.stderr is not None
    try:
        assert keeping.stderr.readline() == "keeping alive: north, south\n"
    finally:
        keeping.kill()
        keeping.communicate()
