"""Listens to what a person does in a browser, through our own script and public API only.

The script in ``injected/`` sends one message per finished action. Here the messages meet what only
the browser knows (frames, pop-ups, dialogs, downloads, requests) and become one log in the order
of arrival. Nothing of it is written anywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Final, TypedDict

from playwright.async_api import (
    BrowserContext,
    Dialog,
    Download,
    Error,
    Frame,
    Page,
    Request,
    Response,
)
from pydantic import ValidationError

from automation.browser.action import Action, Answered, Asked, Caused, LogEntry, Message, Opened
from automation.browser.scripts import describing, injected
from automation.browser.tab import Tab
from automation.model import Secret, Signal

_HANDLE: Final = "__recorder"
_BINDING: Final = "__recorded"
_ASKING: Final = frozenset({"xhr", "fetch"})
_LOST_FRAME: Final = ("iframe",)
_LAST_ANSWERS: Final = 2.0


class _Source(TypedDict):
    context: BrowserContext
    page: Page
    frame: Frame


class Recording:
    """The growing log of one recording.

    Attributes:
        log: what happened, in order.
    """

    def __init__(self) -> None:
        """Start the clock of the log."""
        self.log: list[LogEntry] = []
        self._now = asyncio.get_running_loop().time
        self._began = self._now()
        self._pages: list[Page] = []
        self._current: Page | None = None
        self._reading: set[asyncio.Future[None]] = set()
        self._frames: dict[Frame, tuple[str, ...]] = {}

    @property
    def url(self) -> str:
        """Address of the page that the person was last in; empty before there is one."""
        return self._current.url if self._current else ""

    async def finish(self) -> None:
        """Fetch what is typed but not yet told; a page that is gone has told it already.

        Answers that are on their way are awaited, unless they do not end.
        """
        if self._reading:
            _, endless = await asyncio.wait(self._reading, timeout=_LAST_ANSWERS)
            for task in endless:
                task.cancel()
        for frame in [frame for page in self._pages for frame in page.frames]:
            try:
                await frame.evaluate(f"globalThis.{_HANDLE}?.flush()")
            except Error:
                continue

    async def adopt(self, page: Page) -> None:
        """Number a page and listen to what it does besides changing."""
        if page in self._pages:
            return
        self._pages.append(page)
        self._current = self._current or page
        page.on("popup", lambda opened: self._hear_popup(page, opened))
        try:
            session = await page.context.new_cdp_session(page)
            await session.send("Page.enable")
        except Error:
            return  # closed before we could listen
        session.on("Page.javascriptDialogClosed", lambda told: self._hear_dialog(page, told))

    async def hear(self, source: _Source, raw: object) -> None:
        """Take one message of the script; what does not parse is not ours."""
        try:
            message = Message.model_validate(raw)
        except ValidationError:
            return
        page = self._number(source["page"])
        frame = source["frame"]
        if message.kind == "opened":
            await self._hear_opened(message, page, frame)
            return
        self._current = source["page"]
        place = len(self.log)  # kept, because finding the frame takes a while
        self.log.append(self._action(message, page))
        if frame.parent_frame is not None:
            path = await self._path_to(frame)
            self.log[place] = self.log[place].model_copy(update={"frame": path})

    def hear_request(self, request: Request) -> None:
        """Take a request that a page's script sent."""
        if request.resource_type in _ASKING:
            what = f"{request.method} {request.url.partition('?')[0]}"
            page = self._number(request.frame.page)
            self.log.append(Asked(at=self._elapsed(), page=page, what=what))

    def hear_response(self, response: Response) -> None:
        """Take a JSON answer to a page's script."""
        kind = response.headers.get("content-type", "")
        if response.request.resource_type in _ASKING and "json" in kind:
            task = asyncio.ensure_future(self._read(response))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    async def _read(self, response: Response) -> None:
        """Keep what an answer says; one that is gone with its page is nobody's."""
        request = response.request
        try:
            page = self._number(request.frame.page)
            body = await response.json()
        except (Error, ValueError):
            return
        what = f"{request.method} {request.url.partition('?')[0]}"
        self.log.append(Answered(at=self._elapsed(), page=page, what=what, body=body))

    def hear_download(self, download: Download) -> None:
        """Take a download that a page began."""
        self._hear_signal(download.page, Signal(kind="download"))

    def _hear_popup(self, opener: Page, opened: Page) -> None:
        number = self._number(opened)
        self._hear_signal(opener, Signal(kind="popup"), opened=number)

    def _hear_dialog(self, page: Page, told: dict[str, object]) -> None:
        self._hear_signal(page, Signal(kind="dialog", accept=bool(told.get("result"))))

    def _hear_signal(self, page: Page, signal: Signal, *, opened: int | None = None) -> None:
        entry = Caused(at=self._elapsed(), page=self._number(page), signal=signal, opened=opened)
        self.log.append(entry)

    async def _hear_opened(self, message: Message, page: int, frame: Frame) -> None:
        if frame.parent_frame is not None:
            await self._path_to(frame)  # while it is there; a click in it may close it
            return
        self._current = frame.page
        self.log.append(
            Opened(
                at=self._elapsed(),
                page=page,
                document=message.document,
                url=message.url,
                referrer=message.referrer,
                how=message.how,
            )
        )

    def _action(self, message: Message, page: int) -> Action:
        told = message.model_dump(include=set(Action.model_fields) - {"element", "field", "value"})
        value = None if message.value is None else Secret(message.value)
        return Action(
            **told | {"at": self._elapsed(), "took": message.took / 1000},
            page=page,
            element=message.element,
            field=message.field,
            value=value,
        )

    async def _path_to(self, frame: Frame) -> tuple[str, ...]:
        """Selectors of the frames around an element, outermost first."""
        if frame.parent_frame is None:
            return ()
        if frame not in self._frames:
            outer = await self._path_to(frame.parent_frame)
            try:
                element = await frame.frame_element()
                own = await element.evaluate(f"each => globalThis.{_HANDLE}.framePath(each)")
                self._frames[frame] = (*outer, str(own))
            except Error:
                self._frames[frame] = (*outer, *_LOST_FRAME)
        return self._frames[frame]

    def _number(self, page: Page) -> int:
        if page not in self._pages:
            self._pages.append(page)
        return self._pages.index(page)

    def _elapsed(self) -> float:
        return self._now() - self._began


