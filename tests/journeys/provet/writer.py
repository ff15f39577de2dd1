"""A process that performs one write, and dies or stands still at a seam: run as a program.

    python -m tests.journeys.provet.writer WRITE TIMES [SEAM NTH SIGNAL]

It prints the state in which it left the write.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys

from automation import pipeline, wiring
from automation.settings import read_settings
from automation.writes import Seam, Seams, Times, unwatched


def at_seam(seam: Seam, nth: int, number: signal.Signals) -> Seams:
    """Send a signal to this process when a seam is passed for the n-th time."""
    passed = 0

    def watch(found: Seam) -> None:
        nonlocal passed
        passed += found is seam
        if found is seam and passed == nth:
            os.kill(os.getpid(), number)

    return watch


async def main(number: str, times: str, *told: str) -> None:
    seam: Seams = unwatched
    if told:
        name, nth, how = told
        seam = at_seam(Seam(name), int(nth), signal.Signals[how])
    async with wiring.tools(read_settings()) as tools:
        done = await pipeline.perform_write(
            tools, number, times=Times(*json.loads(times)), seam=seam
        )
    print(done.state, flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
