"""What a browser complains about while a test looks at pages."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page


def listen_to(page: Page) -> list[str]:
    """What the page will complain about from now on; a page that works gives no reason."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda said: heard.extend(_complaint(said)))
    return heard


def _complaint(said: ConsoleMessage) -> list[str]:
    """Its text, but where the browser only notes that who types early wins over an autofocus."""
    return [] if said.text.startswith("Autofocus processing was blocked") else [said.text]
