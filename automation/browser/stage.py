"""The stage a flow plays on: finds elements, acts on them, and lets the page come to rest.

Nothing that Playwright says about a failure is passed on, because its messages repeat what was
typed. Errors are raised where no such message is being handled, so that none is chained to them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from playwright.async_api import Error
from structlog import get_logger

from automation.browser import faults
from automation.browser.locate import Deed, Located, Missing, locate
from automation.browser.signals import Signals
from automation.browser.tab import Tab
from automation.browser.templates import render_target
from automation.errors import StepNotPossible, Unready, VetportalError
from automation.model import (
    Check,
    Click,
    Fill,
    Hover,
    Locator,
    Press,
    Scroll,
    Select,
    Signal,
    Step,
    Target,
    Upload,
)
from automation.ports import Values

log = get_logger(__name__)

Acting = Click | Fill | Press | Select | Check | Upload | Hover | Scroll
Do = Callable[[Any], Awaitable[object]]
"""What to do to the element of a step; it gets None where the step has no target."""


class StepWatcher(Protocol):
    """Is told how a flow goes on."""

    def step_started(self, path: str, step: Step) -> None:
        """The element is found and the step acts now; a ``when`` or ``expect`` looks now."""
        ...

    async def step_settled(self, path: str, step: Step, tab: Tab) -> None:
        """The page came to rest after the step; not told of ``when``, its steps are told."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """How the element of a step was found.

    Attributes:
        step: path of the step.
        by: the locator that found it; None when resemblance did.
        healed: whether it was not the cheapest locator.
    """

    step: str
    by: Locator | None
    healed: bool


@dataclass
class Stage:
    """One run of one flow.

    Attributes:
        flow: name of the flow.
        tab: where it plays.
        values: answers its templates.
        base_url: address that its paths belong to.
        watcher: is told how it goes on.
        signals: what actions cause.
        writes: the flow changes the portal.
        login: the flow signs in.
        found: how the elements were found so far.
    """

    flow: str
    tab: Tab
    values: Values
    base_url: str
    watcher: StepWatcher | None
    signals: Signals
    writes: bool = False
    login: bool = False
    found: list[Found] = field(default_factory=list)

    async def act(self, path: str, step: Acting, do: Do) -> None:
        """Find the element of a step and do this to it; a page that redraws gets another try.

        Raises:
            StepNotPossible: the element is missing, not unique, or cannot be used.
            Unready: the browser ended.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + self.tab.timeouts.action_ms / 1000
        located = await self._element(path, step)
        self.started(path, step)
        while problem := await self._try(step, do, located):
            if not faults.detached(problem) or loop.time() > until:
                raise self._failure(path, step, problem)
            located = await self._element(path, step)
        if located:
            self._report(path, located)

    def started(self, path: str, step: Step) -> None:
        """Tell the watcher that a step acts now."""
        if self.watcher:
            self.watcher.step_started(path, step)

    async def settle(self, path: str, step: Step) -> None:
        """Let the page come to rest after a step, and make sure that it is one.

        Raises:
            PortalDown: it did not answer, or with a server error.
            Throttled: the portal asks us to slow down.
            Refused: it is one of a host that is not allowed.
        """
        await self.tab.rest()
        self.tab.check_landing()
        if self.watcher:
            await self.watcher.step_settled(path, step, self.tab)

    async def look(self, target: Target, *, seconds: float | None = None) -> Located | Missing:
        """Look for an element whose absence is an answer, too."""
        rendered = await render_target(target, self.values)
        return await locate(self.tab, rendered, seconds=seconds)

    def missing(self, path: str, what: str, tried: tuple[str, ...]) -> StepNotPossible:
        """The error for what is not there."""
        return StepNotPossible(flow=self.flow, step=path, target=what, tried=tried)

    async def _element(self, path: str, step: Acting) -> Located | None:
        if step.target is None:
            return None
        target = await render_target(step.target, self.values)
        deed = Deed(step.kind, writes=self.writes, login=self.login)
        located = await locate(self.tab, target, deed=deed, hidden=isinstance(step, Upload))
        if isinstance(located, Located):
            return located
        self.tab.check_landing()
        raise self.missing(path, target.describe(), located.tried)

    async def _try(self, step: Acting, do: Do, located: Located | None) -> Error | None:
        causes: tuple[Signal, ...] = getattr(step, "causes", ())
        page = self.tab.page
        try:
            async with self.signals.expecting(causes):
                await do(located.element if located else None)
        except Error as problem:
            closed_itself = page.is_closed() and not self.tab.page.is_closed()
            return None if closed_itself else problem
        return None

    def _failure(self, path: str, step: Acting, problem: Error) -> VetportalError:
        if faults.gone(problem):
            return Unready(f"the browser ended in step {path} of flow {self.flow}")
        what = step.target.describe() if step.target else f"the page, for {step.kind}"
        return self.missing(path, what, (f"found, but {faults.reason(problem)}",))

    def _report(self, path: str, located: Located) -> None:
        self.found.append(Found(path, located.locator, located.healed))
        if located.healed:
            by = located.locator.kind if located.locator else "resemblance"
            log.warning("step_found_otherwise", flow=self.flow, step=path, by=by)
