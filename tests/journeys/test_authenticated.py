"""A program lets somebody in by the API: the portal asks for a code, the API hands it in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from pydantic import JsonValue

from automation.access import Tokens, Wish
from automation.errors import NotKnown
from automation.model import Attempt, Job, JobEnd, JobStatus
from automation.pipeline import Tools
from automation.serve import Service
from automation.worker import KINDS
from tests.journeys.test_challenges import admitted
from tests.journeys.world import Home
from tests.serve.office import app_for
from tests.simulator import Simulator, running

pytestmark = pytest.mark.journey

NAME = "jamie.lin"
SCOPES = ("sessions:open", "patients:read", "practices:read")


@dataclass
class Beside:
    """A worker in the same process: it does what is asked for at once.

    Attributes:
        tools: what it works with.
        group: its tasks.
        jobs: what was asked for, by key.
    """

    tools: Tools
    group: asyncio.TaskGroup
    jobs: dict[str, JobStatus] = field(default_factory=dict)

    async def ask(
        self, kind: str, practice: str, arguments: Mapping[str, JsonValue], *, key: str
    ) -> JobStatus:
        job = Job(kind=kind, practice=practice, arguments=dict(arguments), person=True)
        now = self.tools.clock.now()
        attempt = KINDS.attempt(job, key)
        self.jobs[key] = JobStatus(attempt=attempt, state="running", created_at=now)
        self.group.create_task(self._do(attempt))
        return self.jobs[key]

    async def _do(self, attempt: Attempt) -> None:
        practice = await self.tools.store.practice(attempt.job.practice or "")
        result = await KINDS.of(attempt.job.kind).run(self.tools, practice, attempt.job.arguments)
        over = {
            "state": "done",
            "finished_at": self.tools.clock.now(),
            "end": JobEnd(how="done", result=result),
        }
        self.jobs[attempt.key] = self.jobs[attempt.key].model_copy(update=over)

    async def status(self, key: str) -> JobStatus:
        if key not in self.jobs:
            raise NotKnown("job", key, ())
        return self.jobs[key]


@pytest.fixture
def portal() -> Iterator[Simulator]:
    with running(patients=5) as one:
        yield one


async def asked(client: httpx2.AsyncClient, path: str, body: object) -> httpx2.Response:
    return await client.post(path, json=body, timeout=120)


async def play(
    client: httpx2.AsyncClient, tokens: Tokens, practice: str, portal: Simulator
) -> None:
    account = portal.account(NAME)
    made = await tokens.create(Wish(name="key", organization="default", scopes=SCOPES))
    client.headers["Authorization"] = f"Bearer {made.text.reveal()}"
    guess = {"username": account.username, "password": "a guess"}
    for _ in range(2):  # with those that are right, no more than a key may show in a minute
        told = await asked(client, "/authenticate", guess)
        assert (told.status_code, told.json()["code"]) == (401, "credentials_invalid")
    assert "received" not in portal.counts()
    right = {**guess, "password": account.password}
    held = await asked(client, "/authenticate", right)
    assert held.status_code == 202, held.text
    assert held.json()["mfa"]["asked"].startswith("We sent a code to ")
    [delivery] = portal.outbox(account)
    done = await asked(client, held.headers["Location"], {"code": delivery.code})
    assert (done.status_code, done.json()["practices"]) == (200, [practice]), done.text
    again = await asked(client, "/authenticate", right)
    assert again.status_code == 200, again.text
    client.headers["Authorization"] = f"Bearer {done.json()['session_token']}"
    seen = (await client.get("/practices")).json()["data"]
    assert [each["name"] for each in seen] == [practice]


def test_who_knows_login_and_code_gets_a_token_and_a_guess_reaches_no_portal(
    portal: Simulator, tmp_path: Path
) -> None:
    async def scene(tools: Tools) -> None:
        practice = await admitted(tools, portal, portal.account(NAME))
        tokens = Tokens(tools.store, audit=tools.audit, clock=tools.clock)
        async with asyncio.TaskGroup() as group:
            service = Service(tools, tokens, Beside(tools, group))
            transport = httpx2.ASGITransport(app=app_for(service))
            async with httpx2.AsyncClient(transport=transport, base_url="http://api") as client:
                await play(client, tokens, practice.name, portal)

    Home.new(tmp_path / "home").work(scene)
    assert portal.counts()["received"] == {"passwords": 1, "codes": 1}
