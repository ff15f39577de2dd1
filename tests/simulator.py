"""Starts a portal simulator for a test, talks to its back door, and ends it without fail."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypedDict, Unpack
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

REPOSITORY: Final = Path(__file__).parents[1]
_START_SECONDS: Final = 120
_END_SECONDS: Final = 10


class Switches(TypedDict, total=False):
    """What else can be chosen at the start; the simulator's `--help` explains each."""

    now: datetime | None
    rename_seed: int | None
    release: str | None
    idle: float | None
    absolute: float | None
    xhr_expiry: str | None
    practice_context: str | None
    device: float | None
    access: float | None
    refresh: float | None


@dataclass(frozen=True)
class Practice:
    """A practice as the simulator tells of it; `zone` is the IANA zone of its clocks."""

    id: int
    name: str
    zone: str
    patient_custom_fields: tuple[str, ...]
    client_custom_fields: tuple[str, ...]


@dataclass(frozen=True)
class Account:
    """A login; `practices` are the names of those it may open.

    `mfa` is `totp`, `sms`, `email`, `push` or `none`; `totp_secret` is there for `totp` only.
    """

    username: str
    password: str = field(repr=False)
    totp_secret: str | None = field(repr=False)
    name: str
    practices: tuple[str, ...]
    mfa: str


@dataclass(frozen=True)
class Delivery:
    """What reached a person; without a code it is a request to approve on the phone."""

    user: str
    channel: str
    to: str
    code: str | None = field(repr=False)
    at: datetime


@dataclass(frozen=True)
class LivingSession:
    """A session with a user, `practice` by its id; `age` and `idle` in seconds."""

    user: str
    practice: int | None
    stage: str
    age: float
    idle: float


