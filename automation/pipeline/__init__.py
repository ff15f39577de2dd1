"""The story on one screen: the stages in order.

    record -> capture -> infer -> replay -> normalise -> store

Recording a flow needs a person and happens once; everything here runs without one.
"""

from automation.pipeline.all_practices import Turn, most_urgent, sync_all
from automation.pipeline.alone import alone
from automation.pipeline.breaking import learn
from automation.pipeline.canaries import CANARY_FLOWS, Sung, canary
from automation.pipeline.deciding import (
    Standing,
    accept_drift,
    accept_heal,
    reject_drift,
    reject_heal,
    standing_drift,
)
from automation.pipeline.following import Drained, drain, receiver
from automation.pipeline.headway import Headway, headway
from automation.pipeline.healing import bear_out, heal_endpoints, propose_flow_heals, try_heals
from automation.pipeline.inbound import check_hooks, open_click, register_hooks, remove_hooks
from automation.pipeline.learning import (
    CAPTURES_PER_FLOW,
    capture_flow,
    capture_flows,
    infer_endpoints,
    with_proof,
)
from automation.pipeline.leaving import offboard
from automation.pipeline.mailing import due_letters, send_letter
from automation.pipeline.operating import dry_run
from automation.pipeline.proving import prove
from automation.pipeline.reading import assess, replay_pages
from automation.pipeline.recipients import (
    RecipientWish,
    add_recipient,
    list_recipients,
    remove_recipient,
    try_recipient,
)
from automation.pipeline.remapping import heal_mappings
from automation.pipeline.reporting import report_drift
from automation.pipeline.ruling import (
    RuleWish,
    add_rule,
    apply_rule,
    list_actions,
    list_rules,
    remove_rule,
    switch_rule,
)
from automation.pipeline.standing import plan_of, standing_of
from automation.pipeline.syncing import Synced, sync, sync_in_turn
from automation.pipeline.telling import check_facts, forget_events, relay, send_webhooks
from automation.pipeline.tools import Tools
from automation.pipeline.unread import Unread, unread_kinds
from automation.pipeline.watched import ReplayWatch
from automation.pipeline.watching import (
    CaptureWatch,
    Seen,
    consumption_for,
    keep_capture,
    keep_replay,
    keep_seen,
    observe_capture,
    watch_replay,
)
from automation.pipeline.webhooks import (
    OVERLAP,
    WebhookWish,
    add_webhook,
    find_webhook,
    list_deliveries,
    list_webhooks,
    readdress_webhook,
    redeliver,
    redeliver_since,
    remove_webhook,
    rotate_webhook,
    switch_webhook,
    try_webhook,
)
from automation.pipeline.writing import (
    accept_write,
    list_writes,
    perform_write,
    reconcile_writes,
    settle_write,
)

__all__ = [
    "CANARY_FLOWS",
    "CAPTURES_PER_FLOW",
    "OVERLAP",
    "CaptureWatch",
    "Drained",
    "Headway",
    "RecipientWish",
    "ReplayWatch",
    "RuleWish",
    "Seen",
    "Standing",
    "Sung",
    "Synced",
    "Tools",
    "Turn",
    "Unread",
    "WebhookWish",
    "accept_drift",
    "accept_heal",
    "accept_write",
    "add_recipient",
    "add_rule",
    "add_webhook",
    "alone",
    "apply_rule",
    "assess",
    "bear_out",
    "canary",
    "capture_flow",
    "capture_flows",
    "check_facts",
    "check_hooks",
    "consumption_for",
    "drain",
    "dry_run",
    "due_letters",
    "find_webhook",
    "forget_events",
    "headway",
    "heal_endpoints",
    "heal_mappings",
    "infer_endpoints",
    "keep_capture",
    "keep_replay",
    "keep_seen",
    "learn",
    "list_actions",
    "list_deliveries",
    "list_recipients",
    "list_rules",
    "list_webhooks",
    "list_writes",
    "most_urgent",
    "observe_capture",
    "offboard",
    "open_click",
    "perform_write",
    "plan_of",
    "propose_flow_heals",
    "prove",
    "readdress_webhook",
    "receiver",
    "reconcile_writes",
    "redeliver",
    "redeliver_since",
    "register_hooks",
    "reject_drift",
    "reject_heal",
    "relay",
    "remove_hooks",
    "remove_recipient",
    "remove_rule",
    "remove_webhook",
    "replay_pages",
    "report_drift",
    "rotate_webhook",
    "send_letter",
    "send_webhooks",
    "settle_write",
    "standing_drift",
    "standing_of",
    "switch_rule",
    "switch_webhook",
    "sync",
    "sync_all",
    "sync_in_turn",
    "try_heals",
    "try_recipient",
    "try_webhook",
    "unread_kinds",
    "watch_replay",
    "with_proof",
]
