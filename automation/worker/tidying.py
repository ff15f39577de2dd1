"""What logins left behind: session tokens and questions to people that are over are forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from automation.access import session_name
from automation.pipeline import Tools
from automation.store import ApiTokens, Challenges

GRACE: Final = timedelta(days=7)
"""For so long a token that is shown too late is told to have expired, and not to be unknown."""


async def forget_logins(tools: Tools) -> int:
    """Forget session tokens and challenges that ended before the grace time.

    Returns:
        how many they were.
    """
    before = tools.clock.now() - GRACE
    tokens = ApiTokens(tools.store.database)
    gone = await tokens.forget(named=session_name(""), ended_before=before)
    asked = Challenges(tools.store.database, tools.clock)
    return gone + await asked.forget(ended_before=before)
