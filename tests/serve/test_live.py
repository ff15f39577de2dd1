"""What is to be live is read from the portal first, once for all who want it at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx2
from pydantic import JsonValue
from typing_extensions import override

from automation.errors import NotKnown
from automation.model import (
    Attempt,
    Challenge,
    Coverage,
    Job,
    JobEnd,
    JobState,
    JobStatus,
)
from automation.serve import Service
from automation.store import Challenges, Covered
from tests import cashbox
from tests.serve.office import NORTH, NoJobs, Office, app_for, id_of, in_office, made
from tests.serve.test_freshness import MAPPING, PETS

LIVE = "/patients?freshness=live"
SEES = ("patients:read", "clients:read", "live:read")
ENDS = (
    ("PortalDown", 503, "portal_unavailable"),
    ("AnswerLate", 504, "portal_timeout"),
    ("Throttled", 503, "portal_busy"),
    ("CredentialRefused", 401, "credentials_invalid"),
    ("AnswerAwaited", 401, "mfa_required"),
    ("AccountLocked", 423, "account_locked"),
    ("AnswerNotUnderstood", 502, "portal_changed"),
)


@dataclass
class Reads(NoJobs):
    """A worker that reads one patient each time, or fails as the test says.

    Attributes:
        office: where it keeps what it reads.
        state: how its jobs end; None: they do not.
        end: how they ended.
        jobs: what was asked for, by key.
    """

    office: Office | None = None
    state: JobState | None = "done"
    end: JobEnd | None = None
    jobs: dict[str, Job] = field(default_factory=dict)

    @override
    async def ask(
        self, kind: str, practice: str, arguments: Mapping[str, JsonValue], *, key: str
    ) -> JobStatus:
        if key not in self.jobs and self.state == "done" and self.office is not None:
            await read(self.office, len(self.jobs) + 1)
        self.jobs[key] = Job(kind=kind, practice=practice, arguments=dict(arguments))
        return await self.status(key)

    @override
    async def status(self, key: str) -> JobStatus:
        if key not in self.jobs:
            raise NotKnown("job", key, ())
        assert self.office is not None
        now = self.office.clock.now()
        return JobStatus(
            attempt=Attempt(key=key, job=self.jobs[key], queue="read", timeout=60),
            state=self.state or "running",
            created_at=now,
            finished_at=now if self.state else None,
            end=self.end or JobEnd(how="done", result={"not_permitted": ""}),
        )


async def read(office: Office, number: int) -> None:
    """Keep a patient of a complete reading that began now."""
    now = office.clock.now()
    run = f"run-{number}"
    await office.tools.store.start_run(run, practice="north", kind="sync")
    await office.keep([made("patient", number, name="Rex")])
    intake = office.tools.store.intake(NORTH, run)
    times = {"began_at": now, "complete_at": now, "full_at": now}
    covered = Coverage(endpoint="list-pets", run=run, ended="complete", **times)
    intake.cover(Covered(covered, "digest"))
    await intake.flush()


async def busy(office: Office, tmp_path: Path) -> Reads:
    """A portal that has patients, and a worker."""
    folder = tmp_path / "flows" / "acme"
    cashbox.laid_out(folder, {"endpoints/list-pets.yaml": PETS, "mappings/pets.yaml": MAPPING})
    reads = Reads(office=office)
    app_for(Service(office.tools, office.service.tokens, reads))
    return reads


def told(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json().get("code"))


def test_a_live_list_shows_what_the_portal_has_now_and_says_so(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        reads = await busy(office, tmp_path)
        token = await office.token(*SEES, practices=("north",))
        stored = await office.get("/patients?freshness=stored", token)
        assert (stored.json()["data"], stored.headers.get("X-Data-As-Of")) == ([], None)
        live = await office.get(LIVE, token)
        assert [each["name"] for each in live.json()["data"]] == ["Rex"]
        assert live.headers["X-Data-As-Of"] == office.clock.now().isoformat()
        [job] = reads.jobs.values()
        assert (job.kind, job.practice) == ("live_read", "north")
        assert job.arguments == {"entities": ["patient"]}
        office.clock.pass_time(20)
        again = await office.get(LIVE, token)
        assert (len(again.json()["data"]), len(reads.jobs)) == (1, 1), "it is new enough"
        office.clock.pass_time(20)
        assert len((await office.get(f"{LIVE}&limit=1", token)).json()["data"]) == 1
        assert len(reads.jobs) == 2
        one = f"/patients/{id_of('patient', 1)}?freshness=live"
        office.clock.pass_time(40)
        found = await office.get(one, token)
        assert found.json()["name"] == "Rex"
        assert found.headers["X-Data-As-Of"] == office.clock.now().isoformat()
        assert len(reads.jobs) == 3

    in_office(tmp_path, scene)


def test_pages_of_a_live_list_belong_together_with_stored_ones(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        await busy(office, tmp_path)
        await office.keep([made("patient", number) for number in (7, 8, 9)])
        token = await office.token(*SEES, practices=("north",))
        first = (await office.get(f"{LIVE}&limit=3", token)).json()
        rest = await office.get(f"/patients?limit=3&cursor={first['next_cursor']}", token)
        assert len(rest.json()["data"]) == 1
        lines = await office.get(LIVE, token, Accept="application/x-ndjson")
        assert len(lines.text.splitlines()) == 4

    in_office(tmp_path, scene)


def test_live_needs_its_scope_one_practice_and_something_to_read(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        reads = await busy(office, tmp_path)
        plain = await office.token("patients:read", practices=("north",))
        assert told(await office.get(LIVE, plain)) == (403, "insufficient_scope")
        wide = await office.token(*SEES)
        assert told(await office.get(LIVE, wide)) == (400, "invalid_request")
        for name, path in (("strange", LIVE), ("north", "/clients?freshness=live")):
            status, code = told(await office.get(f"{path}&practice={name}", wide))
            known = {"strange": "not_found", "north": "not_available_in_practice"}
            assert (status, code) == (404, known[name])
        bad = f"{LIVE}&practice=north"
        assert told(await office.get(f"{bad}&limit=x", wide)) == (400, "invalid_request")
        assert told(await office.get("/patients?freshness=old", wide)) == (400, "invalid_request")
        none = f"/patients/{id_of('patient', 77)}?freshness=live"
        assert told(await office.get(none, wide)) == (404, "not_found")
        assert reads.jobs == {}, "nothing of it asked the portal"
        assert (await office.get(bad, wide)).status_code == 200

    in_office(tmp_path, scene)


def test_why_nothing_was_read_is_told_and_the_portal_is_not_asked_again_at_once(
    tmp_path: Path,
) -> None:
    async def scene(office: Office) -> None:
        reads = await busy(office, tmp_path)
        token = await office.token(*SEES, practices=("north",))
        for error, status, code in ENDS:
            reads.state, reads.end = "dead", JobEnd(how="dead", error=error, why="as it is")
            assert told(await office.get(LIVE, token)) == (status, code)
        assert len(reads.jobs) == 1
        office.clock.pass_time(30)
        reads.state, reads.end = "done", JobEnd(how="done", result={"not_permitted": "no pets"})
        assert told(await office.get(LIVE, token)) == (403, "not_permitted_in_portal")
        reads.state = None
        late = await office.get(LIVE, token)
        assert told(late) == (504, "portal_timeout")
        assert late.headers["Retry-After"] == "10"

    in_office(tmp_path, scene)


def test_where_only_a_person_helps_no_worker_is_asked(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        reads = await busy(office, tmp_path)
        token, now = await office.token(*SEES, practices=("north",)), office.clock.now()
        challenge = Challenge(
            id="c1",
            practice="north",
            kind="approval",
            since=now,
            expires_at=now + timedelta(minutes=1),
        )
        await Challenges(office.tools.store.database, office.clock).ask(challenge)
        assert told(await office.get(LIVE, token)) == (401, "mfa_required")
        paused = NORTH.model_copy(update={"paused_since": now})
        await office.tools.store.update_practice(paused)
        assert told(await office.get(LIVE, token)) == (403, "refused")
        assert reads.jobs == {}

    in_office(tmp_path, scene)
