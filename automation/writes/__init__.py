"""Changes of the portal: journal, exactly-once sending, read-back, reconciliation."""

from automation.writes.checks import Checked
from automation.writes.dry_run import DryRun, Planned, dry_run
from automation.writes.inputs import checked_inputs, described
from automation.writes.known import Known, found_at
from automation.writes.matching import matching

__all__ = [
    "Checked",
    "DryRun",
    "Known",
    "Planned",
    "checked_inputs",
    "described",
    "dry_run",
    "found_at",
    "matching",
]
