"""One-time codes: each time step once, by the portal's clock, with time left to send it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import structlog

from automation import store, transport, vault
from automation.errors import Transient, Unready
from automation.model import Call, Secret
from automation.ports import Clock

_LEFT: Final = 3.0
"""Seconds that must be left of a step for its code to be sent."""
_STEPS: Final = 4
"""Steps to wait for at most; more means that a clock is wrong."""
_BELIEVED: Final = timedelta(minutes=15)
"""A clock that differs by more is more likely a date out of a cache."""
_SAME: Final = timedelta(seconds=5)
_AGE: Final = re.compile(r"[0-9]{1,9}")

_log: Final = structlog.get_logger()

Skew = Callable[[], Awaitable[timedelta]]


async def next_code(
    totp: vault.Totp, *, login: str, rows: store.Store, clock: Clock, skew: Skew
) -> Secret:
    """The code of a step that was never used, as late as it is needed.

    Args:
        totp: makes the codes.
        login: the login that sends it; steps are remembered per login.
        rows: remembers the steps, across processes.
        clock: lets time pass until a step can be used.
        skew: how far the portal's clock is ahead of ours.

    Raises:
        Unready: every step of the next minutes was used already.
    """
    ahead = await skew()
    for _ in range(_STEPS):
        now = clock.now() + ahead
        step = totp.step(now)
        left = (totp.starts(step + 1) - now).total_seconds()
        start = int(totp.starts(step).timestamp())
        if left >= _LEFT and await rows.claim_totp_step(login, start):
            return totp.code(now)
        _log.info("code_awaited", seconds=round(left, 1))
        await clock.sleep(left + 0.05)
    raise Unready(
        "codes of later times than now were used already",
        remedy="Check the clock of this machine and of the one that logged in before.",
    )


async def portal_skew(
    url: str, open_door: Callable[[], Awaitable[transport.HttpDoor]], *, clock: Clock
) -> timedelta:
    """How far the portal's clock is ahead of ours at least, by ``Date`` and ``Age`` of its answer.

    A date counts whole seconds, so the portal may be up to one further: a code that is sent by this
    clock is never sent before its step has begun there. What is far from our clock counts only when
    a second answer says the same: a cache in between tells old dates.

    Nothing of a session is sent along. Without an answer or a date the clocks are taken as equal.

    Args:
        url: any page of the portal.
        open_door: opens a way out as a stranger.
        clock: ours.
    """
    async with await open_door() as door:
        skew = await _told_skew(url, door, clock)
        if abs(skew) > _BELIEVED and abs(skew - await _told_skew(url, door, clock)) > _SAME:
            _log.warning("clock_not_believed", seconds=round(skew.total_seconds(), 1))
            return timedelta()
    if abs(skew) > timedelta(seconds=2):
        _log.warning("clock_skewed", seconds=round(skew.total_seconds(), 1))
    return skew


async def _told_skew(url: str, door: transport.HttpDoor, clock: Clock) -> timedelta:
    """What one answer says; the time it spent in caches (RFC 9111, 5.1) is part of it."""
    before = clock.now()
    headers = {"accept": "text/html", "cache-control": "no-cache"}
    try:
        reply = await door.send(Call("GET", url, headers))
    except Transient:
        return timedelta()
    after = clock.now()
    told = transport.http_date(reply.header("date") or "")
    if told is None:
        return timedelta()
    age = reply.header("age") or ""
    # no cache keeps anything as long as what has more digits says
    aged = timedelta(seconds=int(age)) if _AGE.fullmatch(age) else timedelta()
    return told + aged - (before + (after - before) / 2)
