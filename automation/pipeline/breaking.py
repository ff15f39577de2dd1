"""What the end of a reading or a write says about its portal, told to the circuit breakers."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import structlog

from automation.errors import (
    NotPermitted,
    PersonNeeded,
    PortalChanged,
    PortalDown,
    Throttled,
    VetportalError,
    WriteRefused,
)
from automation.model import Practice
from automation.store import Circuits

_PORTALS: Final = (PortalDown, Throttled)
"""Is the portal's doing, and may be so for whoever asks next, too."""
_ANSWERED: Final = (NotPermitted, PersonNeeded, PortalChanged, WriteRefused)
"""Is what a portal said that is up."""

_log: Final = structlog.get_logger()


async def learn(
    circuits: Circuits, practice: Practice, problem: VetportalError | None, now: datetime
) -> None:
    """Tell the circuit breakers how something ended.

    Args:
        circuits: of all practices and portals.
        practice: where.
        problem: what went wrong; None when nothing did.
        now: the current time.
    """
    if isinstance(problem, _PORTALS):
        for each in await circuits.failed(practice, problem.message, now):
            _log.warning("circuit_opened", what=each.name, until=each.until, why=each.why)
        return
    answered = problem is None or isinstance(problem, _ANSWERED)
    if answered and await circuits.passed(practice):
        _log.info("circuit_closed", what=practice.name)
