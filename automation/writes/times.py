"""How long the parts of a write take at most, by real time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """How long the parts of a write take at most, in seconds.

    Attributes:
        send: for the connection and for sending what is small.
        rate: bytes per second that a line takes at least: what is large may take so much longer.
        answer: for the answer after that.
        lease: how long the right to write lasts without renewal, and how long is waited before a
            second search that finds nothing is believed.
        late: after which a portal that was silent is no longer at it.
    """

    send: float = 5.0
    rate: float = 100_000.0
    answer: float = 60.0
    lease: float = 15.0
    late: float = 600.0

    def upload(self, size: int) -> float:
        """Seconds beyond :attr:`send` that a body of so many bytes may take."""
        return size / self.rate
