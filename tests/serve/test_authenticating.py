"""Whoever knows the login of a practice gets a token that reads; who does not reaches no portal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from pydantic import JsonValue
from structlog.testing import capture_logs
from typing_extensions import override

from automation.errors import NotKnown
from automation.model import (
    Attempt,
    Challenge,
    Job,
    JobEnd,
    JobState,
    JobStatus,
    Secret,
    SessionState,
)
from automation.serve import Service
from automation.session.safe import Hold, LoginMemory, Safe, prints_of
from automation.store import Challenges
from tests import canary
from tests.serve.office import NORTH, NoJobs, Office, app_for, in_office

USER, WORD, CODE = "ann@north.example", "Canary-Horse-41!staple", "Code-canary-700417"
KEY = ("sessions:open", "patients:read", "runs:read", "patients:write")
LOGIN = {"username": USER, "password": WORD}
GRANT = {"oauth.client_id": "us", "oauth.client_secret": "hush"}
WRONG = (
    ({"username": USER, "password": "wrong"}, "north"),
    ({"username": "nobody", "password": WORD}, ""),
    ({"username": USER, "password": WORD, "portal": "other"}, ""),
    ({"username": USER, "password": WORD, "practice": "south"}, ""),
    ({"client_id": "us", "client_secret": WORD}, "north"),
)
ENDS = (
    ("AccountLocked", 423, "account_locked"),
    ("AnswerAwaited", 423, "person_needed"),
    ("ChallengeSeen", 423, "person_needed"),
    ("CredentialRefused", 401, "credentials_invalid"),
    ("PortalDown", 503, "portal_unavailable"),
    ("LoginStuck", 502, "portal_changed"),
)


@dataclass
class Door(NoJobs):
    """Logins that stand where the test says.

    Attributes:
        state: of every job.
        end: of every job.
        keys: what was asked for, by key.
    """

    state: JobState = "running"
    end: JobEnd | None = None
    keys: dict[str, Job] = field(default_factory=dict)

    @override
    async def ask(
        self, kind: str, practice: str, arguments: Mapping[str, JsonValue], *, key: str
    ) -> JobStatus:
        self.keys[key] = Job(kind=kind, practice=practice, arguments=dict(arguments))
        return await self.status(key)

    @override
    async def status(self, key: str) -> JobStatus:
        if key not in self.keys:
            raise NotKnown("job", key, ())
        attempt = Attempt(key=key, job=self.keys[key], queue="read", timeout=60)
        over = NORTH_AT if self.state in {"done", "dead"} else None
        return JobStatus(
            attempt=attempt, state=self.state, created_at=NORTH_AT, finished_at=over, end=self.end
        )


NORTH_AT = Challenge.model_validate(
    {"id": "x", "practice": "north", "kind": "code", "since": 0, "expires_at": 0}
).since


async def at_the_door(office: Office, *names: str) -> Door:
    """Practices that have the login, and a worker who is at it."""
    for name in names or ("north",):
        for part, text in (("username", USER), ("password", WORD)):
            await office.tools.sessions.put_secret(name, f"credential.{part}", Secret(text))
        for part, text in GRANT.items():
            await office.tools.sessions.put_secret(name, part, Secret(text))
    door = Door()
    app_for(Service(office.tools, office.service.tokens, door))
    return door


async def shown(office: Office, key: str, body: object = LOGIN) -> httpx2.Response:
    return await office.ask("POST", "/authenticate", key, json=body)


def safe_of(office: Office) -> Safe:
    return office.tools.sessions._sides["token"].safe  # noqa: SLF001 - what is kept is made up here


async def asked(office: Office) -> Challenges:
    """A login of north that waits for a code."""
    challenges = Challenges(office.tools.store.database, office.clock)
    now = office.clock.now()
    await challenges.ask(
        Challenge(
            id="c1",
            practice="north",
            kind="code",
            asked="Enter the code",
            since=now,
            expires_at=now + timedelta(minutes=10),
        )
    )
    return challenges


async def notes(office: Office) -> list[tuple[str, str, str]]:
    await office.tools.audit.flush()
    found = [each async for each in office.tools.audit.trail.entries()]
    mine = [each for each in found if each.action.startswith("authentication.")]
    assert all(each.actor.startswith("token:") for each in mine)
    assert {each.organization for each in mine} <= {"default"}
    return [(each.action, each.practice, each.outcome) for each in mine]


def test_the_right_login_gives_a_token_that_reads_what_the_key_reads_for_an_hour(
    tmp_path: Path,
) -> None:
    async def scene(office: Office) -> None:
        door = await at_the_door(office)
        door.state = "done"
        told = await shown(office, await office.token(*KEY))
        assert told.status_code == 200, told.text
        session = told.json()
        assert session["practices"] == ["north"]
        assert session["scopes"] == ["patients:read", "runs:read"]
        token = session["session_token"]
        assert (await office.get("/patients", token)).status_code == 200
        assert (await office.get("/patients?practice=south", token)).json()["data"] == []
        assert (await office.get("/clients", token)).status_code == 403
        again = await shown(office, token)
        assert (again.status_code, again.json()["code"]) == (403, "insufficient_scope")
        [job] = door.keys.values()
        assert (job.kind, job.practice) == ("sign_in", "north")
        office.clock.pass_time(3601)
        assert (await office.get("/patients", token)).status_code == 401
        assert await notes(office) == [("authentication.finished", "north", "done")]

    in_office(tmp_path, scene)


def test_a_key_that_is_withdrawn_takes_its_session_tokens_with_it(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        door = await at_the_door(office)
        door.state = "done"
        key, other = await office.token(*KEY), await office.token(*KEY)
        mine = (await shown(office, key)).json()["session_token"]
        theirs = (await shown(office, other)).json()["session_token"]
        await office.service.tokens.revoke(key.split("_")[1])
        assert (await office.get("/patients", mine)).status_code == 401
        assert (await office.get("/patients", theirs)).status_code == 200

    in_office(tmp_path, scene)


def test_where_a_session_lives_nobody_logs_in(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        door = await at_the_door(office)
        state = SessionState(opened_at=office.clock.now(), landing="http://127.0.0.1:8080/")
        await safe_of(office).put_session("north", state)
        key = await office.token(*KEY, expires_at=office.clock.now() + timedelta(minutes=5))
        told = (await shown(office, key, {**LOGIN, "practice": "north", "portal": "acme"})).json()
        assert told["practices"] == ["north"]
        assert told["expires_at"] < (office.clock.now() + timedelta(minutes=6)).isoformat()
        assert door.keys == {}

    in_office(tmp_path, scene)


def test_a_wrong_login_reaches_no_portal_and_holds_nobody(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        door = await at_the_door(office)
        for body, named in WRONG:
            key = await office.token(*KEY)
            for _ in range(5):
                told = await shown(office, key, body)
                assert (told.status_code, told.json()["code"]) == (401, "credentials_invalid")
            told = await shown(office, key, body)
            assert (told.status_code, told.json()["code"]) == (429, "rate_limited")
            assert told.headers["Retry-After"] == "12"
            assert (await notes(office))[-1] == (
                "authentication.refused",
                named,
                "credentials_invalid",
            )
        assert door.keys == {}
        assert await safe_of(office).memory("north") == LoginMemory()
        door.state = "done"
        other = await office.token(*KEY)
        assert (await shown(office, other)).status_code == 200, "another key may go on"

    in_office(tmp_path, scene)


def test_of_several_practices_with_one_login_one_is_named(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        door = await at_the_door(office, "north", "south", "strange")
        door.state = "done"
        key = await office.token(*KEY)
        told = await shown(office, key)
        assert (told.status_code, told.json()["code"]) == (409, "choice_wanted")
        assert told.json()["remedy"] == "Name one as `practice`: north, south."
        one = await shown(office, key, {**LOGIN, "practice": "south"})
        assert one.json()["practices"] == ["south"]
        strange = await shown(office, key, {**LOGIN, "practice": "strange"})
        assert (strange.status_code, strange.json()["code"]) == (404, "not_found")

    in_office(tmp_path, scene)


def test_what_the_portal_asks_is_handed_in_by_the_key_that_began(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        door = await at_the_door(office)
        challenges = await asked(office)
        key, other = await office.token(*KEY), await office.token(*KEY)
        held = await shown(office, key)
        assert held.status_code == 202, held.text
        assert held.json()["mfa"]["asked"] == "Enter the code"
        path = held.headers["Location"]
        assert path == f"/authenticate/{held.json()['challenge_id']}/mfa"
        strange = await office.ask("POST", path, other, json={"code": CODE})
        assert (strange.status_code, strange.json()["code"]) == (404, "not_found")
        still = await office.ask("POST", path, key, json={})
        assert still.status_code == 202, "it may ask how far it is"

        async def portal(seconds: float) -> None:
            office.clock.pass_time(seconds)
            if await challenges.take("c1"):
                await challenges.close("c1", accepted=True)
                door.state = "done"

        office.clock.sleep = portal  # type: ignore[method-assign]
        done = await office.ask("POST", path, key, json={"code": CODE})
        assert (done.status_code, done.json()["practices"]) == (200, ["north"]), done.text
        assert [each[0] for each in await notes(office)] == [
            "authentication.held",
            "authentication.held",
            "authentication.finished",
        ]

    in_office(tmp_path, scene)


def test_a_code_that_nobody_waits_for_is_told(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        door = await at_the_door(office)
        challenges = await asked(office)
        key = await office.token(*KEY)
        path = (await shown(office, key)).headers["Location"]
        await challenges.close("c1", accepted=False)
        told = await office.ask("POST", path, key, json={"code": CODE})
        assert (told.status_code, told.json()["code"]) == (409, "state_conflict")
        door.state, door.end = "dead", JobEnd(how="dead", error="CodeRefused", why="no such code")
        told = await office.ask("POST", path, key, json={"code": CODE})
        assert (told.status_code, told.json()["code"]) == (401, "mfa_invalid")
        for number in ("none", "0" * 24, "\u0660" * 24):
            told = await office.ask("POST", f"/authenticate/{number}/mfa", key, json={})
            assert told.status_code == 404

    in_office(tmp_path, scene)


def test_why_the_portal_lets_nobody_in_is_told(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        door = await at_the_door(office)
        for error, status, code in ENDS:
            door.state, door.end = "dead", JobEnd(how="dead", error=error, why="as it is")
            told = await shown(office, await office.token(*KEY))
            assert (told.status_code, told.json()["code"]) == (status, code)
            assert told.json()["detail"] == "as it is"
            assert (await notes(office))[-1] == ("authentication.refused", "north", code)

    in_office(tmp_path, scene)


def test_a_login_that_takes_longer_is_asked_for_again(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        await at_the_door(office)
        told = await shown(office, await office.token(*KEY))
        assert (told.status_code, told.json()["code"]) == (504, "portal_timeout")
        assert told.headers["Retry-After"] == "10"

    in_office(tmp_path, scene)


def test_what_is_held_or_paused_is_not_tried(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        door = await at_the_door(office)
        safe, key = safe_of(office), await office.token(*KEY)
        [first] = prints_of(NORTH, {name: Secret(text) for name, text in GRANT.items()})
        hold = Hold(meaning="locked", since=office.clock.now())
        await safe.put_memory("north", LoginMemory(holds={first: hold}))
        told = await shown(office, key)
        assert (told.status_code, told.json()["code"]) == (423, "account_locked")
        paused = NORTH.model_copy(update={"paused_since": office.clock.now()})
        await office.tools.store.update_practice(paused)
        told = await shown(office, key)
        assert (told.status_code, told.json()["code"]) == (403, "refused")
        assert door.keys == {}

    in_office(tmp_path, scene)


def test_a_key_that_reads_nothing_gets_no_token(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        await at_the_door(office)
        told = await shown(office, await office.token("sessions:open", "patients:write"))
        assert (told.status_code, told.json()["code"]) == (403, "insufficient_scope")

    in_office(tmp_path, scene)


@pytest.mark.must_hold("serve")
def test_no_password_and_no_code_that_is_shown_is_left_anywhere(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    wrong = "Wrong-Canary-17!battery"

    async def scene(office: Office) -> list[bytes]:
        door = await at_the_door(office)
        await asked(office)
        key = await office.token(*KEY)
        path = (await shown(office, key)).headers["Location"]
        bodies: list[object] = [
            {"username": USER, "password": wrong},
            {"username": USER, "password": [wrong]},
            {"username": USER, "password": wrong, "unknown": wrong},
            {"username": USER, "practice": [wrong]},
            {"password": wrong},
        ]
        printed = [(await shown(office, key, body)).content for body in bodies]
        printed.append((await office.ask("POST", path, key, json={"code": CODE})).content)
        printed.append((await office.ask("POST", path, key, json={"code": [CODE]})).content)
        printed.append(repr(door.keys).encode())
        await office.tools.audit.flush()
        return printed

    with capture_logs() as lines:
        printed = in_office(tmp_path, scene)
    secrets = {"password": WORD, "wrong": wrong, "code": CODE, "user": USER}
    leaks = canary.scan([tmp_path, *printed, repr(lines).encode()], secrets)
    assert not leaks, "\n".join(map(str, leaks))
    measured("bytes searched", sum(each.stat().st_size for each in tmp_path.rglob("*")))
