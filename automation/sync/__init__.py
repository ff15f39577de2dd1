"""Makes the store equal to a portal: replays, normalises and stores everything that is mapped."""

from automation.sync.assessing import Assessing, screens_of
from automation.sync.days import Horizons, as_inputs
from automation.sync.plan import Plan
from automation.sync.reading import Progress, Reading, quietly
from automation.sync.records import RecordReading
from automation.sync.sweeping import Sweeping

__all__ = [
    "Assessing",
    "Horizons",
    "Plan",
    "Progress",
    "Reading",
    "RecordReading",
    "Sweeping",
    "as_inputs",
    "quietly",
    "screens_of",
]
