"""What a portal's scripts keep in the browser: put back before any script of a page runs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final, Literal, cast

from playwright.async_api import Page, StorageState

from automation.model import AllowList, Cookie

ByOrigin = dict[str, dict[str, str]]
"""Keys and values by origin (``https://host:port``, the port where it is not the usual one)."""

OF_TAB: Final = """() => {
    try { return {[location.origin]: {...sessionStorage}}; } catch { return {}; }
}"""
"""The sessionStorage of the page; pages without an origin have none and say so by an error."""

_REFILL: Final = """stored => {
    if (window !== window.top) return;
    try {
        sessionStorage.clear();
        for (const [key, value] of Object.entries(stored[location.origin] ?? {}))
            sessionStorage.setItem(key, value);
    } catch {}
}"""


def state_of(cookies: Sequence[Cookie], storage: ByOrigin, allow: AllowList) -> StorageState:
    """Cookies and localStorage in the form in which Playwright gives a context both.

    What was stored by an address that is not allowed stays out: no page of it opens here.
    """
    return {
        "cookies": [
            {
                "name": each.name,
                "value": each.value,
                "domain": each.domain,
                "path": each.path,
                "expires": each.expires,
                "httpOnly": each.http_only,
                "secure": each.secure,
                "sameSite": cast("Literal['Lax', 'None', 'Strict']", each.same_site),
            }
            for each in cookies
        ],
        "origins": [
            {
                "origin": origin,
                "localStorage": [{"name": key, "value": value} for key, value in own.items()],
            }
            for origin, own in storage.items()
            if allow.allows(f"{origin}/")
        ],
    }


@asynccontextmanager
async def refilling(page: Page, stored: ByOrigin | None) -> AsyncIterator[None]:
    """Whatever this page opens inside the block begins with this sessionStorage and no other.

    Args:
        page: the page; what it opens beside itself begins as the portal wants it.
        stored: what to begin with; None leaves it as it is.
    """
    if stored is None:
        yield
        return
    async with await page.add_init_script(f"({_REFILL})({json.dumps(stored)})"):
        yield
