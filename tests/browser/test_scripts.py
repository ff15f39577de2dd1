"""The scripts that run inside pages are there and are functions."""

from __future__ import annotations

import pytest

from automation.browser import Tab
from automation.browser.scripts import injected
from tests.browser.site import Browser, Site


def test_each_script_is_one_function(chromium: Browser, site: Site) -> None:
    names = ("accessibility", "rows", "wording", "describe", "look", "survey")

    async def kinds(tab: Tab) -> list[object]:
        return [await tab.evaluate(f"() => typeof ({injected(name)})") for name in names]

    assert chromium.run(site.url, kinds) == ["function"] * len(names)


def test_a_script_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        injected("nothing")
