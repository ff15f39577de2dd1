"""Several signed-in tabs side by side: a page mostly waits, and while one waits others work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from automation import browser
from automation.model import Practice
from automation.pipeline.tools import Tools

_TABS: Final = 3
"""As many as a person has open; more would only wait for the processor."""


async def in_tabs(
    tools: Tools,
    practice: Practice,
    names: Iterable[str],
    work: Callable[[str, browser.Tab], Awaitable[object]],
) -> None:
    """Do a piece of work for each name in a signed-in tab, some of them at the same time.

    Raises:
        VetportalError: a piece of work or the login failed; the others were stopped.
    """
    waiting = list(reversed(list(names)))

    async def at_one() -> None:
        async with tools.sessions.signed_in_tab(practice) as tab:
            while waiting:
                await work(waiting.pop(), tab)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(_TABS, len(waiting))):
                group.create_task(at_one())
    except BaseExceptionGroup as failed:  # one thing is wrong, and the rest only stopped for it
        raise failed.exceptions[0] from failed
