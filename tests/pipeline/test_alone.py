"""One process at a time for a place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from automation.errors import Unready
from automation.pipeline import alone

TOLD = ("somebody works here", "Wait.")


def test_the_second_is_told_who_is_first_and_may_when_that_one_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "engine.lock"
    with alone(path, *TOLD):
        with (
            pytest.raises(Unready, match=rf"works here already \(process {os.getpid()}") as refused,
            alone(path, *TOLD),
        ):
            pass
        assert refused.value.remedy == TOLD[1]
    with alone(path, *TOLD):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_lock_that_cannot_be_made_says_where(tmp_path: Path) -> None:
    with (
        pytest.raises(Unready, match="engine.lock cannot be made"),
        alone(tmp_path / "x/engine.lock", *TOLD),
    ):
        pass
