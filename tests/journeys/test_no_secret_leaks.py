"""After everything that can be done was done, no secret stands in any byte that was left behind.

That the scanner finds a leak in each kind of artefact is shown in `tests/test_canary.py`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import JsonValue

from automation.errors import PersonNeeded
from automation.model import Call, Reply
from automation.pipeline import Tools
from fixtures.common.totp import STEP_SECONDS
from tests import canary
from tests.fakes import json_reply
from tests.journeys.world import (
    PORTAL,
    Home,
    account_of,
    add_by_command,
    name_of,
)
from tests.simulator import Practice, Simulator, running
from tests.sync import support

pytestmark = pytest.mark.journey

WRONG = "Wrong-Horse-17!battery"
"""A password that is refused is a secret as well: it may be the right one elsewhere."""


@contextmanager
def log_kept(database: Path) -> Iterator[None]:
    """Somebody else has the database open, so that its write-ahead log stays."""
    with closing(sqlite3.connect(database)) as reader:
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield


def said(home: Home, code: int, *arguments: str) -> bytes:
    """Run a command that ends as it should; what it printed."""
    done = home.command(*arguments)
    assert done.returncode == code, done.stderr
    return f"{done.stdout}{done.stderr}".encode()


def everything(home: Home, portal: Simulator, practice: Practice) -> list[bytes]:
    """Use all commands, on a portal that works and on one that does not; what they printed."""
    name = name_of(practice)
    printed = [said(home, 0, "capture", name, "login")]
    portal.clock.advance(STEP_SECONDS)
    portal.faults.add("clients_data", "html", times=10**6)
    printed += [said(home, 6, "capture", name, "list-clients"), said(home, 6, "sync", name)]
    portal.faults.clear()
    return [
        *printed,
        said(home, 0, "capture", name, "list-patients", "--json"),
        said(home, 0, "capture", name, "get-medical-record", "--json"),
        said(home, 0, "replay", name, "list-patients", "--limit", "2"),
        said(home, 0, "sync", name, "--json"),
        said(home, 0, "show", "invoices", "--limit", "1000"),
        said(home, 0, "show", "clients", "--limit", "1000", "--json"),
        said(home, 0, "practice", "list", "--json"),
        said(home, 0, "doctor"),
    ]


def seen(home: Home, name: str) -> list[bytes]:
    """What is known of the practice itself, and a file of a patient.

    The list of employees is a setting as others are, and says by which address each of them signs
    in; so the user name may be printed here, and nowhere else.
    """
    listed = said(home, 0, "show", "documents", "--limit", "1000", "--json")
    file = json.loads(listed)["documents"][0]["id"]
    return [
        listed,
        said(home, 0, "assess", name),
        said(home, 0, "assess", name, "--json"),
        said(home, 0, "profile", name),
        said(home, 0, "profile", name, "--history", "--json"),
        said(home, 0, "document", "get", name, file, "--out", str(home.path / "file"), "--json"),
    ]


def refused(home: Home, portal: Simulator, practice: Practice) -> list[bytes]:
    """A login that the portal does not accept, while a flow is captured and while it is not."""
    add_by_command(home, portal, practice, password=WRONG)
    name = name_of(practice)
    return [said(home, 5, "capture", name, "login"), said(home, 5, "sync", name)]


def secrets_of(home: Home, portal: Simulator, practice: Practice) -> dict[str, str]:
    """What must not be found: the login, the cookies of its session, its tokens."""
    account = account_of(portal, practice)

    async def scene(tools: Tools) -> dict[str, str]:
        practice_ = await tools.store.practice(name_of(practice))
        async with await tools.sessions.open(practice_) as session:
            state = await (await session.all())[0].state()
        cookies = {f"cookie {one.name}": one.value for one in state.cookies}
        return cookies | {f"slot {name}": value for name, value in state.slots.items()}

    found = home.work(scene)
    assert len(found) > 3
    login = {"user name": account.username, "password": account.password, "wrong": WRONG}
    return {**found, **login, "totp secret": account.totp_secret or ""}


@pytest.mark.must_hold("spine")
def test_no_secret_stands_in_any_byte_that_is_left_behind(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    with running(PORTAL, patients=120) as portal:
        right, wrong = portal.practices()
        home = Home.new(tmp_path / "home", settings={"VETPORTAL_LOG_LEVEL": "debug"})
        add_by_command(home, portal, right)
        with log_kept(home.database):
            printed = everything(home, portal, right) + refused(home, portal, wrong)
            told = seen(home, name_of(right))
            secrets = secrets_of(home, portal, right)
            files = [path for path in home.path.rglob("*") if path.is_file()]
            assert home.database.with_name(f"{home.database.name}-wal").stat().st_size
            leaks = canary.scan([home.path, *printed], secrets)
            others = {name: text for name, text in secrets.items() if name != "user name"}
            leaks += canary.scan(told, others)
            assert not leaks, "\n".join(map(str, leaks))
            measured("files searched", len(files))
            measured("bytes searched", sum(path.stat().st_size for path in files))
            measured("bytes printed", sum(map(len, printed + told)))
            measured("secrets looked for", len(secrets))
        planted = home.path / "logs" / "planted"
        planted.write_text(secrets["password"], encoding="utf-8")
        assert {leak.secret for leak in canary.scan([planted.parent], secrets)} == {"password"}


LINKED = """
version: 1
endpoint: list-tags
effect: read
request: {method: GET, url: /tags}
response: {items: rows, key: id}
pagination: {kind: next, source: {json_path: next}, stop: {}}
"""


@pytest.mark.must_hold("sessions")
def test_a_list_whose_links_open_the_session_is_left_and_gone_on_from_in_secret(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    pages, asked = 6, list[str]()
    secrets = {f"link {page}": f"Canary-{page}-of-a-next-link" for page in range(1, pages)}

    def linked(_: str, call: Call) -> Reply | None:
        split = urlsplit(call.url)
        if split.path != "/tags":
            return None
        asked.append(dict(parse_qsl(split.query)).get("session", ""))
        page = list(secrets.values()).index(asked[-1]) + 1 if asked[-1] else 0
        if len(asked) == 4:
            raise PersonNeeded("the portal shows a captcha")
        rows: JsonValue = [{"id": page * 10 + row, "name": "tag"} for row in range(5)]
        further = secrets.get(f"link {page + 1}")
        link = f"/tags?session={further}" if further else None
        return json_reply(call, {"rows": rows, "next": link})

    portal = support.Clinic.of(clients=1, bills=1)
    portal.spoil = linked
    catalog = support.everything(tmp_path, endpoints__list_tags=LINKED)
    home = support.Home(tmp_path, catalog, portal)
    assert home.sync() is None
    assert isinstance(home.broken, PersonNeeded)
    assert canary.scan([tmp_path], secrets) == []
    assert home.passed().coverage["list-tags"].resumed
    assert asked[4] in asked[1:4]
    assert len(home.there("provider")) == pages * 5
    assert canary.scan([tmp_path], secrets) == []
    measured("links that open a session looked for in what an interrupted list left", pages - 1)
