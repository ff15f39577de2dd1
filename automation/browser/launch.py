"""Start the browser that was found, with one page context of our own, and end it with the block."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, TypedDict

from playwright.async_api import Browser, BrowserContext, Error, Playwright, async_playwright

from automation.browser.profile import BrowserProfile
from automation.browser.provision import FoundBrowser
from automation.errors import Unready

_SANDBOX_FAILED: Final = ("No usable sandbox", "without --no-sandbox", "sandboxing failed")


class LaunchOptions(TypedDict):
    """What Playwright's `launch` is given."""

    executable_path: Path | None
    channel: str | None
    headless: bool
    args: list[str]
    chromium_sandbox: bool
    timeout: float


def launch_options(
    profile: BrowserProfile, found: FoundBrowser, *, as_root: bool | None = None
) -> LaunchOptions:
    """Say how Playwright has to start this browser.

    Args:
        profile: flags, window and limits.
        found: the browser to start.
        as_root: whether this process is root's; None asks the system.
    """
    root = os.geteuid() == 0 if as_root is None else as_root
    return {
        "executable_path": found.executable,
        "channel": found.channel,
        "headless": profile.headless,
        "args": list(profile.args),
        "chromium_sandbox": not (root and profile.no_sandbox_when_root),
        "timeout": profile.timeouts.launch_ms,
    }


_OURS: Final = "VETPORTAL_"
"""Our settings, the key among them, are no business of the browser."""


@asynccontextmanager
async def launch(
    profile: BrowserProfile,
    found: FoundBrowser,
    *,
    base_url: str | None = None,
    flags: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[BrowserContext]:
    """Give a fresh context: no cookies, no storage, nothing kept afterwards.

    Service workers are off, because an exchange that one of them answers is not seen. Downloads
    are cancelled, because nothing of a portal reaches the disk unread.

    Args:
        profile: how the browser is set up.
        found: the browser to start.
        base_url: scheme, host and port that addresses beginning with ``/`` belong to.
        flags: further flags for Chromium, for this start only.
        environment: what changes in the environment that it inherits.

    Raises:
        Unready: the browser does not start.
    """
    async with async_playwright() as playwright:
        browser = await started(playwright, profile, found, flags=flags, environment=environment)
        async with browser, fresh_context(browser, profile, base_url=base_url) as context:
            yield context


async def started(
    playwright: Playwright,
    profile: BrowserProfile,
    found: FoundBrowser,
    *,
    flags: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Browser:
    """Start a browser; whoever asks for it ends it, and has to close it.

    Raises:
        Unready: the browser does not start.
    """
    options = launch_options(profile, found)
    options["args"] += flags
    try:
        return await playwright.chromium.launch(**options, env=_inherited(environment))
    except Error as problem:
        raise _not_started(found, problem) from problem


@asynccontextmanager
async def fresh_context(
    browser: Browser, profile: BrowserProfile, *, base_url: str | None = None
) -> AsyncIterator[BrowserContext]:
    """Give a context that shares nothing with any other one; it is gone after the block.

    Raises:
        Unready: the browser ended.
    """
    try:
        context = await browser.new_context(
            base_url=base_url,
            viewport={"width": profile.viewport.width, "height": profile.viewport.height},
            locale=profile.locale,
            timezone_id=profile.timezone,
            service_workers="block",
            accept_downloads=False,
        )
    except Error as problem:
        raise Unready("the browser ended") from problem
    context.set_default_timeout(profile.timeouts.action_ms)
    context.set_default_navigation_timeout(profile.timeouts.navigation_ms)
    try:
        yield context
    finally:
        with suppress(Error):  # the browser may have ended
            await context.close()


def _inherited(changed: Mapping[str, str] | None) -> dict[str, str | float | bool]:
    """This process's environment with other values in it, and without what opens the vault."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}  # noqa: TID251 - handed on
    return {**own, **(changed or {})}


def _not_started(found: FoundBrowser, problem: Error) -> Unready:
    lines = [line.strip() for line in problem.message.splitlines() if line.strip()]
    by_browser = [line.partition("[err]")[2].strip() for line in lines if "[err]" in line]
    reason = next(reversed(by_browser or lines[:1]), "no reason given")
    if any(sign in problem.message for sign in _SANDBOX_FAILED):
        remedy = (
            "Chromium's sandbox cannot start here. Allow user namespaces for this user; for root "
            "set `no_sandbox_when_root` to true in playwright.config.json."
        )
    else:
        remedy = "Run `vetportal browser ensure`; without a screen, `headless` has to be true."
    return Unready(f"the browser {found} does not start: {reason}", remedy=remedy)
