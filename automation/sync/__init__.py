"""Makes the store equal to a portal: replays, normalises and stores everything that is mapped."""

from automation.sync.assessing import Assessing, screens_of
from automation.sync.days import by_dates, span
from automation.sync.plan import Plan
from automation.sync.reading import Progress, Reading, quietly
from automation.sync.records import RecordReading
from automation.sync.sweeping import Sweeping

__all__ = [
    "Assessing",
    "Plan",
    "Progress",
    "Reading",
    "RecordReading",
    "Sweeping",
    "by_dates",
    "quietly",
    "screens_of",
    "span",
]
