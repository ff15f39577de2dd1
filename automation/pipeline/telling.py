"""What happened is told: changes become events, events deliveries, and what is due is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from pydantic import JsonValue

from automation import notify, store
from automation.errors import VetportalError
from automation.pipeline.tools import Tools
from automation.pipeline.webhooks import courier

KEPT: Final = timedelta(days=30)
"""For how long events, and what became of them, are kept."""
_PAGE: Final = 500
_ROUNDS: Final = 20

_log: Final = structlog.get_logger()


async def relay(tools: Tools) -> int:
    """Turn what changed into events, and events into deliveries and actions of rules.

    Safe at any time, after any crash, and in several processes at once.

    Returns:
        how many events were given to those who are to be told.
    """
    outbox = tools.store.outbox
    for _ in range(_ROUNDS):
        if await outbox.derive(notify.events_of, notify.COLUMNS, limit=_PAGE) < _PAGE:
            break
    given = 0
    for _ in range(_ROUNDS):
        given += (found := await outbox.assign(limit=_PAGE))
        if found < _PAGE:
            break
    return given


async def check_facts(tools: Tools) -> int:
    """Tell what came to be so by the day or by a level, in all practices that anybody listens to.

    Returns:
        how many events that made.
    """
    told = 0
    for name in await tools.store.outbox.listening():
        try:
            practice = await tools.store.practice(name)
            today = tools.clock.now().astimezone(ZoneInfo(practice.timezone)).date()
            told += await tools.store.standing.check(name, today)
        except VetportalError as problem:  # the others have rows of their own
            _log.warning("facts_not_checked", practice=name, why=problem.message)
    return told


async def forget_events(tools: Tools) -> int:
    """Forget events that are older than 30 days, with what became of them."""
    return await tools.store.outbox.forget(before=tools.clock.now() - KEPT)


async def send_webhooks(tools: Tools, endpoint: str) -> JsonValue:
    """Send what is due for an endpoint; where another process does, nothing is done.

    Args:
        tools: what to work with.
        endpoint: its id.

    Returns:
        how many events were taken, and how many tries were not.
    """
    leases, key = store.Leases(tools.store.database), f"webhook:{endpoint}"
    if not await leases.comes_free(key, within=0):
        return {"busy": True}
    async with leases.hold(key):
        done = await courier(tools).carry(endpoint)
    return {"delivered": done.delivered, "failed": done.failed}
