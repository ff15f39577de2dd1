"""How fast one practice is asked: a rate, a number at once, and what the answers teach.

Two controls, both with additive increase and multiplicative decrease (RFC 5681 names the idea):

- the *window* is how many requests are under way at once. It halves when the portal says "too
  many" or becomes slow, and grows by one per round of good answers up to the portal's ``parallel``;
- the *rate* is how many start per second. It is the portal's ``per_second``, or free. When the
  portal says "too many" it falls, and the rate at which that was said is remembered as a ceiling:
  with each good answer the rate climbs fast to below it, slowly past it, and fast again once it is
  well above, where the limit is another one by now. So most of a limit that nobody documents is
  used, and it is seldom met (RFC 9438 does the same for windows).
"""

from __future__ import annotations

import asyncio
from collections import deque
from math import inf
from typing import Final

from automation.errors import Throttled
from automation.model import Pace
from automation.ports import Clock
from automation.transport.trouble import PATIENCE

_SLOWEST: Final = 0.2
"""Requests per second below which the rate is never pushed."""
_FREE: Final = 100.0
"""Requests per second above which a portal without a stated rate is free again."""
_NEAR: Final = 0.85
"""Share of the ceiling that is gone on with after it was met again, and that is climbed to fast."""
_PAST: Final = 1.15
"""Share of the ceiling above which it is believed no longer."""
_FAST: Final = 0.02
_SLOWLY: Final = 0.0006
"""Share that is climbed with each good answer: near the ceiling, 250 of them from one "too many" to
the next."""
_SOON: Final = 10
"""Good answers before which "too many" once more means that the fall was not enough."""
_SLOW: Final = 4.0
"""An answer is slow when it took this many times the usual."""
_SLOW_SECONDS: Final = 2.0
"""No answer faster than this counts as slow."""


class Pacer:
    """Lets requests start when the portal can take them.

    Args:
        pace: what the portal's file says.
        clock: lets time pass.
    """

    def __init__(self, pace: Pace, clock: Clock) -> None:
        self._clock = clock
        self._most = max(1, pace.parallel)
        self._window = float(self._most)
        self._active = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._stated = pace.per_second
        self._rate = pace.per_second
        self._ceiling: float | None = None
        self._good = 0
        self._era = 0
        self._next_start = 0.0
        self._quiet_until = 0.0
        self._last_start: float | None = None
        self._gap = 1.0
        self._usual = 0.0
        self._shrunk_at = -inf

    async def enter(self) -> float:
        """Wait for a place and for the time to start.

        Returns:
            the moment of the start, to be handed to `leave`.

        Raises:
            Throttled: the portal asked for a longer silence than a run waits for.
        """
        if self._active < int(self._window) and not self._queue:
            self._active += 1
        else:
            await self._stand_in_line()
        try:
            return await self._due()
        except BaseException:
            self._free_place()
            raise

    def leave(self, started: float, *, answered: bool) -> None:
        """Give the place back.

        Args:
            started: what `enter` returned.
            answered: whether the portal gave an answer worth learning from.
        """
        if answered:
            self._learn(started)
        self._free_place()

    def too_many(self, started: float, retry_after: float | None) -> None:
        """The portal asked to slow down: lower window and rate, and be quiet as long as it said.

        Args:
            started: what `enter` returned; requests that were under way together count once.
            retry_after: seconds the portal named.
        """
        if self._shrink(started) or self._rate is None:
            current = self._rate or min(_FREE, 1 / max(self._gap, 1 / _FREE))
            met = self._rate not in {None, self._stated} and self._good >= _SOON
            self._rate = max(_SLOWEST, current * (_NEAR if met else 0.5))
            self._ceiling = current if met else self._ceiling
            self._good = 0
        until = self._clock.monotonic() + (retry_after or 1 / self._rate)
        self._quiet_until = self._next_start = max(self._quiet_until, until)
        self._era += 1

    async def _stand_in_line(self) -> None:
        """Wait until somebody who leaves hands the place over."""
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():
                self._free_place()
            raise

    def _free_place(self) -> None:
        self._active -= 1
        while self._queue and self._active < int(self._window):
            place = self._queue.popleft()
            if not place.done():
                self._active += 1
                place.set_result(None)

    async def _due(self) -> float:
        """Let time pass until the rate and the portal's wish allow a start."""
        now = self._clock.monotonic()
        start, era = self._reserve(now), self._era
        while start > now:
            if (left := self._quiet_until - now) > PATIENCE:
                raise Throttled(f"the portal asked for {left:.0f} s of silence", retry_after=left)
            await self._clock.sleep(start - now)
            now = self._clock.monotonic()
            if era != self._era:  # who waited through a silence does not begin with all others
                start, era = self._reserve(now), self._era
        if self._last_start is not None:
            self._gap += 0.2 * (now - self._last_start - self._gap)
        self._last_start = now
        return now

    def _reserve(self, now: float) -> float:
        """The moment of the next start at this rate; a stated one allows bursts."""
        if self._rate is None:
            return max(now, self._quiet_until)
        interval = 1 / self._rate
        burst = self._window if self._rate == self._stated else 1
        start = max(self._next_start - interval * (burst - 1), self._quiet_until)
        self._next_start = max(self._next_start, self._quiet_until, now) + interval
        return start

    def _shrink(self, started: float) -> bool:
        """Halve the window unless it was halved since this request started."""
        if started < self._shrunk_at:
            return False
        self._shrunk_at = self._clock.monotonic()
        self._window = max(1.0, self._window / 2)
        return True

    def _learn(self, started: float) -> None:
        seconds = self._clock.monotonic() - started
        slow = self._usual > 0 and seconds > max(_SLOW_SECONDS, _SLOW * self._usual)
        if slow:
            self._shrink(started)
        elif self._window < self._most:
            self._window = min(self._most, self._window + 1 / self._window)
        self._usual += (0.02 if slow else 0.1) * (seconds - self._usual)
        self._good += 1
        if self._rate is not None and self._rate != self._stated:
            ceiling = self._ceiling or inf
            near = _NEAR * ceiling <= self._rate < _PAST * ceiling
            climbed = self._rate * (1 + (_SLOWLY if near else _FAST))
            self._rate = climbed if climbed < (self._stated or _FREE) else self._stated
