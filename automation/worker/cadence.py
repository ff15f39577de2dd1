"""The cadence a practice gets unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from automation.model import Practice, Schedule
from automation.worker.cron import Cron


class _Part(NamedTuple):
    cron: str
    jitter: float
    entities: tuple[str, ...]
    in_hours: bool = False
    kind: str = "sync"


OPENING_HOURS: Final = ("07:00-20:00",)
"""When appointments are read often, unless others are given."""

_PARTS: Final = {
    "calendar": _Part("* * * * *", 20, ("appointment", "treatment_board_entry"), in_hours=True),
    "money": _Part(
        "*/5 * * * *",
        60,
        (
            "prescription",
            "refill",
            "pharmacy_order",
            "invoice",
            "invoice_line",
            "payment",
            "deposit",
            "estimate",
        ),
    ),
    "everything": _Part("0 * * * *", 600, ()),
    "canary": _Part("30 3 * * *", 3 * 3600, (), kind="canary"),
    "writes": _Part("*/15 * * * *", 300, (), kind="reconcile_writes"),
}


def default_schedules(
    practice: Practice,
    mapped: Collection[str],
    now: datetime,
    *,
    hours: tuple[str, ...] = OPENING_HOURS,
) -> tuple[Schedule, ...]:
    """Appointments and boards each minute in opening hours, money and scripts every five minutes.

    Everything is read each hour, each quarter of one what may have been written is searched for,
    and each night a canary plays a few flows in the browser. Each is spread over a part of its
    time, so that practices of one worker do not all begin at once.

    Args:
        practice: whose; its clocks are meant.
        mapped: kinds of entities that its portal has.
        now: the current time.
        hours: its opening hours.
    """
    made = []
    for name, part in _PARTS.items():
        entities = [kind for kind in part.entities if kind in mapped]
        if part.entities and not entities:
            continue
        arguments: dict[str, JsonValue] = {"entities": list(entities)} if entities else {}
        zone = ZoneInfo(practice.timezone)
        made.append(
            Schedule(
                name=f"{practice.name}-{name}",
                practice=practice.name,
                kind=part.kind,
                arguments=arguments,
                cron=part.cron,
                timezone=practice.timezone,
                jitter=part.jitter,
                missed="once",
                hours=hours if part.in_hours else (),
                next_at=Cron.parse(part.cron, zone).after(now),
            )
        )
    return tuple(made)
