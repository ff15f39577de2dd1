"""Callers see the practices within their reach: what is possible, how fresh it is, what ran."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from automation.model import Attempt, Job, JobStatus
from tests import cashbox
from tests.serve.office import Office, in_office, made

SEES = ("practices:read", "runs:read", "runs:start", "patients:read")


def test_practices_capabilities_and_freshness_are_those_within_reach(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token(*SEES, practices=("north",))
        found = (await office.get("/practices", token)).json()["data"]
        assert [each["name"] for each in found] == ["north"]
        assert "base_url" not in found[0]
        assert (await office.get("/practices?practice=south", token)).status_code == 404
        [able] = (await office.get("/capabilities", token)).json()["data"]
        kinds = {each["entity"]: each for each in able["entities"]}
        assert not kinds["patient"]["available"]
        assert "does not have it" in kinds["patient"]["why_not"]
        assert able["operations"] == []
        assert (await office.get("/sync_status", token)).json() == {"data": []}
        assert (await office.get("/profile", token)).json() == {"data": []}

    in_office(tmp_path, scene)


def test_runs_and_jobs_of_others_are_not_there(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        for name in ("north", "south", "strange"):
            await office.tools.store.start_run(f"run-{name}", practice=name, kind="sync")
        token = await office.token(*SEES, practices=("north",))
        runs = (await office.get("/runs", token)).json()["data"]
        assert [each["practice"] for each in runs] == ["north"]
        job = Job(kind="sync", practice="strange")
        attempt = Attempt(key="k", job=job, queue="read", timeout=1)
        status = JobStatus(attempt=attempt, state="queued", created_at=datetime.now(UTC))

        async def found(key: str) -> JobStatus:
            assert key == "k"
            return status

        office.jobs.status = found  # type: ignore[method-assign]
        assert (await office.get("/jobs/k", token)).status_code == 404
        own = job.model_copy(update={"practice": "north"})
        status = status.model_copy(update={"attempt": attempt.model_copy(update={"job": own})})
        assert (await office.get("/jobs/k", token)).json()["state"] == "queued"
        body = {"practice": "strange"}
        assert (await office.ask("POST", "/runs", token, json=body)).status_code == 404
        bad = {"practice": "north", "kind": "write"}
        assert (await office.ask("POST", "/runs", token, json=bad)).status_code == 400

    in_office(tmp_path, scene)


def test_the_feed_goes_on_over_what_the_token_may_not_see(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        await office.keep([made("patient", 1), made("client", 1), made("patient", 2)])
        token = await office.token(*SEES)
        seen, after = [], 0
        while True:
            page = (await office.get(f"/changes?after={after}&limit=1", token)).json()
            seen += [each["object"] for each in page["data"]]
            if page["next_after"] == after:
                break
            after = page["next_after"]
        assert seen == ["patient", "patient"]
        one = await office.token(*SEES, locations=("loc_a",))
        assert (await office.get("/changes", one)).status_code == 403

    in_office(tmp_path, scene)


def test_what_changes_the_portal_is_no_run(tmp_path: Path) -> None:
    flow = """\
version: 1
flow: book
portal: acme
effect: write
steps:
  - goto: /book
"""

    async def scene(office: Office) -> None:
        files = {"endpoints/create-sale.yaml": cashbox.FILES["endpoints/create-sale.yaml"]}
        cashbox.laid_out(tmp_path / "flows" / "acme", {**files, "book.flow.yaml": flow})
        token = await office.token(*SEES)
        for kind, named, name in (
            ("run_flow", "flow", "book"),
            ("replay", "endpoint", "create-sale"),
        ):
            body = {"practice": "north", "kind": kind, "arguments": {named: name}}
            told = await office.ask("POST", "/runs", token, json=body)
            assert (told.status_code, told.json()["code"]) == (403, "refused"), told.text
            body = {**body, "arguments": {named: "none"}}
            told = await office.ask("POST", "/runs", token, json=body)
            assert (told.status_code, told.json()["code"]) == (404, "not_found")
        assert office.jobs.asked == []

    in_office(tmp_path, scene)
