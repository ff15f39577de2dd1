"""A site and a browser for each test that asks for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from automation.browser import BrowserProfile, FoundBrowser, Timeouts
from tests.browser.site import Browser, Site, serving
from tests.browser.workshop import Workshop, workshop

SHORT = Timeouts(action_ms=2000, navigation_ms=8000)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def chromium(browser_profile: BrowserProfile, found_browser: FoundBrowser) -> Browser:
    """A browser of its own for each use, guarded as in the product."""
    return Browser(browser_profile, found_browser)


@pytest.fixture(scope="module")
def running(browser_profile: BrowserProfile, found_browser: FoundBrowser) -> Iterator[Workshop]:
    """One browser for the tests of a module, with short limits."""
    with workshop(browser_profile.model_copy(update={"timeouts": SHORT}), found_browser) as one:
        yield one
