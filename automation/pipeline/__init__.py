"""The story on one screen: the stages in order.

    record -> capture -> infer -> replay -> normalise -> store

Recording a flow needs a person and happens once; everything here runs without one.
"""

from automation.pipeline.all_practices import Turn, most_urgent, sync_all
from automation.pipeline.breaking import learn
from automation.pipeline.following import Drained, drain, receiver
from automation.pipeline.inbound import check_hooks, open_click, register_hooks, remove_hooks
from automation.pipeline.learning import (
    CAPTURES_PER_FLOW,
    capture_flow,
    capture_flows,
    infer_endpoints,
    with_proof,
)
from automation.pipeline.leaving import offboard
from automation.pipeline.operating import dry_run
from automation.pipeline.proving import prove
from automation.pipeline.reading import assess, replay_pages
from automation.pipeline.syncing import Synced, sync, sync_in_turn
from automation.pipeline.tools import Tools
from automation.pipeline.unread import Unread, unread_kinds
from automation.pipeline.writing import (
    accept_write,
    list_writes,
    perform_write,
    reconcile_writes,
    settle_write,
)

__all__ = [
    "CAPTURES_PER_FLOW",
    "Drained",
    "Synced",
    "Tools",
    "Turn",
    "Unread",
    "accept_write",
    "assess",
    "capture_flow",
    "capture_flows",
    "check_hooks",
    "drain",
    "dry_run",
    "infer_endpoints",
    "learn",
    "list_writes",
    "most_urgent",
    "offboard",
    "open_click",
    "perform_write",
    "prove",
    "receiver",
    "reconcile_writes",
    "register_hooks",
    "remove_hooks",
    "replay_pages",
    "settle_write",
    "sync",
    "sync_all",
    "sync_in_turn",
    "unread_kinds",
    "with_proof",
]
