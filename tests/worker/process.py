"""A worker as a process of its own, with kinds of jobs that write down what happens to them.

Each event is one line in a file of the folder, written in one piece, so that several processes may
write at once.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final, cast

from pydantic import JsonValue
from sqlalchemy import Insert, TableClause, insert

from automation import browser, errors, store
from automation.model import Practice
from automation.notify import Outlet
from automation.pipeline import Tools
from automation.store import schedules
from automation.store.write_intents import WriteIntents
from automation.wiring import SystemClock
from automation.worker import (
    EnginePlace,
    Kind,
    Kinds,
    Limits,
    Worker,
    default_schedules,
    step,
)
from automation.worker.engine import DurableEngine
from tests.store.support import Reversing

TTL: Final = 3.0
"""Seconds of silence after which a worker counts as dead; a busy machine may stop it for one."""
_REPOSITORY: Final = Path(__file__).parents[2]
_MINUTE: Final = timedelta(minutes=1)
Given = Mapping[str, JsonValue]


@dataclass(frozen=True)
class Few:
    """The few tools that these jobs need."""

    store: store.Store
    clock: SystemClock
    rng: Random
    journal: WriteIntents
    outlet: Outlet


class Log:
    """What happened, in the order it was written."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "events"

    def note(self, what: str, **more: object) -> None:
        line = json.dumps({"what": what, "at": time.time(), "pid": os.getpid(), **more})
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, f"{line}\n".encode())
        os.close(handle)

    def events(self, what: str | None = None) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        found = [json.loads(line) for line in self.path.read_text().splitlines()]
        return [each for each in found if what in {None, each["what"]}]


@dataclass(frozen=True)
class Deeds:
    """What the jobs of tests do."""

    log: Log

    async def steps(self, _tools: Tools, _practice: Practice | None, given: Given) -> JsonValue:
        parts = cast("list[float | str]", given["seconds"])
        for number, long in enumerate(parts, start=1):
            await step(f"step-{number}", partial(self._step, given["job"], number, long))
        return len(parts)

    async def _step(self, job: object, number: int, long: float | str) -> int:
        self.log.note("begin", job=job, step=number)
        if isinstance(long, str):
            while not self.log.events(long):  # noqa: ASYNC110 - another process tells
                await asyncio.sleep(0.02)
        else:
            await asyncio.sleep(long)
        self.log.note("end", job=job, step=number)
        return number

    async def alone(self, tools: Tools, practice: Practice | None, given: Given) -> JsonValue:
        assert practice is not None
        leases = store.Leases(tools.store.database)
        held = leases.hold(f"alone:{practice.name}") if given.get("lease", True) else nullcontext()
        async with held:
            self.log.note("in", practice=practice.name, job=given["job"])
            try:
                await asyncio.sleep(cast("float", given["seconds"]))
                self.log.note("end", job=given["job"])
            finally:  # also when a slow machine lost the lease
                self.log.note("out", practice=practice.name, job=given["job"])
        return None

    async def fails(self, _tools: Tools, practice: Practice | None, given: Given) -> JsonValue:
        self.log.note("failed", practice=practice.name if practice else None, job=given["job"])
        if given["error"] == "ValueError":
            raise ValueError("rabbit")
        problem = getattr(errors, str(given["error"]))
        raise problem("the portal has hiccups")

    async def nap(self, _tools: Tools, _practice: Practice | None, given: Given) -> JsonValue:
        self.log.note("begin", job=given.get("job", "-"))
        await asyncio.sleep(cast("float", given.get("seconds", 0)))
        self.log.note("end", job=given.get("job", "-"))
        return None

    async def browse(self, _tools: Tools, _practice: Practice | None, _given: Given) -> JsonValue:
        profile = browser.read_profile(_REPOSITORY / "playwright.config.json")
        found = browser.find_browser(profile, browser.Machine())
        async with browser.launch(profile, found) as context:
            await (await context.new_page()).goto("data:text/html,<h1>here</h1>")
            self.log.note("open")
            await asyncio.sleep(_MINUTE.total_seconds())
        return None


