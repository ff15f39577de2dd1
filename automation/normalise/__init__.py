"""Turn answers into entities by declared mappings, and into profiles."""

from automation.normalise.hours import PortalHours, read_hours
from automation.normalise.normaliser import Normaliser, normalise_answer
from automation.normalise.rows import Sections, Tables
from automation.normalise.sections import read_section
from automation.normalise.shown import UnreadableError
from automation.normalise.times import read_datetime

__all__ = [
    "Normaliser",
    "PortalHours",
    "Sections",
    "Tables",
    "UnreadableError",
    "normalise_answer",
    "read_datetime",
    "read_hours",
    "read_section",
]
