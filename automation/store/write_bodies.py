"""What of a write stands sealed in its rows, and what in the open.

Everything that says what a write is about is sealed with the practice's key, that of a simulator
too: a request may hold what nobody shall ever read, and a write that is gone on with needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from automation.model import JournalStep, Write
from automation.model.noun import Noun
from automation.store.sealing import Sealer
from automation.wire import json_bytes

_OPEN: Final[Mapping[type[Noun], frozenset[str]]] = {
    Write: frozenset(
        {
            *("id", "practice", "operation", "key", "actor", "state", "happened", "created_at"),
            *("sent_at", "settled_at", "request_hash", "marker"),
        }
    ),
    JournalStep: frozenset({"step", "number", "state", "happened", "attempt", "fence", "sent_at"}),
}


def sealed_write(sealer: Sealer, write: Write, revision: int) -> bytes:
    """What of a write nobody reads without the key; its steps have rows of their own."""
    return _sealed(sealer, write, _place(write.id), write.practice, revision)


def opened_write(sealer: Sealer, row: Mapping[str, Any], steps: tuple[JournalStep, ...]) -> Write:
    """A write as it was kept.

    Raises:
        Unready: it does not open.
    """
    place = _place(row["id"])
    body = orjson.loads(sealer.open(row["practice"], place, row["body"], row["revision"]))
    known = {name: row[name] for name in _OPEN[Write] if name in row}
    return Write.model_validate({**body, **known, "key": row["idempotency_key"], "steps": steps})


def sealed_step(
    sealer: Sealer, write: str, practice: str, step: JournalStep, revision: int
) -> bytes:
    """What of a step nobody reads without the key."""
    return _sealed(sealer, step, _place(write, step.step), practice, revision)


def opened_step(sealer: Sealer, row: Mapping[str, Any]) -> JournalStep:
    """A step as it was kept.

    Raises:
        Unready: it does not open.
    """
    place = _place(row["write"], row["step"])
    body = orjson.loads(sealer.open(row["practice"], place, row["body"], row["revision"]))
    return JournalStep.model_validate({**body, **{name: row[name] for name in _OPEN[JournalStep]}})


def _sealed(sealer: Sealer, noun: Noun, place: str, practice: str, revision: int) -> bytes:
    body = noun.model_dump(
        mode="json", exclude_defaults=True, exclude={*_OPEN[type(noun)], "steps"}
    )
    return sealer.seal(practice, place, json_bytes(body), revision)


def _place(*parts: str) -> str:
    return "/".join(("write", *parts))
