"""Play a flow: one step after the other, as the person did who recorded it."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

from playwright.async_api import ElementHandle, FilePayload

from automation.browser.locate import Located, Missing
from automation.browser.perform import put_text, scroll
from automation.browser.signals import Signals
from automation.browser.stage import Found, Stage, StepWatcher
from automation.browser.tab import Tab
from automation.browser.templates import render, render_open, template_names
from automation.model import (
    Check,
    Click,
    Expect,
    Fill,
    Flow,
    Goto,
    Hover,
    Press,
    Scroll,
    Secret,
    Select,
    Step,
    Upload,
    When,
)
from automation.page import address_matches
from automation.ports import Values

_A_LOOK: Final = 0.5
"""Seconds in which the target of a ``when`` has to show up once the page is at rest."""
_EVERY: Final = 0.1
"""Seconds between two looks at the address."""
_PROOFS: Final = ("credential.", "totp")


async def play_flow(
    flow: Flow, tab: Tab, values: Values, *, base_url: str, watcher: StepWatcher | None = None
) -> tuple[Found, ...]:
    """Play all steps of a flow in a tab.

    Args:
        flow: what to do.
        tab: where to do it.
        values: answers the templates; asked at the last moment.
        base_url: address that paths of the flow belong to, without a slash at its end.
        watcher: is told before and after each step.

    Returns:
        How the element of each step was found, in order.

    Raises:
        StepNotPossible: an element is missing, not unique, or cannot be used.
        PortalDown: the portal did not answer, or with a server error.
        Throttled: the portal asks us to slow down.
        Refused: the way led to a host that is not allowed.
        NotKnown: a template asks for a name that nothing has.
        Unready: the browser ended.
    """
    signals = Signals(tab)
    writes, login = flow.effect == "write", _signs_in(flow.steps)
    stage = Stage(flow.flow, tab, values, base_url, watcher, signals, writes, login)
    async with signals.listening():
        await _play(stage, flow.steps)
    return tuple(stage.found)


def _signs_in(steps: tuple[Step, ...]) -> bool:
    """Whether one of the steps types what proves who we are."""
    return any(
        _signs_in(step.steps)
        if isinstance(step, When)
        else isinstance(step, Fill)
        and any(name.startswith(_PROOFS) for name in template_names(step.value))
        for step in steps
    )


async def _play(stage: Stage, steps: tuple[Step, ...], above: str = "") -> None:
    """Perform these steps in order; ``above`` is the path of the step they belong to."""
    for number, step in enumerate(steps, 1):
        path = f"{above}{number}"
        stage.tab.traffic.mark()
        await PERFORMERS[type(step)](stage, path, step)
        if not isinstance(step, When):
            await stage.settle(path, step)


async def _goto(stage: Stage, path: str, step: Goto) -> None:
    url = await render_open(step.url, stage.values)
    stage.started(path, step)
    await stage.tab.goto(f"{stage.base_url}{url}" if url.startswith("/") else url)


async def _click(stage: Stage, path: str, step: Click) -> None:
    async def do(element: ElementHandle) -> None:
        await element.click(click_count=step.count)

    await stage.act(path, step, do)


async def _fill(stage: Stage, path: str, step: Fill) -> None:
    text: str | Secret | None = None

    async def do(element: ElementHandle) -> None:
        nonlocal text
        if text is None:  # once: a one-time code is not asked for again because a page redraws
            text = await render(step.value, stage.values)
        await put_text(stage.tab.page, element, text)

    await stage.act(path, step, do)


async def _press(stage: Stage, path: str, step: Press) -> None:
    async def do(element: ElementHandle | None) -> None:
        await (element.press(step.key) if element else stage.tab.page.keyboard.press(step.key))

    await stage.act(path, step, do)


async def _select(stage: Stage, path: str, step: Select) -> None:
    option = await render_open(step.option, stage.values)

    async def do(element: ElementHandle) -> None:
        await element.select_option(label=option)

    await stage.act(path, step, do)


async def _check(stage: Stage, path: str, step: Check) -> None:
    async def do(element: ElementHandle) -> None:
        await element.set_checked(step.checked)

    await stage.act(path, step, do)


async def _upload(stage: Stage, path: str, step: Upload) -> None:
    file = _file_of(await render_open(step.file, stage.values))

    async def do(element: ElementHandle) -> None:
        await element.set_input_files(file)

    await stage.act(path, step, do)


def _file_of(path: str) -> FilePayload:
    """A file to hand over; where only the name of one was recorded, the name is what it holds."""
    file = Path(path)
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    content = file.read_bytes() if file.is_file() else file.name.encode()
    return {"name": file.name, "mimeType": kind, "buffer": content}


async def _hover(stage: Stage, path: str, step: Hover) -> None:
    async def do(element: ElementHandle) -> None:
        await element.hover()

    await stage.act(path, step, do)


async def _scroll(stage: Stage, path: str, step: Scroll) -> None:
    async def do(element: ElementHandle | None) -> None:
        await scroll(stage.tab.page, element, step.to)

    await stage.act(path, step, do)


async def _expect(stage: Stage, path: str, step: Expect) -> None:
    stage.started(path, step)
    if step.url is not None:
        pattern = await render_open(step.url, stage.values)
        await _expect_address(stage, path, pattern)
    if step.target is not None:
        seen = await stage.look(step.target)
        if isinstance(seen, Missing):
            raise stage.missing(path, step.target.describe(), seen.tried)


async def _expect_address(stage: Stage, path: str, pattern: str) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + stage.tab.timeouts.action_ms / 1000
    while not address_matches(pattern, stage.tab.url):
        stage.tab.check_landing()
        if loop.time() > until:
            where = stage.tab.url.partition("?")[0]
            raise stage.missing(path, f"address {pattern}", (f"the page is at {where}",))
        await asyncio.sleep(_EVERY)


async def _when(stage: Stage, path: str, step: When) -> None:
    stage.started(path, step)
    if isinstance(await stage.look(step.target, seconds=_A_LOOK), Located):
        await _play(stage, step.steps, above=f"{path}.")


PERFORMERS: Final[Mapping[type[Any], Callable[[Stage, str, Any], Awaitable[None]]]] = {
    Goto: _goto,
    Click: _click,
    Fill: _fill,
    Press: _press,
    Select: _select,
    Check: _check,
    Upload: _upload,
    Hover: _hover,
    Scroll: _scroll,
    Expect: _expect,
    When: _when,
}
"""By the type of the step; complete, which a test holds."""
