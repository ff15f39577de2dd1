"""`vetportal show`: nothing is something else than a practice that is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.invoking import invoked
from tests.journeys.world import Home
from tests.pipeline.scene import NORTH, played


@pytest.mark.parametrize("kind", [[], ["patients"]], ids=["counts", "entities"])
def test_an_unknown_practice_is_an_error_and_not_an_empty_answer(
    tmp_path: Path, kind: list[str]
) -> None:
    home = Home.new(tmp_path / "home")
    done = home.command("show", *kind, "--practice", "nosuch")
    assert done.returncode == 2
    assert "no practice is named 'nosuch'" in done.stderr
    assert done.stdout == ""


def test_what_was_never_read_as_a_whole_is_named_with_the_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VETPORTAL_HOME", str(tmp_path))
    played(tmp_path, lambda tools: tools.store.add_practice(NORTH))
    told = json.loads(invoked("show", "--practice", "north", "--json").output)
    assert told["unread"]["patients"]["items"] == 0
    assert told["unread"]["patients"]["endpoints"] != []
