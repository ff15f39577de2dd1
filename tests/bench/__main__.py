"""Runs the benches: `make bench`, or `python -m tests.bench --patients 2000 --pairs 5`."""

from __future__ import annotations

import argparse
import logging

import structlog

from automation import wiring
from tests.bench.contest import Contest, Turns, compare, table
from tests.bench.patients import BareLoop, ByResponse, ByTable, Replay
from tests.bench.world import opened
from tests.engine import run_engine


async def measure(*, patients: int, pairs: int) -> list[Contest]:
    """Every row of the table."""
    async with opened(patients=patients) as world:
        ours = Replay(world.endpoint("list-patients"), world.session, wiring.SystemClock())
        by_response = ByResponse(world.page, world.portal.url)
        by_table = ByTable(world.page, world.portal.url)
        loop = BareLoop(world.client)
        contests = [
            await compare(
                "script, responses / replay", by_response, ours, goal=20, turns=Turns(pairs, 1, 10)
            ),
            await compare(
                "script, rendered rows / replay", by_table, ours, goal=50, turns=Turns(pairs, 1, 10)
            ),
        ]
        await world.page.goto("about:blank")
        return [
            *contests,
            await compare(
                "bare HTTP loop / replay", loop, ours, goal=0.8, turns=Turns(4 * pairs, 5, 5)
            ),
        ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--patients", type=int, default=2000, help="rows behind the screen")
    parser.add_argument("--pairs", type=int, default=5, help="interleaved pairs of each row")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    print(f"time for {given.patients} patients by one way / by the other, same pages")
    print(table(run_engine(measure(patients=given.patients, pairs=max(5, given.pairs)))))


if __name__ == "__main__":
    main()
