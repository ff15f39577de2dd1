"""Fifty secrets go through all that can happen to a login, and none of them stays anywhere.

That the scanner finds each of them in every encoding and kind of artefact is shown in
`tests/test_canary.py`.
"""

from __future__ import annotations

import base64
import csv
import json
import random
import shutil
import signal
import sqlite3
import string
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, build_opener

import pytest

from automation.catalog import Catalog
from automation.model import OAuth, Portal
from fixtures.common.totp import STEP_SECONDS
from tests import canary
from tests.conftest import Measure
from tests.journeys.witness import Processes, Running, Wire, Witness, until
from tests.journeys.world import FLOWS, PORTAL, Home
from tests.oauth_server import authorization_server
from tests.simulator import REPOSITORY, Account, Simulator, running
from tests.way_out import forwarding

pytestmark = pytest.mark.journey

AWKWARD: Final = ' &amp;<i>"it\'s"\\n%41+/=:;é漢🐾~'
"""What each encoding writes in another way, and what looks like an escape already."""
PLACES: Final = (
    "home",
    "home-2",
    "flows",
    "exported",
    "printed",
    "printed-2",
    "command lines",
)
"""Where nothing may stay; the folder `given` holds what people wrote."""
PERSON_NEEDED: Final = 5
PORTAL_CHANGED: Final = 6
BAD_FILE: Final = 2
CRASHED: Final = 1
CAPTCHA_TEXT: Final = "Before you go on, show that you are not a robot."
CODE_TEXT: Final = "It can be used once, within 10 minutes."
BOOM: Final = """
from automation.session.guard import LoginGuard

async def boom(self, attempt):
    secret, everything = attempt.credential["credential.password"], self.__dict__ \
        if hasattr(self, "__dict__") else dir(self)
    raise RuntimeError(f"boom {secret} {attempt} {dict(attempt.credential)}")

LoginGuard.count = boom
"""
"""A mistake of ours in the middle of a login, which shows whatever it has at hand."""


NO_FLOW: Final = f"""
version: 1
flow: list-nothing
portal: {PORTAL}
steps:
  - goto: /Practice/Clients/Index
  - click: {{target: {{id: nowhere}}}}
"""


