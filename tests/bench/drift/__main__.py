"""Runs the bench of drift: `make bench-drift`, or `python -m tests.bench.drift net.body`."""

from __future__ import annotations

import argparse
import logging
import time

import structlog

from tests.bench.drift.bench import FULL, measure
from tests.engine import run_engine


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.drift")
    parser.add_argument("begins", nargs="*", help="only mutations whose names begin so")
    parser.add_argument("--told", action="store_true", help="print what is told of each")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    begun = time.monotonic()
    figures = run_engine(measure(FULL, begins=tuple(given.begins), told=given.told))
    print("\n".join(figures.lines()))
    print(f"in {time.monotonic() - begun:.0f} seconds")


if __name__ == "__main__":
    main()
