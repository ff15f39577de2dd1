"""Services that take letters as short texts: chats and pagers, by apprise.

Only services that stand at one known host over TLS are taken: apprise opens its connections itself,
so nothing of ours could look at the address that a name leads to, as is done for webhooks. What
stands at a host of one's own is told by a webhook.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final
from urllib.parse import urlsplit

from apprise import Apprise, AppriseAsset, NotifyFormat

from automation.errors import BadArgument, Transient
from automation.model import Secret

SERVICES: Final = ("discord", "pagerduty", "pbul", "pover", "slack", "tgram")
"""Schemes of the services, as apprise names them: none of them takes a host."""
_LONGEST: Final = 3000
_ASSET: Final = AppriseAsset(app_id="vetportal", app_desc="vetportal", app_url="", plugin_paths=[])


def service_of(url: Secret) -> str:
    """The kind of service of an address.

    Raises:
        BadArgument: it is none of the services, or not complete; the message does not repeat it.
    """
    try:
        scheme = urlsplit(url.reveal()).scheme
    except ValueError:
        scheme = ""
    if scheme not in SERVICES:
        raise BadArgument(
            "this is no address of a service that takes letters",
            remedy=f"Services: {', '.join(SERVICES)}, as apprise writes their addresses; "
            "for a host of your own add a webhook.",
        )
    if Apprise.instantiate(url.reveal(), asset=_ASSET) is None:
        raise BadArgument(
            f"this address of {scheme} is not complete",
            remedy="Write it as https://appriseit.com/services/ says.",
        )
    return scheme


async def tell_service(url: Secret, title: str, text: str) -> None:
    """Hand a short text to a service; once this returns, the service has it.

    Args:
        url: address of the service.
        title: in one line.
        text: what is said; cut off where it is longer than services take.

    Raises:
        BadArgument: it is no address of a service.
        Transient: the service does not take it now.
    """
    service = service_of(url)
    if not await asyncio.to_thread(_hand_over, url, title, text[:_LONGEST]):
        raise Transient(f"{service} did not take the letter")


_logger: Final = logging.getLogger("apprise")
_logger.addFilter(lambda _: False)  # what it tells may hold the address


def _hand_over(url: Secret, title: str, text: str) -> bool:
    way = Apprise(asset=_ASSET)
    way.add(url.reveal())
    return bool(way.notify(body=text, title=title, body_format=NotifyFormat.TEXT))
