"""Writes for the tests of their journal."""

from __future__ import annotations

from typing import Final

from automation.model import JournalStep, Operation, Write

SELL: Final = Operation.model_validate(
    {
        "operation": "sell",
        "title": "Sell",
        "inputs": {"count": {"type": "integer"}},
        "steps": [
            {
                "step": name,
                "endpoint": f"create-{name}",
                "read_back": {"endpoint": f"find-{name}s", "match": []},
                "lasting": "it stays",
            }
            for name in ("sale", "payment")
        ],
    }
)


def a_write(key: str = "k1", practice: str = "north", **changed: object) -> Write:
    """A write of two steps that was accepted."""
    made = Write(
        id=f"{practice}-{key}",
        practice=practice,
        operation="sell",
        key=key,
        actor="cli:me",
        request_hash="h1",
        salt="salt",
        marker=f"m-{key}",
        at="2026-03-02T09:30:00+00:00",
        declared=SELL,
        inputs={"count": 2, "pin": "Zephyrine-42-canary"},
        steps=(JournalStep(step="sale", number=1), JournalStep(step="payment", number=2)),
    )
    return made.model_copy(update=changed)
