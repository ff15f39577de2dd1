"""What an action causes besides its effect on the page: dialogs, pop-ups, downloads.

While a flow plays, a dialog is answered as it was recorded, one that was not recorded is dismissed
and reported, a recorded pop-up comes to the front, and nothing that is sent as a file is kept.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from typing import Final

from playwright.async_api import Dialog, Download, Error, Page
from structlog import get_logger

from automation.browser.tab import Tab
from automation.model import Signal

log = get_logger(__name__)

_PARSED: Final = "domcontentloaded"


class Signals:
    """Deals with what actions cause, for as long as a flow plays in a tab."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._answers: list[bool] = []

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen in this block; afterwards the browser's own rules apply again."""
        context = self._tab.context
        context.on("dialog", self._answer)
        context.on("download", self._cancel)
        context.on("page", self._note)
        self._tab.opened.clear()
        try:
            yield
        finally:
            context.remove_listener("dialog", self._answer)
            context.remove_listener("download", self._cancel)
            context.remove_listener("page", self._note)

    @asynccontextmanager
    async def expecting(self, causes: Sequence[Signal]) -> AsyncIterator[None]:
        """Expect what the action inside this block caused when it was recorded.

        Raises:
            playwright.async_api.TimeoutError: a recorded pop-up did not open.
        """
        self._answers = [bool(each.accept) for each in causes if each.kind == "dialog"]
        opens = any(each.kind == "popup" for each in causes)
        async with self._following() if opens else nullcontext():
            yield

    @asynccontextmanager
    async def _following(self) -> AsyncIterator[None]:
        async with self._tab.context.expect_page() as opening:
            yield
        page: Page = await opening.value
        with suppress(Error):
            await page.wait_for_load_state(_PARSED)
        self._tab.bring_forward(page)

    async def _answer(self, dialog: Dialog) -> None:
        accept = self._answers.pop(0) if self._answers else None
        if dialog.type == "beforeunload":
            accept = True  # whoever recorded it did leave the page
        if accept is None:
            log.warning("dialog_dismissed", kind=dialog.type)
        with suppress(Error):
            await (dialog.accept() if accept else dialog.dismiss())

    def _note(self, page: Page) -> None:
        self._tab.opened.append(page)

    async def _cancel(self, download: Download) -> None:
        self._tab.opened.append("download")
        log.info("download_cancelled")
        with suppress(Error):
            await download.cancel()
