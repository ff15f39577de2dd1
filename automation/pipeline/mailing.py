"""Letters about drift: written when they are sent, of what is so then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import structlog
from pydantic import JsonValue

from automation import drift, notify, store
from automation.errors import VetportalError
from automation.model import (
    Heal,
    Incident,
    IncidentState,
    Letter,
    Recipient,
    awake,
    worst_of,
)
from automation.pipeline.picturing import pictured
from automation.pipeline.tools import Tools

_STANDS: Final[tuple[IncidentState, ...]] = ("open", "noted")
TOLD_HEALS: Final = frozenset({"proposed", "probation"})
"""Repairs that somebody may still accept, or take back."""

_log: Final = structlog.get_logger()


async def due_letters(tools: Tools) -> tuple[Letter, ...]:
    """The letters that somebody should send now; what goes by mail waits for a mail server."""
    return await tools.store.letters.due(mail=tools.outlet.has_mail)


async def send_letter(tools: Tools, number: str) -> JsonValue:
    """Send a letter, and those that go with it in one, unless it is over.

    It may be called again after any crash: what was handed over when a process died is handed over
    once more under the same number, so that mail programs show it once.

    Args:
        tools: what to work with.
        number: id of the letter.

    Returns:
        how many findings it told of, or why nothing was sent.

    Raises:
        Transient, Unready: it could not be handed over.
    """
    letters = tools.store.letters
    if not (known := await letters.open(number)):
        return {"over": True}
    leases = store.Leases(tools.store.database)
    async with leases.hold(f"letters:{known[0].recipient}"):
        if not (known := await letters.open(number)):  # somebody else sent it meanwhile
            return {"over": True}
        recipient = await tools.store.recipients.find(known[0].recipient)
        told = [(each, await _alarm(tools, recipient, each)) for each in known]
        if over := [each for each, alarm in told if alarm is None]:
            await letters.mark(over, "left")
        alarms = [alarm for _, alarm in told if alarm is not None]
        going = [each for each, alarm in told if alarm is not None]
        if not going:
            return {"over": True}
        if (until := _quiet(recipient, going[0], alarms, tools.clock.now())) is not None:
            await letters.mark(going, "waiting", next_at=until)
            return {"quiet_until": until.isoformat()}
        await letters.mark(going, "sending")
        await _hand_over(tools, recipient, going[0], alarms)
        await letters.mark(going, "sent")
    _log.info("letter_sent", letter=number, recipient=recipient.id, findings=len(going))
    return {"findings": len(going)}


async def _hand_over(
    tools: Tools, recipient: Recipient, letter: Letter, alarms: Sequence[notify.Alarm]
) -> None:
    noted = letter.kind == "noted"
    written = notify.digest_letter(alarms) if noted else notify.drift_letter(alarms[0])
    thread = f"daily-{recipient.id}" if noted else f"{letter.fingerprint}-{letter.episode}"
    posting = notify.Posting(
        recipient=recipient,
        url=await tools.store.recipients.url(recipient.id),
        thread=thread,
        number=letter.id,
        at=tools.clock.now(),
    )
    try:
        await tools.outlet.send(written, posting)
    except VetportalError as problem:
        _log.warning("letter_not_sent", letter=letter.id, why=problem.message)
        raise


def _quiet(
    recipient: Recipient, letter: Letter, alarms: Sequence[notify.Alarm], now: datetime
) -> datetime | None:
    worst = worst_of(tuple(each.finding.severity for each in alarms))
    until = awake(recipient, letter.kind, worst, now)
    return until if until > now else None


async def _alarm(tools: Tools, recipient: Recipient, letter: Letter) -> notify.Alarm | None:
    """What a letter tells, of the practices that its recipient hears of; None when it is over."""
    members = await tools.store.practices(recipient.organization)
    own = {each.name for each in members} & set(recipient.practices or (e.name for e in members))
    found = [
        each
        for each in await tools.incidents.find(portal=letter.portal, fingerprint=letter.fingerprint)
        if each.finding.practice in own
    ]
    alarm = alarm_of(
        found,
        await tools.heals.find(portal=letter.portal),
        resolved=letter.kind == "resolved",
    )
    if alarm is None or letter.kind not in {"opened", "worse"}:
        return alarm
    alarm = replace(alarm, worse=letter.kind == "worse")
    return await asyncio.to_thread(pictured, tools, alarm)


def alarm_of(
    incidents: Sequence[Incident], heals: Sequence[Heal], *, resolved: bool = False
) -> notify.Alarm | None:
    """One finding with those who have it, as people are told of it; None where nobody has.

    Args:
        incidents: of this finding.
        heals: all that are known; those of these practices that stand are told.
        resolved: tell that it is over, if nobody has it any more.
    """
    stands = [each for each in incidents if each.state in _STANDS]
    if resolved:
        stands = [] if stands else [each for each in incidents if each.state == "resolved"]
    if not stands:
        return None
    stands.sort(key=lambda each: (each.since, each.finding.practice))
    practices = tuple(dict.fromkeys(each.finding.practice for each in stands))
    worst = min(stands, key=lambda each: drift.weight(each.finding)).finding
    return notify.Alarm(
        finding=worst,
        practices=practices,
        since=stands[0].since,
        over=resolved,
        heals=tuple(
            heal
            for heal in heals
            if heal.fingerprint == worst.fingerprint
            and heal.state in TOLD_HEALS
            and heal.practice in practices
        ),
    )
