"""Worker processes for the length of a test, and a client that asks them for jobs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final, TypeVar

from pydantic import JsonValue

from automation.model import Job, Practice
from automation.store import Store
from automation.worker import EngineClient, EnginePlace, Kinds
from tests.databases import on, url_of
from tests.engine import run_engine
from tests.forking import FORKING
from tests.worker.process import Log, Work, kinds, opened, run, work

T = TypeVar("T")
_REPOSITORY: Final = Path(__file__).parents[2]
_SECONDS: Final = 180.0


@dataclass(frozen=True)
class Process:
    """One process that works, or did."""

    _process: BaseProcess

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Its exit code, or minus the signal that ended it; None while it lives."""
        return self._process.exitcode

    def wait(self, seconds: float) -> int:
        self._process.join(seconds)
        code = self._process.exitcode
        assert code is not None, f"the process goes on after {seconds} s"
        return code

    def send_signal(self, how: signal.Signals) -> None:
        os.kill(self.pid, how)


def _become(
    job: Work, url: str, folder: Path, options: Mapping[str, float], environment: Mapping[str, str]
) -> None:
    """What a forked process does: take its own environment and output, and work."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(_REPOSITORY)
    with (folder / "stderr").open("ab") as told:
        os.dup2(told.fileno(), 1)
        os.dup2(told.fileno(), 2)
    run(job, url, folder, options)


@dataclass
class Crew:
    """A database, the workers on it, and what they wrote down."""

    folder: Path
    url: str
    log: Log
    place: EnginePlace
    work: Work = work
    environment: Mapping[str, str] | None = None
    processes: list[Process] = field(default_factory=list)

    @property
    def kinds(self) -> Kinds:
        return kinds(self.log)

    def start(self, **options: float) -> Process:
        """A worker that takes jobs."""
        process = self.begin(**options)
        self.wait(lambda: process.pid in {each["pid"] for each in self.log.events("ready")})
        return process

    def begin(self, **options: float) -> Process:
        """A worker that may not have begun yet."""
        return self.begin_as(self.work, **options)

    def begin_as(self, work: Work, **options: float) -> Process:
        """A process that does something else in the same place."""
        environment = dict(self.environment or os.environ)
        told = (work, self.url, self.folder, options, environment)
        begun = FORKING.Process(target=_become, args=told)
        begun.start()
        process = Process(begun)
        self.processes.append(process)
        return process

    def kill(self, process: Process, how: signal.Signals = signal.SIGKILL) -> None:
        self.log.note("killed", victim=process.pid)  # what it still writes does not count
        process.send_signal(how)
        process.wait(_SECONDS)

    def wait(
        self, holds: Callable[[], bool], seconds: float = _SECONDS, *, pause: float = 0.02
    ) -> None:
        """Wait until something holds; what the workers said is told when it never does."""
        ends = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < ends, (self.folder / "stderr").read_text()[-3000:]
            time.sleep(pause)

    def wait_for_all(self, seconds: float = _SECONDS) -> None:
        """Wait until no job is open."""
        self.wait(self.all_over, seconds, pause=0.25)

    def ask(self, scene: Callable[[EngineClient], Awaitable[T]]) -> T:
        """Play a scene with a client of the engine."""

        async def whole() -> T:
            async with EngineClient.open(self.place) as client:
                return await scene(client)

        return run_engine(whole())

    def in_store(self, scene: Callable[[Store], Awaitable[T]]) -> T:
        async def whole() -> T:
            async with opened(self.url) as rows:
                return await scene(rows)

        return run_engine(whole())

    def job(self, kind: str, practice: str | None = None, **more: JsonValue) -> Job:
        return Job(kind=kind, practice=practice, arguments=more)

    def enqueue(self, kind: str, key: str, practice: str | None = None, **more: JsonValue) -> bool:
        job = self.job(kind, practice, job=key, **more)
        return self.ask(lambda client: client.enqueue(self.kinds.attempt(job, key)))

    def all_over(self) -> bool:
        return self.ask(_nothing_open)


async def _nothing_open(client: EngineClient) -> bool:
    counts = await client.counts()
    return not (counts["waiting"] or counts["queued"] or counts["running"])


@contextmanager
def crew(folder: Path, *practices: str, url: str = "") -> Iterator[Crew]:
    """A database with some practices; all processes end with the block."""
    url = url or url_of(folder / "vetportal.db")
    found = Crew(folder, url, Log(folder), EnginePlace.beside(url))

    async def add(rows: Store) -> None:
        for name in practices:
            await rows.add_practice(
                Practice(name=name, portal="acme", base_url="https://acme.example")
            )

    found.in_store(add)
    with at_work(found):
        yield found


@contextmanager
def at_work(found: Crew) -> Iterator[Crew]:
    """All processes of a crew end with the block."""
    try:
        yield found
    finally:
        for process in found.processes:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGCONT)
                found.kill(process)


def several() -> bool:
    """Whether several workers may work at once here."""
    return on() == "postgresql"


def overlaps(log: Log) -> int:
    """How often somebody went into a practice while another one was inside.

    Who goes out writes that down before it lets go of its right, so the order of the lines tells.
    """
    inside: dict[str, list[int]] = {}
    gone, count = set[int](), 0
    for event in log.events():
        there = inside.setdefault(str(event.get("practice")), [])
        if event["what"] == "killed":
            gone.add(event["victim"])
            inside = {n: [p for p in pids if p not in gone] for n, pids in inside.items()}
        elif event["what"] == "in" and event["pid"] not in gone:
            count += bool(there)
            there.append(event["pid"])
        elif event["what"] == "out" and event["pid"] in there:
            there.remove(event["pid"])
    return count
