"""What a tab tells of the session it is in."""

from __future__ import annotations

from automation import browser, replay
from automation.model import Portal, Reply, SessionState
from automation.session.outcome import PASSWORD


async def is_outside(tab: browser.Tab, portal: Portal, asked: str = "", *, html: str = "") -> bool:
    """Whether the page in front, which rests, is one of the login.

    Args:
        tab: has the page in front.
        portal: says what its login looks like.
        asked: the address that was asked for, if one was.
        html: the document, where all of it counts; else its address and its fields do.
    """
    reading = replay.read_reply(Reply(200, tab.url, (), html.encode()))
    if replay.why_stranger(reading, asked, portal.signed_out, expected=True) is not None:
        return True
    return await tab.text_of(PASSWORD) is not None


async def left_in(tab: browser.Tab, state: SessionState) -> SessionState:
    """A session as a tab leaves it: with what answers and scripts have put into the browser."""
    left = {
        "cookies": await tab.cookies(),
        "storage": await tab.storage(),
        "tab_storage": await tab.tab_storage(),
    }
    return state.model_copy(update=left)