@dataclass(frozen=True)
class BackDoor:
    """The admin interface below `/_sim/`; errors of the simulator are raised as `ValueError`."""

    url: str

    def ask(self, path: str, body: object = None, *, method: str | None = None) -> Any:  # noqa: ANN401 - JSON
        """GET, or POST when there is a body; the JSON that comes back."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.url}/_sim/{path}", data, method=method)  # noqa: S310 - loopback
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
                return json.load(answer)
        except HTTPError as problem:
            with problem:
                raise ValueError(problem.read().decode()) from None


@dataclass(frozen=True)
class Clock:
    """The time of the simulated world."""

    _door: BackDoor

    def now(self) -> datetime:
        return datetime.fromisoformat(self._door.ask("clock")["now"])

    def set(self, now: datetime) -> None:
        self._door.ask("clock", {"now": now.isoformat()})

    def advance(self, seconds: float) -> None:
        self._door.ask("clock", {"advance": seconds})

    def freeze(self, *, frozen: bool = True) -> None:
        self._door.ask("clock", {"frozen": frozen})


@dataclass(frozen=True)
class Faults:
    """The switches for misbehaviour: `latency latency-after 429 429-retry-after 500 500-after 503
    hollow drop-before drop-after truncate html`; `match` is an operation or a path prefix."""

    _door: BackDoor

    def add(
        self, match: str, kind: str, *, times: int = 1, seconds: float = 1.0, skip: int = 0
    ) -> None:
        """Let `times` requests fail, after `skip` that go well."""
        told = {"match": match, "kind": kind, "times": times, "seconds": seconds, "skip": skip}
        self._door.ask("faults", told)

    def active(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._door.ask("faults")
        return found

    def clear(self) -> None:
        self._door.ask("faults", method="DELETE")


@dataclass(frozen=True)
class Simulator:
    """One running portal: `url` without a trailing slash, `pid` of its process."""

    url: str
    pid: int
    portal: str

    @property
    def door(self) -> BackDoor:
        return BackDoor(self.url)

    @property
    def clock(self) -> Clock:
        return Clock(self.door)

    @property
    def faults(self) -> Faults:
        return Faults(self.door)

    def accounts(self) -> list[Account]:
        """Every login there is."""
        return [
            Account(
                username=one["username"],
                password=one["password"],
                totp_secret=one["totp_secret"],
                name=one["name"],
                practices=tuple(place["label"] for place in one["practices"]),
                mfa=one["mfa"],
            )
            for one in self.door.ask("accounts")
        ]

    def account(self, name: str) -> Account:
        """The login whose user name begins like this, as it is now."""
        return next(one for one in self.accounts() if one.username.startswith(name))

    def change_account(self, account: Account, **facts: object) -> Account:
        """Change a login from its next sign-in on: `password`, `mfa`, `totp_secret`, `practices`.

        `totp_secret` may be `new`, `practices` are ids.
        """
        self.door.ask("accounts", {"username": account.username, **facts})
        return self.account(account.username)

    def outbox(self, account: Account) -> list[Delivery]:
        """What was delivered to a user, oldest first."""
        found = self.door.ask(f"outbox?{urlencode({'user': account.username})}")
        return [Delivery(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in found]

    def approve(self, account: Account, *, approved: bool = True) -> int:
        """Decide on the phone of a user; how many logins waited for it."""
        asked = {"user": account.username, "approved": approved}
        decided: int = self.door.ask("approve", asked)["decided"]
        return decided

    def require(self, account: Account, what: str, *, on: bool = True) -> None:
        """Put `captcha`, `locked`, `password_change`, `terms` or `notice` in the way of a login."""
        self.door.ask("require", {"user": account.username, "what": what, "on": on})

    def wall(self, *, on: bool = True) -> None:
        """Put a captcha in front of the login page, for everybody."""
        self.door.ask("require", {"what": "captcha", "on": on})

    def switch(self, account: Account, practice_id: int) -> int:
        """Move all living sessions of a user to another practice; how many they were."""
        moved: int = self.door.ask("switch", {"user": account.username, "practice": practice_id})[
            "moved"
        ]
        return moved

    def sessions(self) -> list[LivingSession]:
        """The living sessions that have a user."""
        return [LivingSession(**one) for one in self.door.ask("sessions")]

    def practices(self) -> list[Practice]:
        """Every practice, in the order of the simulator."""
        return [
            Practice(
                id=one["id"],
                name=one["name"],
                zone=one["zone"],
                patient_custom_fields=tuple(one["patient_custom_fields"]),
                client_custom_fields=tuple(one["client_custom_fields"]),
            )
            for one in self.door.ask("practices")
        ]

    def counts(self) -> dict[str, Any]:
        """What was served, by group and name; `exchanges` is the sum."""
        found: dict[str, Any] = self.door.ask("counts")
        return found

    def reset_counts(self) -> None:
        self.door.ask("counts/reset", {})

    def dump(self, practice_id: int, entity: str | None = None) -> dict[str, Any]:
        """The truth: rows by table under plain names, all tables or one."""
        wanted = {"practice": practice_id} | ({"entity": entity} if entity else {})
        found: dict[str, Any] = self.door.ask(f"dump?{urlencode(wanted)}")
        return found

    def change(self, practice_id: int, entity: str, row: int, **facts: object) -> None:
        """Change one row behind the portal's back."""
        named = {"practice": practice_id, "entity": entity, "id": row}
        self.door.ask("change", {**named, "set": facts})

    def remove(self, practice_id: int, entity: str, row: int) -> None:
        """Remove one row behind the portal's back."""
        named = {"practice": practice_id, "entity": entity, "id": row}
        self.door.ask("change", {**named, "remove": True})

    def add(self, practice_id: int, entity: str, like: int, **facts: object) -> int:
        """Add a copy of a row with other facts behind the portal's back; the id of the new one."""
        named = {"practice": practice_id, "entity": entity, "id": like}
        added: int = self.door.ask("change", {**named, "add": True, "set": facts})["changed"]
        return added

    def before(self, operation: str, at: int, *changes: dict[str, object]) -> None:
        """Make changes just before the `at`-th request of an operation, from now, is answered.

        A change is what `/_sim/change` takes: `practice`, `entity`, `id`, and `set`, `remove` or
        `add`.
        """
        self.door.ask("shift", {"operation": operation, "at": at, "changes": changes})

    def names(self) -> dict[str, dict[str, str]]:
        """What each word is called now, by kind (`paths`, `labels`, ...); empty if not renamed."""
        found: dict[str, dict[str, str]] = self.door.ask("names")
        return found

    def expire(self, username: str | None = None) -> int:
        """End all sessions, or those of one login; how many they were."""
        ended: int = self.door.ask("expire", {"user": username})["ended"]
        return ended


@contextmanager
def running(
    portal: str = "covetrus_pulse",
    *,
    seed: int = 1,
    patients: int = 200,
    **switches: Unpack[Switches],
) -> Iterator[Simulator]:
    """Run a simulator on a free port of this machine until the block ends.

    Raises:
        RuntimeError: it does not start; says what it wrote on standard error.
    """
    given = {"port": 0, "seed": seed, "patients": patients, **switches}
    options = [
        text
        for name, value in given.items()
        if value is not None
        for text in (f"--{name.replace('_', '-')}", str(value))
    ]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            [sys.executable, "-m", f"fixtures.{portal}", *options],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=said,
        ) as process,
    ):
        try:
            ready = _announced(process)
            if ready is None:
                _end(process)
                said.seek(0)
                raise RuntimeError(f"{portal} does not start: {said.read().decode().strip()}")
            yield Simulator(ready["ready"], process.pid, portal)
        finally:
            _end(process)


def _announced(process: subprocess.Popen[bytes]) -> dict[str, Any] | None:
    """The line of JSON that says where it listens; None when it ends or stays silent instead."""
    if process.stdout is None or not select.select([process.stdout], [], [], _START_SECONDS)[0]:
        return None
    line = process.stdout.readline()
    return dict(json.loads(line)) if line else None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, then insist."""
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
