"""Work that is done in several tabs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import cast

import pytest

from automation import browser
from automation.errors import PortalDown
from automation.model import Practice
from automation.pipeline.tabs import in_tabs
from automation.pipeline.tools import Tools
from tests.engine import run_engine
from tests.pipeline.scene import NORTH

NAMES = tuple("abcdefgh")
Work = Callable[[str, browser.Tab], Awaitable[object]]


class Tabs:
    """Counts the tabs that are open."""

    def __init__(self) -> None:
        self.opened = self.open = 0

    @asynccontextmanager
    async def signed_in_tab(self, practice: Practice) -> AsyncIterator[int]:
        assert practice is NORTH
        self.opened += 1
        self.open += 1
        try:
            yield self.opened
        finally:
            self.open -= 1


def played(tabs: Tabs, names: tuple[str, ...], work: Work) -> None:
    tools = cast("Tools", SimpleNamespace(sessions=tabs))
    run_engine(in_tabs(tools, NORTH, names, work))


def test_each_piece_of_work_is_done_once_and_some_at_the_same_time() -> None:
    done: list[str] = []
    users: set[object] = set()
    tabs = Tabs()

    async def work(name: str, tab: browser.Tab) -> None:
        users.add(tab)
        await asyncio.sleep(0)
        done.append(name)

    played(tabs, NAMES, work)
    assert sorted(done) == list(NAMES)
    assert len(users) == tabs.opened > 1
    assert tabs.open == 0


def test_no_more_tabs_are_opened_than_there_is_work() -> None:
    tabs = Tabs()

    async def work(_name: str, _tab: browser.Tab) -> None:
        await asyncio.sleep(0)

    played(tabs, ("a",), work)
    assert tabs.opened == 1
    played(tabs, (), work)
    assert tabs.opened == 1


def test_after_a_failure_the_rest_is_done_one_by_one_and_what_failed_once_more() -> None:
    tabs = Tabs()
    done: list[str] = []
    beside: dict[str, int] = {}

    async def work(name: str, _: browser.Tab) -> None:
        beside[name] = tabs.open - 1
        if name == "b" and beside[name]:
            raise PortalDown("it was asked in another tab")
        await asyncio.sleep(0)
        done.append(name)

    played(tabs, NAMES, work)
    assert sorted(done) == list(NAMES)
    assert beside["b"] == beside["h"] == 0
    assert tabs.open == 0


def test_what_goes_wrong_with_nothing_beside_it_is_the_error() -> None:
    tabs = Tabs()
    tried: list[str] = []

    async def work(name: str, _: browser.Tab) -> None:
        tried.append(name)
        if name == "b":
            raise PortalDown("no answer")
        await asyncio.sleep(0)

    with pytest.raises(PortalDown, match="no answer"):
        played(tabs, NAMES, work)
    assert tried.count("b") == 2
    assert len(tried) < len(NAMES)
    assert tabs.open == 0
