"""The browser that is found really starts, shows a page and is gone afterwards."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest

from automation.browser import BrowserProfile, FoundBrowser, Viewport, launch, launch_options
from automation.errors import Unready
from tests.engine import run_engine

Result = TypeVar("Result")
BROKEN = FoundBrowser(Path("/bin/false"), None, "1.2.3.4", "named")


def in_own_thread(start: Callable[[], Coroutine[None, None, Result]]) -> Result:
    """Run it where no other event loop is alive."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: run_engine(start())).result()


@pytest.mark.parametrize(
    "as_root, allowed, sandbox",
    [(True, True, False), (True, False, True), (False, True, True), (False, False, True)],
)
def test_the_sandbox_is_off_only_for_root_and_only_when_allowed(
    as_root: bool,
    allowed: bool,
    sandbox: bool,
) -> None:
    profile = BrowserProfile(no_sandbox_when_root=allowed)
    options = launch_options(profile, BROKEN, as_root=as_root)
    assert options["chromium_sandbox"] is sandbox


def test_the_options_carry_the_browser_its_flags_and_the_limit() -> None:
    profile = BrowserProfile(args=("--no-pings",), headless=False)
    options = launch_options(profile, BROKEN)
    assert options["executable_path"] == BROKEN.executable
    assert options["args"] == ["--no-pings"]
    assert options["headless"] is False
    assert options["timeout"] == profile.timeouts.launch_ms


def test_the_browser_shows_a_page_set_up_as_the_profile_says(
    browser_profile: BrowserProfile, found_browser: FoundBrowser
) -> None:
    profile = browser_profile.model_copy(
        update={
            "viewport": Viewport(width=900, height=700),
            "locale": "de-CH",
            "timezone": "Asia/Tokyo",
        }
    )

    async def show() -> object:
        async with launch(profile, found_browser) as context:
            page = await context.new_page()
            await page.set_content("<h1>Good morning</h1>")
            return await page.evaluate(
                "() => [document.querySelector('h1').innerText, innerWidth, innerHeight,"
                " navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]"
            )

    assert in_own_thread(show) == ["Good morning", 900, 700, "de-CH", "Asia/Tokyo"]


def test_two_launches_share_no_cookie(
    browser_profile: BrowserProfile, found_browser: FoundBrowser
) -> None:
    async def cookies() -> tuple[int, int]:
        async with launch(browser_profile, found_browser) as first:
            await first.add_cookies([{"name": "a", "value": "b", "url": "http://localhost"}])
            async with launch(browser_profile, found_browser) as second:
                return len(await first.cookies()), len(await second.cookies())

    assert in_own_thread(cookies) == (1, 0)


def test_the_browser_is_gone_when_the_block_ends_by_an_error(
    browser_profile: BrowserProfile, found_browser: FoundBrowser
) -> None:
    async def fail() -> None:
        async with launch(browser_profile, found_browser) as context:
            assert context.browser is not None
            alive.append(context.browser.is_connected)
            raise LookupError

    alive: list[object] = []
    with pytest.raises(LookupError):
        in_own_thread(fail)
    (is_connected,) = alive
    assert callable(is_connected)
    assert is_connected() is False


def test_a_browser_that_does_not_start_is_one_error_with_a_remedy() -> None:
    async def start() -> None:
        async with launch(BrowserProfile(), BROKEN):
            pass

    with pytest.raises(Unready, match="/bin/false .* does not start") as caught:
        in_own_thread(start)
    assert "vetportal browser ensure" in caught.value.remedy
    assert os.linesep not in caught.value.message


def test_a_sandbox_that_cannot_start_is_named_and_the_switch_with_it(
    tmp_path: Path, browser_profile: BrowserProfile
) -> None:
    refusing = tmp_path / "chromium"
    refusing.write_text("#!/bin/sh\necho '[1:FATAL:zygote] No usable sandbox!' >&2\nexit 1\n")
    refusing.chmod(0o700)

    async def start() -> None:
        async with launch(browser_profile, FoundBrowser(refusing, None, "1.2.3.4", "named")):
            pass

    with pytest.raises(Unready, match="No usable sandbox!") as caught:
        in_own_thread(start)
    assert "no_sandbox_when_root" in caught.value.remedy
