"""Stand-ins that tests share."""

from __future__ import annotations

import asyncio
import heapq
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from typing_extensions import override

from automation.errors import NotKnown
from automation.model import Call, Endpoint, Portal, Practice, Reply, Rung, Secret, Source
from automation.ports import Gate
from tests.simulator import Simulator

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_TURNS = 25


class VirtualClock:
    """A clock whose time passes only when everybody waits for it.

    A sleeper lets the other tasks have their turns first; then time jumps to the earliest wake-up.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._elapsed = 0.0
        self._wakes: list[float] = []
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    def pass_time(self, seconds: float) -> None:
        self._elapsed += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        wake = self._elapsed + seconds
        heapq.heappush(self._wakes, wake)
        try:
            while self._elapsed < wake:
                for _ in range(_TURNS):
                    await asyncio.sleep(0)
                self._jump(max(self._elapsed, min(self._wakes)))
        finally:
            self._wakes.remove(wake)
            heapq.heapify(self._wakes)

    def _jump(self, elapsed: float) -> None:
        self._elapsed = elapsed


class SharedClock(VirtualClock):
    """One time for product and portal: when one waits, it passes for both."""

    def __init__(self, portal: Simulator) -> None:
        portal.clock.freeze()
        super().__init__(portal.clock.now())
        self._portal = portal

    @override
    def pass_time(self, seconds: float) -> None:
        super().pass_time(seconds)
        self._portal.clock.set(self.now())

    @override
    def _jump(self, elapsed: float) -> None:
        """Nobody may see a time of ours that the portal has not reached yet."""
        super()._jump(elapsed)
        self._portal.clock.set(self.now())


@dataclass(frozen=True)
class Note:
    """One thing that an audit log heard."""

    action: str
    practice: str | None
    outcome: str
    detail: Mapping[str, str]
    organization: str | None = None


@dataclass
class Notes:
    """An audit log that keeps what it heard, in order."""

    heard: list[Note] = field(default_factory=list)
    flushed: int = 0

    def note(
        self,
        action: str,
        *,
        practice: str | None = None,
        organization: str | None = None,
        outcome: str = "done",
        detail: Mapping[str, str] | None = None,
    ) -> None:
        self.heard.append(Note(action, practice, outcome, dict(detail or {}), organization))

    async def flush(self) -> None:
        self.flushed = len(self.heard)

    def actions(self) -> list[str]:
        return [each.action for each in self.heard]


class FakeSession:
    """A session whose portal is a function; it keeps what it was asked and counts its logins."""

    async def of(self, _endpoint: Endpoint) -> FakeSession:
        return self

    def __init__(
        self,
        answer: Callable[[Call], Reply],
        *,
        page: Callable[[Call], Reply] | None = None,
        portal: Portal | None = None,
        timezone: str = "America/Chicago",
        secrets: dict[str, str] | None = None,
        held: dict[Source, str] | None = None,
    ) -> None:
        self._answers = {Rung.HTTP: answer, Rung.PAGE: page or answer}
        self._secrets = secrets or {}
        self._held = held or {}
        self.portal = portal or Portal(portal="acme", title="Acme", hosts=())
        self.practice = Practice(
            name="north", portal="acme", base_url="https://app.acme.example", timezone=timezone
        )
        self.generation = 1
        self.slots: dict[str, str] = {}
        self.sent: list[tuple[Rung, Call]] = []
        self.under_way = 0
        self.confirmed = 0
        self.ends_at_confirmation: int | None = None
        self.most_under_way = 0

    async def confirm(self) -> None:
        self.confirmed += 1
        if self.ends_at_confirmation == self.confirmed:
            await self.renew(seen=self.generation)

    def held(self, source: Source) -> str | None:
        return self._held.get(source)

    def secret(self, name: str) -> Secret:
        if name not in self._secrets:
            raise NotKnown("secret", name, tuple(self._secrets))
        return Secret(self._secrets[name])

    async def send(self, call: Call, *, rung: Rung = Rung.HTTP) -> Reply:
        self.sent.append((rung, call))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        return self._answers[rung](call)

    async def submit(self, call: Call, gate: Gate) -> Reply:
        await gate.open()
        gate.leave()
        try:
            return await self.send(call)
        finally:
            gate.left()

    async def renew(self, *, seen: int) -> None:
        if self.generation == seen:
            self.generation += 1
            self.slots.clear()


def json_reply(call: Call, document: object, *headers: tuple[str, str], status: int = 200) -> Reply:
    kind = ("content-type", "application/json")
    return Reply(status, call.url, (kind, *headers), json.dumps(document).encode())


def html_reply(call: Call, html: str, *, url: str | None = None, status: int = 200) -> Reply:
    redirects = (call.url,) if url else ()
    headers = (("content-type", "text/html; charset=utf-8"),)
    return Reply(status, url or call.url, headers, html.encode(), redirects)
