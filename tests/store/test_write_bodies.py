"""What of a write is sealed, and that it opens in its own place and under its own number only."""

from __future__ import annotations

import pytest

from automation.model import JournalStep
from automation.store.write_bodies import opened_step, opened_write, sealed_step, sealed_write
from tests.store.support import Reversing
from tests.store.writes import a_write


def sealer() -> Reversing:
    made = Reversing()
    made.learn([made.new_key("north", beside=())])
    return made


def test_a_write_opens_under_its_number_only() -> None:
    seal, write = sealer(), a_write()
    row = {
        **write.model_dump(include={"id", "practice", "operation", "actor", "state", "marker"}),
        "idempotency_key": "k1",
        "request_hash": "h1",
        "created_at": 0.0,
        "body": sealed_write(seal, write, 3),
    }
    assert opened_write(seal, {**row, "revision": 3}, write.steps) == write
    with pytest.raises(AssertionError):
        opened_write(seal, {**row, "revision": 2}, ())


def test_a_step_opens_in_its_own_place_only() -> None:
    seal, step = sealer(), JournalStep(step="sale", number=1, why="no", kept={"id": 1})
    row = {
        **step.model_dump(exclude={"why", "kept"}),
        "write": "w",
        "practice": "north",
        "revision": 1,
        "body": sealed_step(seal, "w", "north", step, 1),
    }
    assert opened_step(seal, row) == step
    with pytest.raises(AssertionError):
        opened_step(seal, {**row, "write": "other"})
