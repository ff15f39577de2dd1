"""`python -m tests.browser.holding`: opens a page and waits to be killed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from automation import browser


async def _main() -> None:
    profile = browser.read_profile(Path(__file__).parents[2] / "playwright.config.json")
    found = browser.find_browser(profile, browser.Machine())
    async with (
        browser.BrowserPool() as pool,
        pool.context(profile, found, flags=(), environment={}, kept=True) as context,
    ):
        page = await context.new_page()
        await page.goto("data:text/html,<h1>here</h1>")
        print("open", flush=True)
        await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(_main())
