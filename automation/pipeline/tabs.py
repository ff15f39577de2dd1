"""Several signed-in tabs side by side: a page mostly waits, and while one waits others work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import structlog

from automation import browser
from automation.errors import VetportalError, first_failure
from automation.model import Practice
from automation.pipeline.tools import Tools

_log: Final = structlog.get_logger()
_TABS: Final = 3
"""As many as a person has open; more would only wait for the processor."""


async def in_tabs(
    tools: Tools,
    practice: Practice,
    names: Iterable[str],
    work: Callable[[str, browser.Tab], Awaitable[object]],
) -> None:
    """Do a piece of work for each name in a signed-in tab, some of them at the same time.

    Not every portal lets somebody work in several tabs: as soon as something fails there, the rest
    is done in one, and what failed once more.

    Raises:
        VetportalError: a login failed, or a piece of work with nothing beside it.
    """
    waiting = list(reversed(list(names)))
    failed: list[str] = []

    async def beside_others() -> None:
        async with tools.sessions.signed_in_tab(practice) as tab:
            while waiting and not failed:
                name = waiting.pop()
                try:
                    await work(name, tab)
                except VetportalError as problem:
                    _log.warning("done_again_alone", name=name, why=problem.message)
                    failed.append(name)

    with first_failure():
        async with asyncio.TaskGroup() as group:
            for _ in range(min(_TABS, len(waiting))):
                group.create_task(beside_others())
    if not failed:
        return
    async with tools.sessions.signed_in_tab(practice) as tab:
        for name in (*failed, *reversed(waiting)):
            await work(name, tab)