class Canaries(dict[str, str]):
    """Secrets by their names, made as they are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._chance = random.Random(7)

    def text(self, name: str) -> str:
        """One with every character that gives trouble somewhere."""
        at = self._chance.randrange(6)
        return self._kept(name, f"{self._letters(at + 2)}{AWKWARD}{self._letters(10)}")

    def user(self, name: str) -> str:
        """One that a browser takes for an address of mail."""
        return self._kept(name, f"{self._letters(5)}.o'hara+%41&{self._letters(6)}@nest.example")

    def base32(self, name: str) -> str:
        """A secret of one-time codes."""
        found = base64.b32encode(self._chance.randbytes(20)).decode()
        return self._kept(name, found)

    def uri(self, name: str) -> str:
        """A secret of one-time codes as portals show it in a picture."""
        secret = self.base32(f"{name}, its secret")
        label = quote(f"Nest:{self._letters(8)}")
        query = urlencode({"secret": secret, "issuer": "Nest", "period": 30})
        return self._kept(name, f"otpauth://totp/{label}?{query}")

    def hex(self, name: str) -> str:
        """A key."""
        return self._kept(name, self._chance.randbytes(32).hex())

    def plain(self, name: str) -> str:
        """Letters and digits, for what is typed into a field for codes."""
        return self._kept(name, self._letters(14))

    def _letters(self, number: int) -> str:
        return "".join(self._chance.choices(string.ascii_letters + string.digits, k=number))

    def _kept(self, name: str, text: str) -> str:
        self[name] = text
        return text


@dataclass
class Stage:
    """Everything around the home: portals, who listens, and files that a person wrote.

    Attributes:
        portal: the simulator.
        wire: the line to it, which keeps every byte.
        home: the home.
        witness: runs commands in it.
        given: a folder for what people write; it is not searched.
        exported: a folder for what commands export.
        full: do all that can be done.
        secrets: what must not be found.
    """

    portal: Simulator
    wire: Wire
    home: Home
    witness: Witness
    given: Path
    exported: Path
    full: bool
    secrets: Canaries = field(default_factory=Canaries)

    def run(self, code: int, *arguments: str, **other: Any) -> str:  # noqa: ANN401 - handed on
        return self.witness.run(code, *arguments, **other)

    def add(self, name: str, credentials: Mapping[str, str], *options: str, code: int = 0) -> None:
        """Add a practice; the browser is asked for the first one only."""
        given = json.dumps(credentials)
        where = ("--portal", PORTAL, "--base-url", self.wire.url, "--loopback")
        self.run(code, "practice", "add", name, *where, *options, "--credentials", "-", given=given)

    def account(self, name: str, **facts: object) -> Account:
        """A login of the portal, changed."""
        found = self.portal.account(name)
        self.secrets[f"user name {name}"] = found.username
        return self.portal.change_account(found, **facts)

    def table(self, name: str, rows: Sequence[Mapping[str, str]]) -> str:
        """A file for `practice import`."""
        place = self.given / name
        with place.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return str(place)


# ---------------------------------------------------------------- stories


def of_codes(stage: Stage) -> None:
    """A practice with one-time codes: read, captured, failed, exported, in by browser and HTTP."""
    made = stage.secrets
    password, totp = made.text("north, password"), made.base32("north, TOTP secret")
    account = stage.account("front.desk", password=password, totp_secret=totp)
    login = {"username": account.username, "password": password, "totp": totp}
    stage.add("north", {**login, "webhook_secret": made.text("north, webhook secret")})
    stage.run(0, "session", "open", "north")
    har = stage.exported / "patients.har"
    stage.run(0, "capture", "north", "list-patients", "--har", str(har), "--json")
    assert har.stat().st_size > 10_000
    stage.portal.clock.advance(STEP_SECONDS)
    har = stage.exported / "login.har"
    stage.run(0, "capture", "north", "login", "--har", str(har))
    stage.run(0, "sync", "north", "--json")
    if stage.full:
        stage.run(PORTAL_CHANGED, "capture", "north", "list-nothing")
        stage.run(0, "replay", "north", "list-patients", "--limit", "2")
        stage.run(0, "show", "clients", "--limit", "1000", "--json")
    stage.run(0, "session", "close", "north")
    stage.portal.clock.advance(STEP_SECONDS)
    stage.run(0, "session", "open", "north")
    (log,) = stage.home.settings.logs.iterdir()
    assert '"by": "http"' in log.read_text(encoding="utf-8")


def of_refusals(stage: Stage) -> None:
    """A login that is refused, rotated, stopped by new terms, and crashed by a mistake of ours."""
    made = stage.secrets
    first, wrong, second = (made.text(f"mill, password {each}") for each in ("1", "wrong", "2"))
    account = stage.account("night.shift", password=first)
    login = {"username": account.username, "password": first}
    stage.add("mill", {**login, "webhook_secret": made.text("mill, webhook secret")})
    rotate = ("practice", "rotate", "mill", "--credentials", "-")
    stage.run(PERSON_NEEDED, *rotate, given=json.dumps({**login, "password": wrong}))
    stage.portal.change_account(account, password=second)
    stage.run(0, *rotate, "--json", given=json.dumps({**login, "password": second}))
    stage.portal.require(account, "terms")
    stage.run(0, "session", "close", "mill")
    stage.run(PERSON_NEEDED, "session", "open", "mill")
    stage.portal.require(account, "terms", on=False)
    stage.run(0, "practice", "release", "mill")
    place = stage.given / "broken"
    place.mkdir()
    (place / "sitecustomize.py").write_text(BOOM)
    broken = {"PYTHONPATH": f"{place}:{REPOSITORY}"}
    stage.run(CRASHED, "session", "open", "mill", variables=broken)


def of_a_killed_login(stage: Stage) -> None:
    """A login that dies between the password and the choice of a practice."""
    made = stage.secrets
    account = stage.account("morgan", password=made.text("mere, password"), mfa="none")
    login = {"username": account.username, "password": account.password}
    stage.add("mere", login, "--label", account.practices[0])

    def chooses() -> bool:
        return any(each.user == account.username for each in stage.portal.sessions())

    with stage.witness.started("session", "open", "mere") as dying:
        until(chooses, dying.process)
        dying.process.send_signal(signal.SIGKILL)
        dying.ended(-signal.SIGKILL)
    if stage.full:
        stage.run(0, "session", "open", "mere")


def of_tables(stage: Stage) -> None:
    """Practices of a table: one that no portal knows, and tables that are bad."""
    made = stage.secrets
    row = {"portal": PORTAL, "base_url": stage.wire.url, "loopback": "yes"}
    rows = [
        {
            "name": f"nest-{number}",
            **row,
            "username": made.user(f"nest {number}, user name"),
            "password": made.text(f"nest {number}, password"),
            "totp": made.uri(f"nest {number}, TOTP secret"),
            "webhook_secret": made.text(f"nest {number}, webhook secret"),
        }
        for number in range(4)
    ]
    stage.run(0, "practice", "import", stage.table("good.csv", rows), "--json")
    bad = {key: made.text(f"bad table, {key}") for key in ("username", "password", "totp")}
    bad["proxy"] = f"http://bird:{made.plain('bad table, proxy')}@nest.example:80"
    stage.run(BAD_FILE, "practice", "import", stage.table("bad.csv", [{"name": "x", **row, **bad}]))
    cut = Path(stage.table("cut.csv", [rows[0] | {"name": "cut"}]))
    cut.write_text(f'{cut.read_text(encoding="utf-8")}"{made.text("cut table")}', encoding="utf-8")
    stage.run(BAD_FILE, "practice", "import", str(cut))
    stage.run(PERSON_NEEDED, "capture", "nest-0", "login")


def of_walls(stage: Stage) -> None:
    """A login that meets a captcha, of which a picture is kept, and then sends a wrong code."""
    made = stage.secrets
    account = stage.account("sam", password=made.text("lane, password"))
    login = {"username": account.username, "password": account.password}
    secrets = {"totp": made.uri("lane, another"), "webhook_secret": made.text("lane, webhook")}
    stage.add("lane", login | secrets)
    stage.wire.say(f"Not a robot, {account.username}?", of=CAPTCHA_TEXT)
    stage.portal.require(account, "captcha")
    stage.run(PERSON_NEEDED, "session", "open", "lane")
    assert list(stage.home.path.glob("captures/lane/*.failed/shots/*.png"))
    stage.portal.require(account, "captcha", on=False)
    stage.run(0, "practice", "release", "lane")
    stage.run(PERSON_NEEDED, "session", "open", "lane")


def of_people(stage: Stage) -> None:
    """A code that a person hands in, behind a proxy that wants a password of its own."""
    made = stage.secrets
    account = stage.account("jamie", password=made.text("hill, password"))
    bird = made.text("hill, user name of the proxy").replace(":", ".")
    made["hill, user name of the proxy"] = bird
    word = made.text("hill, password of the proxy")
    stage.wire.say(f"It goes to {account.username}", of=CODE_TEXT)
    given = {"username": account.username, "password": account.password}
    with forwarding(login=(bird, word)) as proxy:
        stage.add(
            "hill",
            {**given, "proxy_username": bird, "proxy_password": word},
            *("--proxy", proxy.url),
        )
        with asked(stage, "hill") as login:
            told = stage.run(0, "session", "list", "--json")
            assert "It goes to «sec:credential.username" in told
            answer(stage, "hill", made.plain("hill, wrong code"))
            login.ended(PERSON_NEEDED)
        assert proxy.greetings
        if stage.full:
            stage.run(0, "practice", "release", "hill")
            with asked(stage, "hill") as login:
                answer(stage, "hill", stage.portal.outbox(account)[-1].code or "")
                login.ended(0)


@contextmanager
def asked(stage: Stage, practice: str) -> Iterator[Running]:
    """A login that waits for a person."""
    with stage.witness.started("session", "open", practice) as login:
        login.shows('"event": "(challenge_asked)"')
        yield login


def answer(stage: Stage, practice: str, code: str) -> None:
    stage.run(0, "session", "answer", practice, "--code", "-", given=f"{code}\n")


def of_tokens(stage: Stage) -> None:
    """A practice of a portal with OAuth: allowed, let in, refused."""
    made = stage.secrets
    with authorization_server(Now(), client_secret=made.text("oauth, client secret")) as server:
        files = Catalog(stage.home.flows)
        oauth: dict[str, Any] = {"token_url": "/oauth2/token/", "grant": "authorization_code"}
        oauth["authorize_url"] = "/oauth2/authorize/"
        files.write_portal(Portal(portal="acme", title="", hosts=(), oauth=OAuth(**oauth)))
        client = {"client_id": server.client_id, "client_secret": server.client_secret}
        where = ("--portal", "acme", "--base-url", server.url, "--loopback")
        given = json.dumps(client)
        stage.run(0, "practice", "add", "pond", *where, "--credentials", "-", given=given)
        with stage.witness.started("practice", "authorize", "pond") as asking:
            page = asking.shows(r"\n  (http\S+)\n")
            build_opener(ProxyHandler({})).open(page).close()
            asking.ended(0)
        stage.run(0, "session", "open", "pond")
        server.end_access()
        server.revoke()
        stage.run(0, "session", "close", "pond")
        stage.run(PERSON_NEEDED, "session", "open", "pond")
        made |= server.made()
        made |= {
            f"oauth {key} {number}": form[key]
            for number, form in enumerate(server.forms)
            for key in ("code_verifier", "refresh_token", "code")
            if key in form
        }


class Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


def of_tools(stage: Stage) -> None:
    """What people look at; tokens are shown once, where they are made."""
    made = stage.secrets
    made["key"] = key_in(stage.home)
    stage.run(0, "vault", "rotate-key")
    made["key after the rotation"] = key_in(stage.home)
    text = stage.run(0, "token", "create", "--name", "a", "--scope", "patients:read").strip()
    _, prefix, made["API token"] = text.split("_", 2)
    next(stage.witness.printed.glob("*token create*.out")).unlink()  # the one place
    look = [("audit", "export"), ("practice", "show", "mill"), ("doctor",)]
    more = [
        ("token", "list", "--json"),
        ("token", "revoke", prefix),
        ("audit", "verify"),
        ("audit", "export", "--format", "csv"),
        ("session", "list"),
        ("practice", "list", "--json"),
        ("explain", "list-patients"),
        ("vault", "status"),
    ]
    for command in look + (more if stage.full else []):
        stage.run(0, *command)


def spoken(heard: bytes, secrets: Mapping[str, str]) -> set[str]:
    """The secrets that a portal heard, in whatever form."""
    return {leak.secret for leak in canary.scan([heard], secrets)}


def key_in(home: Home) -> str:
    return home.settings.key_file.read_text().split()[-1]


def of_a_given_key(stage: Stage, home: Home) -> None:
    """A home whose key is in the environment."""
    own = Witness(home, stage.witness.printed.parent / "printed-2", stage.witness.temporary)
    own.printed.mkdir()
    made = stage.secrets
    given = {"username": made.user("key, user name"), "password": made.text("key, password")}
    where = ("--portal", PORTAL, "--base-url", stage.wire.url, "--loopback", "--credentials", "-")
    own.run(0, "practice", "add", "reed", *where, given=json.dumps(given))
    if stage.full:
        own.run(PERSON_NEEDED, "session", "open", "reed")


# ---------------------------------------------------------------- the promise


@contextmanager
def staged(folder: Path, *, full: bool) -> Iterator[Stage]:
    flows = folder / "flows"
    shutil.copytree(FLOWS, flows)
    (flows / PORTAL / "list-nothing.flow.yaml").write_text(NO_FLOW)
    home = Home.new(folder / "home", flows=flows, settings={"VETPORTAL_LOG_LEVEL": "debug"})
    printed, given, exported = (folder / name for name in ("printed", "given", "exported"))
    for place in (printed, given, exported):
        place.mkdir()
    with (
        running(PORTAL, patients=120, device=0) as portal,
        Wire(portal.url) as wire,
        tempfile.TemporaryDirectory() as temporary,  # sockets below it need a short path
    ):
        witness = Witness(home, printed, Path(temporary))
        stage = Stage(portal, wire, home, witness, given, exported, full)
        stage.run(0, "init")
        with log_kept(home.database):
            yield stage


@contextmanager
def log_kept(database: Path) -> Iterator[None]:
    """Somebody else has the database open, so that what was written over stays in its log."""
    with closing(sqlite3.connect(database)) as reader:
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield


@pytest.mark.must_hold("sessions")
def test_fifty_secrets_go_through_every_login_and_none_stays_anywhere(
    tmp_path: Path, measured: Measure, full: bool
) -> None:
    with staged(tmp_path, full=full) as stage, Processes() as processes:
        keyed = {"VETPORTAL_KEY": stage.secrets.hex("key of the environment")}
        other = Home.new(tmp_path / "home-2", flows=FLOWS, settings=keyed)
        stories = (
            of_codes,
            of_walls,
            of_refusals,
            of_tables,
            of_people,
            of_a_killed_login,
            of_tokens,
        )
        with ThreadPoolExecutor(len(stories)) as threads:
            told = [threads.submit(story, stage) for story in stories]
            told.append(threads.submit(of_a_given_key, stage, other))
        for each in told:
            each.result()
        of_tools(stage)
        heard, tokens = stage.wire.heard(), stage.wire.tokens()
        secrets = {**stage.secrets, **tokens}
        assert len(stage.secrets) >= 50
        lines = tmp_path / "command lines"
        lines.write_bytes(b"\n".join(processes.lines))
        assert any(b"--type=renderer" in line for line in processes.lines)
        stage.home.settings.key_file.unlink()  # the one place
        places = [stage.witness.temporary, *(tmp_path / name for name in PLACES)]
        leaks = canary.scan(places, secrets)
        assert not leaks, "\n".join(map(str, leaks))
        files = [path for place in places for path in (place, *place.rglob("*")) if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        measured("canaries", len(stage.secrets))
    measured("cookies and tokens of sessions", len(tokens))
    measured("canaries that went over the wire", len(spoken(heard, stage.secrets)))
    measured("ways to write each", len({way for way, _ in canary.spellings("xy-zzy 'a'")}))
    measured("commands", len(list(tmp_path.glob("printed*/*.err"))))
    measured("files searched", len(files))
    measured("bytes searched", size)
    measured("command lines searched", len(processes.lines))
    measured("leaks", len(leaks))
