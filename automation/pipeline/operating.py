"""Operations of a practice: what would be sent, without sending it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from automation import writes
from automation.model import Practice
from automation.pipeline.tools import Tools


async def dry_run(
    tools: Tools, practice: Practice, name: str, given: Mapping[str, JsonValue]
) -> writes.DryRun:
    """Check an operation in a practice and show what it would send; nothing is written.

    Args:
        tools: what the stages work with.
        practice: in which it would be done.
        name: of the operation.
        given: its inputs by name, as the caller gave them.

    Raises:
        NotKnown: the portal has no such operation.
        BadFile: its file, or one that it names, cannot be used.
        BadArgument: an input is unknown, missing or does not fit; the portal was not asked.
        Refused: the practice is paused.
        PersonNeeded, PracticeMixedUp, LoggedOut: the portal does not let us in.
    """
    operation = tools.catalog.operation(practice.portal, name)
    inputs = writes.checked_inputs(operation, given, ZoneInfo(practice.timezone))
    profile = await tools.profiles.latest(practice.name)
    async with await tools.sessions.open(practice) as session:
        return await writes.dry_run(
            operation,
            session,
            inputs=inputs,
            endpoints=partial(tools.catalog.endpoint, practice.portal),
            profile=profile,
            clock=tools.clock,
            rng=tools.rng,
        )
