"""Send a call from inside a page of the signed-in browser."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Final, Protocol
from urllib.parse import urlsplit

from pydantic import JsonValue

from automation import transport
from automation.errors import PortalDown, Refused
from automation.model import AllowList, Call, Reply

_FETCH: Final = """async ({method, url, headers, body}) => {
    const bytes = body === null
        ? undefined : Uint8Array.from(atob(body), character => character.charCodeAt(0));
    try {
        const reply = await fetch(url, {method, headers, body: bytes, credentials: "include"});
        const content = new Uint8Array(await reply.arrayBuffer());
        let text = "";
        for (let at = 0; at < content.length; at += 32768)
            text += String.fromCharCode(...content.subarray(at, at + 32768));
        return {
            status: reply.status, url: reply.url, redirected: reply.redirected,
            headers: [...reply.headers], content: btoa(text),
        };
    } catch {
        return null;
    }
}"""
"""The page's own fetch; None stands for "no answer", because the reason may repeat the address."""


class Page(Protocol):
    """A page that runs scripts."""

    async def evaluate(self, script: str, argument: JsonValue = None) -> JsonValue:
        """Run a function in the page and return its JSON value."""
        ...


async def send_from_page(page: Page, call: Call, *, allowed: AllowList, now: datetime) -> Reply:
    """Send a call with the page's own fetch: its origin, its cookies, the browser's network.

    Where redirects led in between is not told by the browser; only the first address is known.

    Raises:
        Refused: the address is not allowed.
        PortalDown: no answer, or a server error.
        Throttled: the portal asks us to slow down.
    """
    host = urlsplit(call.url).hostname or "an address without a host"
    if not allowed.allows(call.url):
        raise Refused(f"{host} was asked, which is not on the allow-list of this practice")
    answer = await page.evaluate(_FETCH, _argument(call))
    if not isinstance(answer, dict):
        raise PortalDown(f"{host} did not answer the page")
    reply = _reply(answer, call)
    trouble = transport.judge(reply.status, reply.headers, host, now)
    if trouble is not None:
        raise trouble.error
    return reply


def _argument(call: Call) -> JsonValue:
    body = None if call.content is None else base64.b64encode(call.content).decode()
    return {"method": call.method, "url": call.url, "headers": dict(call.headers), "body": body}


def _reply(answer: dict[str, JsonValue], call: Call) -> Reply:
    headers = answer["headers"]
    pairs = headers if isinstance(headers, list) else []
    return Reply(
        status=int(str(answer["status"])),
        url=str(answer["url"]) or call.url,
        headers=tuple((str(p[0]).lower(), str(p[1])) for p in pairs if isinstance(p, list)),
        content=base64.b64decode(str(answer["content"])),
        redirects=(call.url,) if answer["redirected"] else (),
    )
