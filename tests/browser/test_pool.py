"""Browsers are used again, ended after some uses, few at a time, and never left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest
from playwright.async_api import Browser, BrowserContext

from automation.browser import BrowserPool, BrowserProfile, FoundBrowser
from automation.errors import Unready
from tests.engine import run_engine

Result = TypeVar("Result")


class Bench:
    """A pool, and the browsers that it gave so far."""

    def __init__(self, profile: BrowserProfile, found: FoundBrowser, pool: BrowserPool) -> None:
        self.profile, self.found, self.pool = profile, found, pool
        self.given: list[Browser] = []

    @asynccontextmanager
    async def context(self, way: str = "a", *, kept: bool = True) -> AsyncIterator[BrowserContext]:
        flags = (f"--user-agent={way}",)
        async with self.pool.context(
            self.profile, self.found, flags=flags, environment={}, kept=kept
        ) as found:
            assert found.browser is not None
            self.given.append(found.browser)
            yield found

    async def used(self, way: str = "a", *, kept: bool = True) -> Browser:
        async with self.context(way, kept=kept):
            return self.given[-1]


Play = Callable[..., Any]


@pytest.fixture
def play(browser_profile: BrowserProfile, found_browser: FoundBrowser) -> Play:
    """Play a scene with a pool; no browser is left afterwards."""

    def played(
        scene: Callable[[Bench], Awaitable[Result]],
        *,
        most: int = 4,
        uses: int = 50,
        idle_seconds: float = 300.0,
    ) -> Result:
        async def whole() -> Result:
            async with BrowserPool(most=most, uses=uses, idle_seconds=idle_seconds) as pool:
                bench = Bench(browser_profile, found_browser, pool)
                try:
                    result = await scene(bench)
                finally:
                    given.extend(bench.given)
            assert not [each for each in given if each.is_connected()]
            return result

        given: list[Browser] = []
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: run_engine(whole())).result()

    return played


def test_a_browser_is_used_again_by_the_same_way_out_and_ended_after_some_uses(play: Play) -> None:
    async def scene(bench: Bench) -> None:
        first, second, third = [await bench.used() for _ in range(3)]
        assert first is second, "the same way out"
        assert third is not first, "two uses are enough"
        assert not first.is_connected()
        assert await bench.used("b") is not third, "the way out of another practice"

    play(scene, uses=2)


def test_tabs_of_one_browser_come_one_after_the_other_and_share_nothing(play: Play) -> None:
    async def scene(bench: Bench) -> None:
        async with bench.context() as one, bench.context() as other:
            assert one.browser is not other.browser
            await one.add_cookies([{"name": "a", "value": "b", "url": "http://localhost"}])
        async with bench.context() as later:
            assert later.browser in {one.browser, other.browser}
            assert await later.cookies() == []

    play(scene)


def test_no_more_than_so_many_run_and_the_next_one_waits(play: Play) -> None:
    async def scene(bench: Bench) -> None:
        running = most = 0

        async def one(way: str) -> None:
            nonlocal running, most
            async with bench.context(way):
                running += 1
                most = max(most, running)
                await asyncio.sleep(0.2)
                running -= 1

        async with asyncio.TaskGroup() as group:
            for way in "abc":
                group.create_task(one(way))
        assert (most, len(bench.given)) == (1, 3)

    play(scene, most=1)


def test_who_works_in_a_browser_does_not_wait_for_itself(play: Play) -> None:
    async def scene(bench: Bench) -> None:
        async with asyncio.timeout(60), bench.context("a"), bench.context("b"):
            assert len(bench.given) == 2

    play(scene, most=1)


def test_what_nobody_uses_any_more_is_ended_after_a_while(play: Play) -> None:
    async def scene(bench: Bench) -> None:
        gone = asyncio.Event()
        async with bench.context() as context:
            assert context.browser is not None
            context.browser.on("disconnected", lambda _: gone.set())
        async with asyncio.timeout(60):
            await gone.wait()
        assert await bench.used() is not bench.given[0]

    play(scene, idle_seconds=0.05)


def test_what_is_used_again_in_time_goes_on(play: Play) -> None:
    async def scene(bench: Bench) -> None:
        first = await bench.used()
        async with bench.context() as context:
            assert context.browser is first
            await asyncio.sleep(0.3)
            assert first.is_connected(), "its time ran while it was used"
            await (await context.new_page()).close()

    play(scene, idle_seconds=0.2)


def test_what_has_a_way_out_of_its_own_is_ended_with_its_tab(play: Play) -> None:
    async def scene(bench: Bench) -> None:
        assert not (await bench.used(kept=False)).is_connected()

    play(scene)


def test_a_browser_that_ended_is_not_given_again(play: Play) -> None:
    async def scene(bench: Bench) -> None:
        first = await bench.used()
        await first.close()
        assert await bench.used() is not first

    play(scene)


def test_a_start_that_is_stopped_leaves_no_browser(play: Play) -> None:
    async def scene(bench: Bench) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await bench.used()
        assert bench.given == []
        await bench.used()

    play(scene, most=1)


def test_a_browser_that_does_not_start_takes_no_place(play: Play) -> None:
    async def scene(bench: Bench) -> None:
        bench.profile = bench.profile.model_copy(update={"args": ("--type=nothing",)})
        async with asyncio.timeout(90):
            for _ in range(2):
                with pytest.raises(Unready):
                    await bench.used()

    play(scene, most=1)
