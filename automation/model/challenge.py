"""Challenge: something a login asks of a person."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from automation.model.noun import Noun


class Challenge(Noun):
    """A question of the portal that only a person can answer; the login waits for it.

    Attributes:
        id: names it.
        practice: whose login it is.
        kind: ``code`` (type it in) or ``approval`` (confirm on another device).
        asked: what the page says, as far as a rule of the portal points at it.
        since: since when it is asked.
        expires_at: when the login stops waiting.
        outcome: ``open``, ``answered`` (the answer is on its way to the portal), ``accepted``,
            ``expired``.
    """

    id: str
    practice: str
    kind: Literal["code", "approval"]
    asked: str = ""
    since: datetime
    expires_at: datetime
    outcome: Literal["open", "answered", "accepted", "expired"] = "open"
