"""What happens in a month of hourly runs, and the fewest logins it can be done with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

HOUR: Final = timedelta(hours=1)
CAP: Final = timedelta(hours=12)


@dataclass(frozen=True)
class Month:
    """Hourly runs, and a forced logout at some moment of each day.

    Attributes:
        runs: when each run begins.
        logouts: when the portal throws everybody out.
    """

    runs: Sequence[datetime]
    logouts: Sequence[datetime]

    @classmethod
    def plan(cls, start: datetime, days: int, seed: int) -> Month:
        rng = Random(seed)
        runs = [start + HOUR * hour for hour in range(24 * days)]
        logouts = [
            start + timedelta(days=day, seconds=rng.uniform(0, 86399)) for day in range(days)
        ]
        return cls(runs, logouts)

    def fewest_logins(self) -> int:
        """The logins that nobody could do without: each as late as possible, kept for as long as
        the portal allows."""
        logins = 0
        end = datetime.min.replace(tzinfo=self.runs[0].tzinfo)
        for run in self.runs:
            if run >= end:
                logins += 1
                forced = next((one for one in self.logouts if one > run), run + CAP)
                end = min(run + CAP, forced)
        return logins

    def moments(self) -> Iterator[tuple[datetime, bool]]:
        """Every moment at which something happens, in order; True for a run."""
        every = [(one, True) for one in self.runs] + [(one, False) for one in self.logouts]
        yield from sorted(every)
