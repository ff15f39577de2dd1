"""Rule: what a practice has done by itself when something happens."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from automation.model.noun import Noun

RulePurpose = Literal["message", "reminder"]
"""What it does to a client: writes to them, or reminds them."""
ActionState = Literal["waiting", "asked", "left", "failed"]
"""``asked``: the write was accepted; ``left``: the client wants none, or nobody is known to be
told; ``failed``: it was not accepted."""


class Rule(Noun):
    """One event of one practice that becomes one operation, once for each event.

    Attributes:
        id: its name for programs.
        practice: where.
        event: type of the event.
        operation: what is done.
        inputs: of the operation; ``{client.name}`` in a text is replaced by what is stored.
        purpose: what it is to the client, and so which wish of the client stops it.
        email: whether it goes by e-mail, so that who wants no e-mail gets none.
        enabled: off until a person switches it on.
        created_at: when it was made.
        created_by: who made it.
    """

    id: str
    practice: str
    event: str
    operation: str
    inputs: dict[str, JsonValue] = {}
    purpose: RulePurpose = "message"
    email: bool = True
    enabled: bool = False
    created_at: datetime
    created_by: str = ""


class RuleAction(Noun):
    """What one rule made of one event.

    Attributes:
        rule: which rule.
        event: id of the event.
        practice: where.
        state: how far it is.
        why: why it was left or failed.
        write: id of the write, once there is one.
        at: when it was decided.
    """

    rule: str
    event: str
    practice: str
    state: ActionState = "waiting"
    why: str = ""
    write: str = ""
    at: datetime
