"""What only the browser's own protocol tells of a request: who sent it, and its exact times.

Playwright's times of one request are measured from two different moments, so that an answer may
seem to end after the request that was made from it. The protocol's own events do not, as long as
all of them are read on one clock: the monotonic one that all processes of a browser share
(``Network.MonotonicTime`` of the protocol). Its wall clock is read at another moment than that.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Inspected:
    """One request as the protocol tells it.

    Attributes:
        initiator: ``parser``, ``user``, ``script <address>:<line>`` with the innermost line from
            1, or empty.
        sent: when it was sent, seconds on the browser's own clock.
        ended: when its last byte was there, on the browser's own clock; None while open.
        form: what was sent, where a file is in it: asked for beside the event, and without what
            the file holds.
    """

    initiator: str
    sent: float
    ended: float | None = None
    form: asyncio.Task[bytes | None] | None = field(default=None, compare=False)


class Inspector:
    """Remembers what the protocol told, by method and address, in order of sending."""

    def __init__(self) -> None:
        self._sent: dict[tuple[str, str], list[Inspected]] = defaultdict(list)
        self._open: dict[str, Inspected] = {}

    def hear_sent(self, event: dict[str, Any]) -> Inspected:
        """Take one ``Network.requestWillBeSent``; the same id again is the next hop."""
        request, at = event["request"], float(event["timestamp"])
        if before := self._open.get(event["requestId"]):
            before.ended = at
        by_hand = bool(event.get("hasUserGesture"))
        said = _in_words(event.get("initiator", {}), by_hand=by_hand)
        inspected = Inspected(said, at)
        self._open[event["requestId"]] = inspected
        self._sent[request["method"], request["url"]].append(inspected)
        return inspected

    def hear_ended(self, event: dict[str, Any]) -> None:
        """Take one ``Network.loadingFinished`` or ``Network.loadingFailed``."""
        if inspected := self._open.pop(event["requestId"], None):
            inspected.ended = float(event["timestamp"])

    def of(self, method: str, url: str, place: int) -> Inspected | None:
        """What is known of the request that was sent to this address in this place, from 0."""
        sent = self._sent.get((method, url), ())
        return sent[place] if place < len(sent) else None


def _in_words(initiator: dict[str, Any], *, by_hand: bool) -> str:
    kind = initiator.get("type", "")
    if kind == "script":
        frames = initiator.get("stack", {}).get("callFrames", ())
        if frames:
            return f"script {frames[0]['url']}:{frames[0]['lineNumber'] + 1}"
        return "script"
    if kind in {"parser", "preload"}:
        return "parser"
    return "user" if by_hand else ""
