"""Runs the bench of the API: `make bench-serve`, or `python -m tests.bench.serve --seconds 30`."""

from __future__ import annotations

import argparse
import gc
import logging
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import structlog

from tests.bench.serve.load import Answered, Loop, percentile, table
from tests.bench.serve.office import Office, opened
from tests.databases import KINDS, on_postgresql
from tests.engine import run_engine
from tests.postgres import own

RATE: Final = 100.0
GOAL: Final = 25
"""Milliseconds that 99 of 100 requests take at most."""
_WARM: Final = 5


async def measure(
    office: Office, *, seconds: float, rate: float, warm: float = _WARM
) -> tuple[list[Answered], float]:
    """Ask a server of its own, which was asked for some seconds before it counts.

    Returns:
        the answers, and for how many seconds each of them kept a core busy.
    """
    with office.served() as server:
        loop = Loop(server.host, server.port)
        before, counted = int(warm * rate), int(seconds * rate)
        # what asks is not to stand still while it looks through what filled the database
        gc.collect()
        gc.freeze()
        requests = office.requests(before + counted)
        await loop.run(requests[:before], rate=rate)
        begun = server.worked()
        found = await loop.run(requests[before:], rate=rate)
        worked = server.worked() - begun
        await loop.close()
    return found, worked / counted


def told(answers: Sequence[Answered], worked: float, rate: float) -> list[str]:
    """What is printed."""
    worst = percentile([each.took for each in answers], 99) * 1000
    wrong = sum(each.status != 200 for each in answers)
    busy = f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    goal = f"p99 at {rate:g} requests a second: {worst:.1f} ms, goal < {GOAL} ms"
    work = f"work of a request: {worked * 1000:.1f} ms of a core"
    return [*table(answers), work, f"{goal}; other than 200: {wrong}", busy]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.serve")
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--appointments", type=int, default=1_000_000)
    parser.add_argument("--others", type=int, default=50_000, help="rows of each other kind")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rate", type=float, default=RATE, help="requests a second")
    parser.add_argument("--times", type=int, default=1, help="how often it is measured")
    parser.add_argument("--database", choices=KINDS, default=KINDS[0])
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        if given.database != KINDS[0]:
            stack.enter_context(on_postgresql(stack.enter_context(own())))
        rows = {"appointments": given.appointments, "others": given.others}
        office = stack.enter_context(opened(folder, patients=given.patients, **rows))
        for _ in range(given.times):
            answers, worked = run_engine(measure(office, seconds=given.seconds, rate=given.rate))
            print("\n".join(told(answers, worked, given.rate)), flush=True)


if __name__ == "__main__":
    main()
