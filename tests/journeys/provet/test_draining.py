"""A worker that is told to stop while it writes: the write ends first, or another one finds it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from pydantic import JsonValue

from automation import pipeline
from automation.model import Write
from automation.pipeline import Tools
from automation.worker import KINDS, ask_for_write
from automation.working import open_jobs
from tests.conftest import Measure
from tests.journeys.provet.clinic import PORTAL, moved_in
from tests.journeys.provet.counter import Counter
from tests.journeys.world import NO_BROWSER, Home
from tests.simulator import REPOSITORY, Simulator, running

SECONDS: Final = 60.0
STEP: Final = "note_create"
"""What the portal counts for the write."""


@pytest.fixture(scope="module")
def portal() -> Iterator[Simulator]:
    with running(PORTAL, seed=7, patients=20) as simulated:
        yield simulated


@pytest.fixture(scope="module")
def counter(portal: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Counter:
    home = Home.new(tmp_path_factory.mktemp("draining") / "home", settings=NO_BROWSER)
    moved_in(home, portal, writes=("create_note",))
    return Counter(portal, home, portal.practices()[0])


def asked(counter: Counter, key: str) -> str:
    """Accept a write and ask for its job; its id."""

    async def scene(tools: Tools) -> str:
        practice = await tools.store.practice(counter.name)
        given: dict[str, JsonValue] = {
            "title": "Call",
            "text": "Called back",
            "client_id": 1,
            "patient_ids": [1],
        }
        write = await pipeline.accept_write(tools, practice, "create_note", given, key=key)
        async with open_jobs(counter.home.settings) as jobs:
            await ask_for_write(jobs, KINDS, write)
        return write.id

    return counter.home.work(scene)


def known(counter: Counter, number: str) -> Write:
    return counter.home.work(lambda tools: tools.journal.load(number))


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.1)


@contextmanager
def working(counter: Counter, grace: float) -> Iterator[subprocess.Popen[bytes]]:
    """A worker; what it says stands beside the failure of a test."""
    command = (sys.executable, "-m", "automation", "worker", "--health-port", "-1")
    process = subprocess.Popen(
        (*command, "--grace", str(grace)), cwd=REPOSITORY, env=counter.home.variables
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def made(counter: Counter) -> int:
    return int(counter.portal.counts().get("writes", {}).get(STEP, 0))


def told_to_stop_while_it_writes(counter: Counter, number: str, *, grace: float) -> Write:
    """Stop a worker once the portal has done what was asked, and has not said so yet."""
    before = made(counter)
    counter.portal.faults.add(STEP, "latency-after", seconds=4.0)
    with working(counter, grace) as process:
        until(lambda: made(counter) > before)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
    counter.portal.faults.clear()
    return known(counter, number)


@pytest.mark.must_hold("writes")
def test_a_write_under_way_ends_before_a_worker_does(counter: Counter, measured: Measure) -> None:
    before, number = made(counter), asked(counter, "ends-first")
    done = told_to_stop_while_it_writes(counter, number, grace=30)
    assert (done.state, made(counter) - before) == ("confirmed", 1)
    measured("told to stop while it wrote, in time", f"{done.state}, made once")


@pytest.mark.must_hold("writes")
def test_a_write_that_does_not_end_in_time_is_found_by_the_next_worker(
    counter: Counter, measured: Measure
) -> None:
    before, number = made(counter), asked(counter, "too-late")
    left = told_to_stop_while_it_writes(counter, number, grace=0)
    assert left.state == "sent"
    with working(counter, 30) as process:
        until(lambda: known(counter, number).is_over)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
    done = known(counter, number)
    assert (done.happened, made(counter) - before) == (True, 1)
    measured("told to stop while it wrote, too late", f"{left.state}, then {done.state}, made once")
