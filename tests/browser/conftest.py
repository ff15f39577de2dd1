"""A site and a browser for each test that asks for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from automation.browser import BrowserProfile, FoundBrowser
from tests.browser.site import Browser, Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def chromium(browser_profile: BrowserProfile, found_browser: FoundBrowser) -> Browser:
    return Browser(browser_profile, found_browser)
