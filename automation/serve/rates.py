"""How many requests a token may make: a bucket for each that fills steadily (token bucket)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from automation.ports import Clock
from automation.serve.problems import Problem

_MINUTE: Final = 60.0
_MANY: Final = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a bucket.

    Attributes:
        limit: requests in a minute.
        remaining: requests that may follow at once.
        reset: seconds until the bucket is full again.
    """

    limit: int
    remaining: int
    reset: int


class Rates:
    """Counts the requests of tokens.

    Args:
        clock: tells how much time went by.
        limit: requests in a minute, and at once.
        remedy: what whoever asks too often does next.
    """

    def __init__(
        self, clock: Clock, limit: int, *, remedy: str = "Wait, and ask for larger pages."
    ) -> None:
        self._clock, self._limit, self._remedy = clock, limit, remedy
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> Allowance:
        """Take one request of a key.

        Raises:
            Problem: there were too many.
        """
        now = self._clock.monotonic()
        left, at = self._left.pop(key, (float(self._limit), now))
        left = min(self._limit, left + (now - at) * self._limit / _MINUTE)
        enough = left >= 1
        self._left[key] = (left - enough, now)
        if len(self._left) > _MANY:  # the one that asked longest ago has a full bucket by now
            del self._left[next(iter(self._left))]
        if not enough:
            wait = math.ceil((1 - left) * _MINUTE / self._limit)
            raise Problem(
                429,
                "rate_limited",
                f"more than {self._limit} requests in a minute",
                remedy=self._remedy,
                retry_after=wait,
            )
        missing = self._limit - (left - 1)
        reset = math.ceil(missing * _MINUTE / self._limit)
        return Allowance(self._limit, int(left - 1), reset)
