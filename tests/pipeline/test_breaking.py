"""What the end of a reading or a write says about its portal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

import pytest

from automation import errors
from automation.model import Practice
from automation.pipeline import learn
from automation.store import Circuit, Circuits
from tests.engine import run_engine
from tests.fakes import START
from tests.pipeline.scene import NORTH


@dataclass
class Noting:
    """Circuit breakers that note what they are told."""

    told: list[str] = field(default_factory=list)

    async def failed(self, practice: Practice, why: str, _now: datetime) -> tuple[Circuit, ...]:
        self.told.append(f"{practice.name} failed: {why}")
        return (Circuit(practice.portal, practice.name, 5, START, why),)

    async def passed(self, practice: Practice) -> bool:
        self.told.append(f"{practice.name} answers")
        return True


@pytest.mark.parametrize(
    "name,told",
    [
        ("PortalDown", ["north failed: x"]),
        ("Throttled", ["north failed: x"]),
        ("NotPermitted", ["north answers"]),
        ("AnswerNotUnderstood", ["north answers"]),
        ("WriteRefused", ["north answers"]),
        ("Unready", []),
        ("LeaseLost", []),
        (None, ["north answers"]),
    ],
)
def test_only_what_the_portal_itself_did_counts_for_it_or_against_it(
    name: str | None, told: list[str]
) -> None:
    breakers = Noting()
    problem = getattr(errors, name)("x") if name else None
    run_engine(learn(cast("Circuits", breakers), NORTH, problem, START))
    assert breakers.told == told
