"""The page as it is at one moment, without what was typed into it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from playwright.async_api import Error, Frame, Page
from pydantic import BaseModel

from automation.browser.scripts import survey
from automation.browser.tab import Tab
from automation.errors import Transient, Unready
from automation.model import Element, Secret, Snapshot
from automation.page import scrub_aria

_INDENT: Final = "  "
_COVERED: Final = (
    "input:not([type=submit]):not([type=button])",
    "textarea",
    "select",
    "[contenteditable]",
)
_WAIT_MS: Final = 5000.0


class _Survey(BaseModel):
    """What the script says of one document."""

    elements: tuple[Element, ...]
    typed: tuple[str, ...]
    storage: dict[str, str]
    drawn: dict[str, str]


_NOTHING: Final = _Survey(elements=(), typed=(), storage={}, drawn={})


async def take_snapshot(
    tab: Tab, *, step: str, taken: float, hidden: Sequence[Secret] = ()
) -> tuple[Snapshot, bytes | None]:
    """Look at the page, its frames included.

    The values of fields are in no part of it; storage is in it as it is and has to be redacted
    before it is written.

    Args:
        tab: the page.
        step: path of the step that came to rest.
        taken: seconds since the capture began.
        hidden: what the picture must not show wherever the page has it; nothing can take it out
            of a picture afterwards.

    Returns:
        The snapshot, and a picture as PNG with all fields covered; None where the browser could
        not make one.
    """
    frames = [frame for frame in tab.page.frames if not frame.is_detached()]
    surveys = [await _survey(frame) for frame in frames]
    typed = [value for survey in surveys for value in survey.typed]
    snapshot = Snapshot(
        step=step,
        taken=taken,
        url=tab.url,
        title=await tab.title(),
        aria=scrub_aria(await _aria(frames), typed),
        elements=tuple(element for survey in surveys for element in survey.elements),
        storage={
            key: value for survey in reversed(surveys) for key, value in survey.storage.items()
        },
        opened=await _opened(tab),
        drawn={name: how for survey in reversed(surveys) for name, how in survey.drawn.items()},
    )
    return snapshot, await _picture(tab, hidden)


async def _survey(frame: Frame) -> _Survey:
    try:
        found = _Survey.model_validate(await frame.evaluate(f"() => {survey()}.survey()"))
    except Error:
        return _NOTHING
    if frame.parent_frame is None:
        return found
    inside = {"frame": frame.url.partition("?")[0].partition("#")[0]}
    elements = (e.model_copy(update={"evidence": e.evidence | inside}) for e in found.elements)
    return found.model_copy(update={"elements": tuple(elements)})


async def _aria(frames: list[Frame]) -> str:
    """The tree of the page, then that of each frame below a line that names it."""
    parts: list[str] = []
    for frame in frames:
        try:
            tree = await frame.locator("body").aria_snapshot(timeout=_WAIT_MS)
        except Error:
            continue
        if frame.parent_frame is None:
            parts.append(tree)
        else:
            inside = "\n".join(_INDENT + line for line in tree.splitlines())
            parts.append(f"- iframe:\n{inside}")
    return "\n".join(parts)


async def _opened(tab: Tab) -> tuple[str, ...]:
    """What was opened since the last time; a page without bars of its own is a window."""
    opened, tab.opened = tab.opened, []
    return tuple(sorted({one if isinstance(one, str) else await _kind(one) for one in opened}))


async def _kind(page: Page) -> str:
    with suppress(Error):
        async with asyncio.timeout(_WAIT_MS / 1000):
            return "tab" if await page.evaluate("menubar.visible") else "window"
    return "tab"


async def _picture(tab: Tab, hidden: Sequence[Secret]) -> bytes | None:
    try:
        return await tab.screenshot(mask=_COVERED, hidden=hidden)
    except (Transient, Unready):
        return None
