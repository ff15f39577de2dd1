"""What reading a practice costs, measured around a process that has no browser."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any, Final

from tests.journeys.world import Home, browser_traffic, name_of, run_program
from tests.simulator import Practice, Simulator

MEGABYTE: Final = 1024 * 1024
MOST: Final = 300 * MEGABYTE
"""Bytes of memory that a practice of any size may take to read."""
PER_ROW: Final = 1.1
"""How much more a row may cost in the large practice than in the small one; linear is 1."""


@dataclass(frozen=True)
class Cost:
    """What reading a practice cost.

    Attributes:
        kinds: entities that are new, by kind.
        requests: what the portal was asked for.
        served: the same by operation of the portal.
        statements: what the database was asked for.
        peak: bytes of memory.
        changes: entries in the change feed.
        seconds: how long it took.
    """

    kinds: dict[str, int]
    requests: int
    served: dict[str, int]
    statements: int
    peak: int
    changes: int
    seconds: float

    @property
    def rows(self) -> int:
        """How many entities are new."""
        return sum(self.kinds.values())


def counted_sync(home: Home, portal: Simulator, practice: Practice) -> Cost:
    """Sync in a process of its own, which has no browser."""
    report = home.path.parent / "cost.json"
    portal.reset_counts()
    command = [sys.executable, "-m", "tests.journeys.counted", str(report)]
    done = run_program([*command, "sync", name_of(practice), "--json"], home.variables)
    assert done.returncode == 0, done.stderr
    assert browser_traffic(portal) == {}
    facts: dict[str, Any] = json.loads(done.stdout)
    cost: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    assert set(facts["rungs"].values()) == {"http"}
    counts = portal.counts()
    return Cost(
        kinds={kind: tally["created"] for kind, tally in facts["kinds"].items()},
        requests=counts["exchanges"],
        served=counts["served"],
        statements=cost["statements"],
        peak=cost["peak"],
        changes=facts["changes"],
        seconds=facts["seconds"],
    )
