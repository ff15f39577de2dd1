"""Changes of the portal: journal, exactly-once sending, read-back, reconciliation."""

from automation.writes.asked import (
    marker_of,
    refuse_other,
    request_hash,
    without_sensitive,
    write_id,
)
from automation.writes.checks import Checked, refuse_failed
from automation.writes.desk import Desk
from automation.writes.dry_run import DryRun, Planned, dry_run
from automation.writes.inputs import checked_inputs, described
from automation.writes.known import Known, found_at
from automation.writes.looking import Looking
from automation.writes.matching import matching
from automation.writes.performing import Performing, happened
from automation.writes.reads_only import ReadsOnly
from automation.writes.seams import Seam, Seams, unwatched
from automation.writes.times import Times
from automation.writes.touched import Touched, touched

__all__ = [
    "Checked",
    "Desk",
    "DryRun",
    "Known",
    "Looking",
    "Performing",
    "Planned",
    "ReadsOnly",
    "Seam",
    "Seams",
    "Times",
    "Touched",
    "checked_inputs",
    "described",
    "dry_run",
    "found_at",
    "happened",
    "marker_of",
    "matching",
    "refuse_failed",
    "refuse_other",
    "request_hash",
    "touched",
    "unwatched",
    "without_sensitive",
    "write_id",
]
