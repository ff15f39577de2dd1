"""An office whose practice has a portal that takes money, so that the API can change something."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import httpx2
from pydantic import JsonValue
from typing_extensions import override

from automation import pipeline, wiring
from automation.access import Tokens
from automation.model import Attempt, Job, JobState, JobStatus, Secret
from automation.pipeline import Tools
from automation.serve import Service
from automation.settings import Settings
from automation.writes import Times
from tests import cashbox
from tests.cashbox import Cashbox
from tests.engine import run_engine
from tests.fakes import VirtualClock
from tests.serve.office import NORTH, START, NoJobs, Office, app_for, made

T = TypeVar("T")

_SOLD: Final = cashbox.FILES["operations/sell.yaml"]
PAYING: Final = (
    _SOLD.replace("operation: sell", "operation: pay_invoice")
    .replace(
        "title: Sell over the counter\n",
        "title: Take a payment\nentity: payment\npays: '`true`'\n",
    )
    .replace("about: who buys", "about: who buys, refers: client")
)
NOTING: Final = (
    _SOLD.replace("operation: sell", "operation: create_reminder")
    .replace("title: Sell over the counter\n", "title: Set a reminder\nentity: reminder\n")
    .replace("confirm: true\n", "")
    .replace(
        "about: who buys}",
        "about: who buys, refers: client}\n  text: {type: text, optional: true}",
    )
)
_FILES: Final = {name: text for name, text in cashbox.FILES.items() if "sell" not in name} | {
    "operations/pay_invoice.yaml": PAYING,
    "operations/create_reminder.yaml": NOTING,
    "operations/decline_prescription.yaml": NOTING.replace(
        "operation: create_reminder", "operation: decline_prescription"
    )
    .replace("entity: reminder", "entity: prescription")
    .replace(
        "inputs:\n",
        "inputs:\n  prescription_id: {type: integer, refers: prescription}\n",
    ),
    "operations/sell.yaml": _SOLD,
}
_TIMES: Final = Times(send=1.0, answer=10.0, lease=4.0, late=600.0)


@dataclass
class Works(NoJobs):
    """A worker beside the API; it does nothing while it is away.

    Attributes:
        tools: what it works with.
        away: whether it is.
        looks: how often it is asked about a job before that is over.
    """

    tools: Tools | None = None
    away: bool = False
    looks: int = 0

    @override
    async def ask(
        self, kind: str, practice: str, arguments: Mapping[str, JsonValue], *, key: str
    ) -> JobStatus:
        self.asked.append((kind, practice, arguments, key))
        if not self.away and self.tools is not None:
            await pipeline.perform_write(self.tools, str(arguments["write"]), times=_TIMES)
        job = Job(kind=kind, practice=practice, arguments=dict(arguments))
        return _status(key, job)

    @override
    async def status(self, key: str) -> JobStatus:
        over = None if self.looks > 0 else START
        self.looks -= 1
        return _status(key, Job(kind="write", practice="north"), over)


def _status(key: str, job: Job, over: datetime | None = None) -> JobStatus:
    attempt = Attempt(key=key, job=job, queue="write", timeout=60)
    state: JobState = "done" if over else "queued"
    return JobStatus(attempt=attempt, state=state, created_at=START, finished_at=over)


@dataclass
class Till(Office):
    """The same with its portal.

    Attributes:
        box: the portal.
    """

    box: Cashbox


@asynccontextmanager
async def opened(home: Path, box: Cashbox) -> AsyncIterator[Till]:
    """An office at the till, with a client whom the portal knows as 7 and one as 8."""
    clock = VirtualClock()
    settings = Settings(
        home=home,
        flows=cashbox.laid_out(home / "flows" / "acme", _FILES).parent,
        key=Secret("5a" * 32),
    )
    async with wiring.tools(settings, actor="api", clock=clock) as tools:
        jobs = Works(tools=tools)
        service = Service(tools, Tokens(tools.store, audit=tools.audit, clock=clock), jobs)
        await box.move_in(tools)
        enabled = ("create_reminder", "decline_prescription", "pay_invoice", "sell")
        await tools.store.update_practice(box.practice.model_copy(update={"writes": enabled}))
        await tools.store.add_practice(NORTH.model_copy(update={"name": "south"}))
        transport = httpx2.ASGITransport(app=app_for(service))
        async with httpx2.AsyncClient(transport=transport, base_url="http://office") as client:
            found = Till(tools, service, clock, client, jobs, box)
            await found.keep(
                [
                    made("client", 7, name="Ann Lee", location_id="loc_a"),
                    made("client", 8, name="Max", location_id="loc_b"),
                    made("prescription", 3, location_id="loc_a"),
                ],
            )
            yield found


def at_the_till(home: Path, box: Cashbox, scene: Callable[[Till], Awaitable[T]]) -> T:
    """Play a scene at a till of its own."""

    async def whole() -> T:
        async with opened(home, box) as found:
            return await scene(found)

    return run_engine(whole())