@asynccontextmanager
async def record_actions(tab: Tab) -> AsyncIterator[Recording]:
    """Record what is done in a tab, its frames and pop-ups until the block ends.

    A dialog stays open until the person answers it. The log says each answer.

    Args:
        tab: where the person works.

    Yields:
        The recording; its log grows until the block ends.
    """
    context = tab.context
    recording = Recording()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(await context.expose_binding(_BINDING, recording.hear))
        await stack.enter_async_context(await context.add_init_script(_script()))
        for page in context.pages:
            await recording.adopt(page)
        _listen(context, recording, stack)
        for frame in [frame for page in context.pages for frame in page.frames]:
            await frame.evaluate(_script())
        yield recording


async def until_closed(tab: Tab) -> None:
    """Wait until the page is closed, by a person or otherwise."""
    if not tab.page.is_closed():
        with suppress(Error):  # the whole browser may go
            await tab.page.wait_for_event("close", timeout=0)


def _listen(context: BrowserContext, recording: Recording, stack: AsyncExitStack) -> None:
    def ignore(_dialog: Dialog) -> None:
        """Leave the dialog to the person; without a listener it would be dismissed."""

    context.on("page", recording.adopt)
    stack.callback(context.remove_listener, "page", recording.adopt)
    context.on("request", recording.hear_request)
    stack.callback(context.remove_listener, "request", recording.hear_request)
    context.on("response", recording.hear_response)
    stack.callback(context.remove_listener, "response", recording.hear_response)
    context.on("download", recording.hear_download)
    stack.callback(context.remove_listener, "download", recording.hear_download)
    context.on("dialog", ignore)
    stack.callback(context.remove_listener, "dialog", ignore)


def _script() -> str:
    """One script of the factories; a document that has it keeps the one it has."""
    listen = describing(f"""
        const send = (message) => globalThis.{_BINDING} && globalThis.{_BINDING}(message);
        const listening = ({injected("recorder")})(ax, description, send);
        const handle = {{ flush: listening.flush, framePath: description.framePath }};
        Object.defineProperty(globalThis, "{_HANDLE}", {{ value: handle }});
    """)
    return f"void (globalThis.{_HANDLE} || {listen})"
