"""How old and how whole what is stored of a practice is."""

from __future__ import annotations

from datetime import datetime

from automation import sync as sync_stage
from automation.model import Practice
from automation.pipeline.tools import Tools
from automation.pipeline.unread import unread


def plan_of(tools: Tools, practice: Practice) -> sync_stage.Plan:
    """What is read of a practice, from the files of its portal.

    Raises:
        NotKnown, BadFile: the files contradict each other.
    """
    return sync_stage.Plan(tools.catalog, practice.portal, practice)


async def standing_of(
    tools: Tools, practice: Practice, plan: sync_stage.Plan
) -> dict[str, tuple[datetime | None, bool]]:
    """For each kind that the portal has: when its oldest part was read, and whether it is whole.

    The time is None where something was never read; a kind is whole once all of it was read.
    """
    coverage = {
        name: each.coverage
        for name, each in (await tools.store.readings.coverages(practice.name)).items()
    }
    left = unread(plan, practice, coverage)
    times: dict[str, list[datetime | None]] = {}
    for mapping in plan.in_force(coverage):
        for name in mapping.endpoints:
            known = coverage.get(name)
            if known is None or known.ended != "not_permitted":
                times.setdefault(mapping.entity, []).append(known.complete_at if known else None)
    return {
        kind: (None if None in own else min(filter(None, own)), kind not in left)
        for kind, own in times.items()
    }
