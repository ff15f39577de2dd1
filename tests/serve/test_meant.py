"""A caller means a practice by its name, or by reaching no other; all else is told alike."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from automation.serve import meant
from automation.serve.meant import practice_meant, practices_meant
from automation.serve.problems import Problem
from tests.engine import run_engine

CALLER: Any = SimpleNamespace(reach=None)


def reaching(monkeypatch: pytest.MonkeyPatch, *names: str) -> Any:  # noqa: ANN401 - a stand-in
    async def own(reach: object) -> list[str]:
        assert reach is CALLER.reach
        return list(names)

    async def practice(name: str) -> str:
        return f"practice {name}"

    monkeypatch.setattr(meant, "Lists", lambda _: SimpleNamespace(practices=own))
    return SimpleNamespace(store=SimpleNamespace(database=Path(), practice=practice))


def test_no_name_means_all_that_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    tools = reaching(monkeypatch, "north", "south")
    assert run_engine(practices_meant(tools, CALLER, None)) == ("north", "south")
    assert run_engine(practices_meant(tools, CALLER, "south")) == ("south",)


def test_where_one_is_wanted_it_may_be_left_unsaid_if_no_other_is_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found: object = run_engine(practice_meant(reaching(monkeypatch, "north"), CALLER, None))
    assert found == "practice north"
    with pytest.raises(Problem, match="it is missing") as refused:
        run_engine(practice_meant(reaching(monkeypatch, "north", "south"), CALLER, None))
    assert (refused.value.status, refused.value.remedy) == (400, "Known: north, south.")


def test_what_is_out_of_reach_is_told_as_what_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Problem, match="there is no practice 'west'") as refused:
        run_engine(practice_meant(reaching(monkeypatch, "north"), CALLER, "west"))
    assert (refused.value.status, refused.value.code) == (404, "not_found")