def kinds(log: Log) -> Kinds:
    """The kinds of jobs that tests ask for."""
    deeds, soon = Deeds(log), timedelta(seconds=0.3)
    return Kinds(
        Kind("steps", deeds.steps, queue="read", timeout=_MINUTE),
        Kind("alone", deeds.alone, queue="read", timeout=_MINUTE),
        Kind("alone_too", deeds.alone, queue="write", timeout=_MINUTE),
        Kind("fails", deeds.fails, queue="read", timeout=_MINUTE, tries=3, pause=soon),
        Kind("nap", deeds.nap, queue="read", timeout=_MINUTE),
        Kind("browse", deeds.browse, queue="read", timeout=_MINUTE),
        Kind("free", deeds.nap, queue="other", timeout=_MINUTE),
        Kind("brief", deeds.nap, queue="read", timeout=2 * soon, tries=2, pause=soon),
        Kind("deaf", deeds.nap, queue="write", timeout=_MINUTE, may_stop=False),
    )


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[store.Store]:
    rows = await store.Store.open(url, clock=SystemClock(), sealer=Reversing())
    try:
        yield rows
    finally:
        await rows.close()


@asynccontextmanager
async def own_connection(url: str) -> AsyncIterator[store.Workers]:
    """What a worker's beat connects with."""
    database = await store.Database.open(url)
    try:
        yield store.Workers(database)
    finally:
        await database.close()


def limits_of(options: Mapping[str, float]) -> Limits:
    """How the worker works; a lease or a beat of tests lasts shorter than one in earnest."""
    return Limits(
        at_once=int(options.get("at_once", 4)),
        grace=timedelta(seconds=options.get("grace", 10)),
        every=timedelta(seconds=0.2),
        silent=timedelta(seconds=options.get("silent", TTL)),
        poll=options.get("poll", 0.1),
        health_port=0,
        keep_sessions=False,
    )


async def serve(tools: Tools, url: str, known: Kinds, log: Log, limits: Limits) -> None:
    """Work until told to stop, and note when that begins."""
    stop = asyncio.Event()
    worker = Worker(tools, EnginePlace.beside(url), partial(own_connection, url), known, limits)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)

    def ready() -> None:
        log.note("ready", executor=worker.executor, port=worker.port)

    await worker.run(stop, started=ready)


Work = Callable[[str, Path, Mapping[str, float]], Coroutine[Any, Any, None]]


def run(work: Work, url: str, folder: Path, options: Mapping[str, float]) -> None:
    """Be a worker, as this whole process; a problem becomes its exit code."""
    try:
        asyncio.run(work(url, folder, options))
    except errors.VetportalError as problem:
        print(f"{type(problem).__name__}: {problem.message}", file=sys.stderr)
        sys.exit(problem.exit_code)


async def work(url: str, folder: Path, options: Mapping[str, float]) -> None:
    """Do jobs that need a store only."""
    log = Log(folder)
    async with opened(url) as rows:
        journal = WriteIntents(rows.database, Reversing())
        few = Few(rows, SystemClock(), Random(1), journal, Outlet(None))
        tools = cast("Tools", few)
        await serve(tools, url, kinds(log), log, limits_of(options))


async def work_until_recovery(url: str, folder: Path, options: Mapping[str, float]) -> None:
    """Be killed when the jobs of somebody who was declared dead are about to be handed over."""

    async def killed(self: DurableEngine, dead: Sequence[str]) -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    DurableEngine.recover = killed  # type: ignore[method-assign]  # this process is made for it
    await work(url, folder, options)


async def declare(url: str, folder: Path, options: Mapping[str, float]) -> None:
    """Declare the schedules of a practice, and be killed before one of them is written."""
    left = int(options["killed_at"])

    def counted(table: TableClause) -> Insert:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return insert(table)

    async with opened(url) as rows:
        vars(schedules)["insert"] = counted  # this process is made for it
        practice = await rows.practice("north")
        made = default_schedules(practice, ("appointment", "invoice"), SystemClock().now())
        await store.Schedules(rows.database).add(*made, replace=True)
        Log(folder).note("declared", count=len(made))
