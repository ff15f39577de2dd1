"""What keeps a change of a portal from being made at all."""

from __future__ import annotations

from automation import store
from automation.errors import Refused
from automation.model import Practice
from automation.pipeline.tools import Tools


async def refuse_stopped(tools: Tools) -> None:
    """See that writes are not stopped.

    Raises:
        Refused: they are.
    """
    stopped = await store.WriteSwitch(tools.store.database).stopped()
    if stopped is not None:
        raise Refused(
            f"all writes are stopped: {stopped.why or 'no reason was given'}",
            remedy="`vetportal writes start` lets them go on.",
        )


def refuse_disabled(practice: Practice, operation: str) -> None:
    """See that an operation is enabled in a practice.

    Raises:
        Refused: it is not.
    """
    if operation not in practice.writes:
        raise Refused(
            f"{operation} is not enabled in {practice.name}",
            remedy=f"Enable it with `vetportal writes allow {practice.name} {operation}`.",
        )
