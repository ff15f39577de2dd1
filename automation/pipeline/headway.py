"""How far a sync came that runs, here or elsewhere: by what it wrote down on its way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from automation import sync as sync_stage
from automation.model import Coverage, Practice
from automation.pipeline.tools import Tools

_LOOKED_AT: Final = 10
_SYNCS: Final = ("sync", "part")


@dataclass(frozen=True, slots=True)
class Headway:
    """How far the latest sync of a practice came.

    Attributes:
        run: its id.
        read: what it has read of each endpoint so far, by their names.
        left: endpoints that it has not begun with.
    """

    run: str
    read: tuple[Coverage, ...]
    left: tuple[str, ...]

    @property
    def items(self) -> int:
        """How many items came so far."""
        return sum(each.items for each in self.read)


async def headway(
    tools: Tools, practice: Practice, entities: Collection[str] = ()
) -> Headway | None:
    """How far the latest sync of a practice came; None where none was begun.

    What is written stands with the rows it came with: of what is under way just now, the last page
    may be missing.

    Args:
        tools: what to work with.
        practice: whose.
        entities: only these kinds were asked for; all when empty.

    Raises:
        NotKnown, BadFile: the files of the portal contradict each other.
    """
    runs = await tools.store.runs(practice.name, limit=_LOOKED_AT)
    latest = next((each for each in runs if each.kind in _SYNCS), None)
    if latest is None:
        return None
    known = await tools.store.readings.coverages(practice.name)
    read = tuple(each.coverage for each in known.values() if each.coverage.run == latest.id)
    plan = sync_stage.Plan(tools.catalog, practice.portal, practice)
    if entities:
        plan.narrow(entities)
    begun = {each.endpoint for each in read}
    left = tuple(name for name in plan.order if name not in begun)
    return Headway(latest.id, read, left)
