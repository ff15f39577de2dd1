"""Seams: the moments of a write at which a process may die and nothing may go wrong for it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Seam(StrEnum):
    """The moments between which something becomes durable, or leaves."""

    BEFORE_SEND = "before_send"
    """The journal says ``sent``, and no byte has left."""
    AFTER_SEND_BEFORE_ANSWER = "after_send_before_answer"
    """All bytes have left, and no answer came."""
    AFTER_ANSWER_BEFORE_COMMIT = "after_answer_before_commit"
    """The portal answered, and the journal does not know it."""
    DURING_READ_BACK = "during_read_back"
    """What the portal has was read or told, and the journal does not say what follows."""
    BETWEEN_STEPS = "between_steps"
    """A step is settled, and the next one, or its taking back, is not begun."""
    BEFORE_SETTLING = "before_settling"
    """Every step is settled, and the write as a whole is not."""


Seams = Callable[[Seam], None]
"""Is told each seam as it is passed."""


def unwatched(_seam: Seam) -> None:
    """Nobody listens."""
