"""The report of what differs, as one page."""

from __future__ import annotations

from automation import notify
from automation.errors import NotKnown
from automation.pipeline.deciding import Standing, standing_drift
from automation.pipeline.mailing import TOLD_HEALS
from automation.pipeline.picturing import pictured
from automation.pipeline.tools import Tools


async def report_drift(
    tools: Tools,
    *,
    fingerprint: str | None = None,
    practice: str | None = None,
    portal: str | None = None,
    everything: bool = False,
) -> str:
    """A page that says what differs, release by release; it loads nothing and acts on nothing.

    Args:
        tools: what to work with.
        fingerprint: only findings whose fingerprint begins so, also those that are over.
        practice: only of this practice.
        portal: only of this portal.
        everything: also what is noted, accepted or over.

    Raises:
        NotKnown: no finding begins so.
    """
    found = await standing_drift(
        tools,
        practice=practice,
        portal=portal,
        fingerprint=fingerprint,
        states=() if everything or fingerprint else ("open",),
    )
    if fingerprint and not found:
        raise NotKnown("finding", fingerprint, ())
    chapters = notify.chapters_of(
        [(pictured(tools, _alarm(one)), one.portal_wide) for one in found]
    )
    return notify.drift_report(chapters, at=tools.clock.now())


def _alarm(one: Standing) -> notify.Alarm:
    return notify.Alarm(
        finding=one.finding,
        practices=one.practices,
        since=one.since,
        over=one.state == "resolved",
        heals=tuple(heal for heal in one.heals if heal.state in TOLD_HEALS),
    )
