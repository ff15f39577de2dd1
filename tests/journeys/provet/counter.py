"""The counter of a practice: what is shown and sent there, and whom that is about."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener
from zoneinfo import ZoneInfo

from automation import pipeline
from automation.model import Call, Practice
from automation.pipeline import Tools
from automation.ports import Session
from automation.writes import DryRun
from tests import simulator
from tests.journeys.world import Home, name_of
from tests.simulator import Simulator

MINIMAL: Final = """\
{
"client_id": 1,
"department_id": 1,
"prescriber_id": 1,
"issue_time": "2025-08-20T11:20:45Z",
"prescription_items": [
{
"name": "Lorem ipsum",
"patients": [1],
"strength": "100 mg",
"instructions": "lorem ipsum",
"quantity_packages": 1,
"valid_until": "2026-08-20"
}
]
}"""
UPDATE: Final = '{"status": 4, "remarks": "Prescription accepted"}'
Sent = tuple[int, Any]
_NIGHTS: Final = count()


@dataclass(frozen=True)
class Counter:
    """A home with both practices of a running portal, and a way to send what was shown."""

    portal: Simulator
    home: Home
    practice: simulator.Practice

    @property
    def name(self) -> str:
        return name_of(self.practice)

    @property
    def api(self) -> str:
        return f"{self.portal.url}/{self.practice.id}/api/0.1/"

    def dry_run(self, operation: str, given: Mapping[str, Any]) -> DryRun:
        (run,) = self.dry_runs((operation, given))
        return run

    def dry_runs(self, *wanted: tuple[str, Mapping[str, Any]]) -> list[DryRun]:
        async def scene(tools: Tools) -> list[DryRun]:
            found = await tools.store.practice(self.name)
            return [await pipeline.dry_run(tools, found, *each) for each in wanted]

        return self.home.work(scene)

    def in_session(self, work: Callable[[Tools, Session, Practice], Any]) -> Any:  # noqa: ANN401 - whatever the scene gives
        async def scene(tools: Tools) -> Any:  # noqa: ANN401 - as above
            practice = await tools.store.practice(self.name)
            async with await tools.sessions.open(practice) as session:
                return await work(tools, session, practice)

        return self.home.work(scene)

    def token(self) -> str:
        async def slot(_tools: Tools, session: Session, _practice: Practice) -> str:
            return session.slots["access-token"]

        found = self.in_session(slot)
        assert isinstance(found, str)
        return found

    def send(self, method: str, address: str, body: str | None = None) -> Sent:
        """Send a request with the token of the product: status and JSON."""
        url = address if address.startswith("http") else self.api + address
        headers = {"authorization": f"Bearer {self.token()}", "content-type": "application/json"}
        return sent(Call(method, url, headers, None if body is None else body.encode()))

    def writes(self) -> int:
        counts = self.portal.counts()
        return sum(sum(counts.get(kind, {}).values()) for kind in ("writes", "writes_refused"))

    def served(self) -> dict[str, int]:
        found: dict[str, int] = self.portal.counts()["served"]
        return found


def sent(call: Call) -> Sent:
    request = Request(call.url, call.content, dict(call.headers), method=call.method)  # noqa: S310 - loopback
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text else None
    except HTTPError as problem:
        with problem:
            return problem.code, json.loads(problem.read())


def request_of(run: DryRun, step: int = 0) -> tuple[str, str, str]:
    request = run.steps[step].request
    assert request is not None
    return request.method, request.url, request.body.text if request.body else ""


def full_example() -> dict[str, Any]:
    """The example with every optional parameter that the how-to names."""
    full: dict[str, Any] = json.loads(MINIMAL)
    full["prescription_items"][0]["repeat_number"] = 4
    return full | {"status": 3, "consultation_id": 1, "remarks": "Call first"}


def visit(counter: Counter) -> dict[str, Any]:
    """An appointment at night, when nobody has one, each in a night of its own."""
    night = datetime(2026, 5, 1, 3, 0, tzinfo=ZoneInfo(counter.practice.zone))
    start = night + timedelta(days=next(_NIGHTS))
    patient = living(counter)
    return {
        "start": start.isoformat(),
        "duration_minutes": 30,
        "title": "Vaccination",
        "reason": "Booster",
        "location_id": 1,
        "provider_id": 1,
        "client_id": patient["client"],
        "patient_ids": [patient["id"]],
    }


def living(counter: Counter) -> dict[str, Any]:
    """The first patient that is neither archived nor dead and whose owner takes e-mail."""
    rows = counter.portal.dump(counter.practice.id, "patient")["patient"]
    owners = {
        row["id"]: row for row in counter.portal.dump(counter.practice.id, "client")["client"]
    }
    return next(
        row
        for row in rows
        if not row["archived"] and not row["deceased"] and takes_mail(owners[row["client"]])
    )


def takes_mail(client: Mapping[str, Any]) -> bool:
    """Whether a client takes e-mail, as the truth has it."""
    return bool(client["email"]) and not client["no_email"] and not client["archived"]


def finalized(counter: Counter) -> int:
    """The number of an invoice that can be paid."""
    rows = counter.portal.dump(counter.practice.id, "invoice")["invoice"]
    return next(int(row["id"]) for row in rows if row["status"] == 3 and row["due_sum"] > 100)
