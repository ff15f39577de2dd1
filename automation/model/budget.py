"""Budget: how many calls a portal says that it takes, and what one call costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import PositiveFloat, PositiveInt

from automation.model.noun import Noun


class Budget(Noun):
    """How many calls a portal takes within any span of so many seconds.

    Attributes:
        calls: how much all calls within such a span may weigh together.
        seconds: the length of the span, which moves along with time.
        items_per_call: how many items a call asks for that weighs 1; one that asks for more weighs
            as much as the calls that would be needed otherwise. None: each call weighs 1.
        shared: name of the budget where several endpoints draw on the same one; None where it is
            the endpoint's own.
    """

    calls: PositiveInt
    seconds: PositiveFloat = 60.0
    items_per_call: PositiveInt | None = None
    shared: str | None = None

    def weight(self, size: int | None) -> int:
        """What a call weighs that asks for so many items; None: for as many as the portal likes."""
        if self.items_per_call is None or size is None:
            return 1
        return max(1, -(-size // self.items_per_call))

    def wait(self, held: Iterable[tuple[float, int]], weight: int, now: float) -> float:
        """Seconds until a call fits in.

        Args:
            held: what is used up: until when, and how much, in any order.
            weight: of the call.
            now: on the same clock as the ends.

        Returns:
            0 where it fits now. Where it never does, the seconds until nothing is used up.
        """
        used = sorted((until, each) for until, each in held if until > now)
        over = sum(each for _, each in used) + weight - self.calls
        wait = 0.0
        for until, each in used:
            if over <= 0:
                break
            over -= each
            wait = until - now
        return wait


@dataclass(frozen=True, slots=True)
class Charge:
    """What one call takes from a budget.

    Attributes:
        name: of the budget: that of the endpoint, or of all that share it.
        budget: its limits.
        weight: how much it takes.
    """

    name: str
    budget: Budget
    weight: int = 1
