"""Jobs and schedules: work that survives the process that does it."""

from automation.worker.cadence import OPENING_HOURS, default_schedules
from automation.worker.cron import Cron
from automation.worker.engine import EngineClient, EnginePlace, step
from automation.worker.kinds import Kind, Kinds
from automation.worker.reads import CANARY, LIVE_READ, REPLAY, RUN_FLOW, SIGN_IN, SYNC
from automation.worker.telling import MAIL, RULE, WEBHOOK
from automation.worker.ticking import job_of
from automation.worker.worker import Limits, Worker
from automation.worker.writing import RECONCILE_WRITES, WRITE, ask_for_write

KINDS = Kinds(
    SYNC,
    RUN_FLOW,
    REPLAY,
    CANARY,
    LIVE_READ,
    SIGN_IN,
    WRITE,
    RECONCILE_WRITES,
    WEBHOOK,
    RULE,
    MAIL,
)
"""Every kind of job that a worker does."""

__all__ = [
    "KINDS",
    "OPENING_HOURS",
    "Cron",
    "EngineClient",
    "EnginePlace",
    "Kind",
    "Kinds",
    "Limits",
    "Worker",
    "ask_for_write",
    "default_schedules",
    "job_of",
    "step",
]
