"""What a person does at the screens of the simulated portal, area by area.

Each area has a module with its `JOURNEYS`, by the name of the flow that is recorded from each; a
new one joins `_AREAS`.
"""

from __future__ import annotations

from typing import Final

from tests.desk import (
    boards,
    care_plans,
    core,
    engagement,
    money,
    records,
    scripts,
    setup,
    stock,
    writes,
)
from tests.desk.core import Journeys
from tests.person import Person

_AREAS: Final = (
    core,
    records,
    engagement,
    care_plans,
    boards,
    setup,
    money,
    stock,
    scripts,
    writes,
)

JOURNEYS: Final[Journeys] = {
    name: journey for area in _AREAS for name, journey in area.JOURNEYS.items()
}
"""What the person does, signed in, by the name of the flow that is recorded from it."""

WRITING: Final = frozenset(writes.JOURNEYS)
"""Those of them that change the practice."""

__all__ = ["JOURNEYS", "WRITING", "Person"]
