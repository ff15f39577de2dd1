"""The end of a practice: logged off, and erased."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from automation import store
from automation.errors import VetportalError
from automation.model import Practice, Receipt
from automation.pipeline.tools import Tools


async def offboard(
    tools: Tools, practice: Practice, *, also: Mapping[str, int] | None = None
) -> Receipt:
    """Log off, then erase all that is kept of a practice; the audit log stays.

    After an interruption, at whatever moment, the same call goes on; its receipt then counts what
    was left. Other programs must not read the database meanwhile.

    Args:
        tools: what to work with.
        practice: who leaves.
        also: how many of other kinds were erased elsewhere, for the receipt.

    Raises:
        Unready: another program keeps the database, so that old bytes stay in it.
    """
    name = practice.name
    if practice.paused_since is None:
        with suppress(VetportalError):  # a portal that does not answer keeps nobody
            await tools.sessions.close(practice)
    await store.Roster(tools.store.database).change(name, _leaving(tools.clock.now()))
    captures = tools.archive.erase(name)
    erasure = store.Erasure(tools.store.database)
    erased = await erasure.erase(name)
    receipt = Receipt(
        practice=name,
        organization=practice.organization,
        portal=practice.portal,
        at=tools.clock.now(),
        by=tools.audit.actor,
        erased=erased | ({"captures": captures} if captures else {}) | dict(also or {}),
    )
    told = {"digest": receipt.digest, "erased": str(sum(receipt.erased.values()))}
    tools.audit.note("practice.offboarded", practice=name, detail=told)
    await tools.audit.flush()  # as long as it is known whose the practice was
    await erasure.forget(name)
    return receipt


def _leaving(now: datetime) -> Callable[[Practice], Practice]:
    """Pauses a practice, so that nothing more comes while it is erased."""

    def paused(practice: Practice) -> Practice:
        update = {"paused_since": practice.paused_since or now, "paused_why": "offboarded"}
        return practice.model_copy(update=update)

    return paused
