"""`vetportal show`: nothing is something else than a practice that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.world import Home


@pytest.mark.parametrize("kind", [[], ["patients"]], ids=["counts", "entities"])
def test_an_unknown_practice_is_an_error_and_not_an_empty_answer(
    tmp_path: Path, kind: list[str]
) -> None:
    home = Home.new(tmp_path / "home")
    done = home.command("show", *kind, "--practice", "nosuch")
    assert done.returncode == 2
    assert "no practice is named 'nosuch'" in done.stderr
    assert done.stdout == ""
