"""What of a practice was not read as a whole yet: until then, what is stored of it is a part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from automation import sync as sync_stage
from automation.model import Coverage, Practice
from automation.pipeline.tools import Tools


@dataclass(frozen=True, slots=True)
class Unread:
    """A kind of entities of which not everything was read yet.

    Attributes:
        items: how many items of its endpoints were read so far.
        total: how many their lists say there are; None where one says nothing.
        endpoints: what is yet to be read to its end, in the order of their names.
    """

    items: int
    total: int | None
    endpoints: tuple[str, ...]


async def unread_kinds(tools: Tools, practice: Practice) -> dict[str, Unread]:
    """The kinds of entities that were never read as a whole; empty once the first sync is complete.

    A kind is complete when everything that it comes of was read to its end once, by however many
    runs. What this login may not see is not waited for. It tells of a sync that runs, too, as far
    as that has written its answers.

    Args:
        tools: what to work with.
        practice: whose.

    Raises:
        NotKnown, BadFile: the files of the portal contradict each other.
    """
    return await unread_of(
        tools, practice, sync_stage.Plan(tools.catalog, practice.portal, practice)
    )


async def unread_of(tools: Tools, practice: Practice, plan: sync_stage.Plan) -> dict[str, Unread]:
    """The same, of the kinds of a plan that is there already."""
    known = await tools.store.readings.coverages(practice.name)
    return unread(plan, practice, {name: each.coverage for name, each in known.items()})


def unread(
    plan: sync_stage.Plan, practice: Practice, coverage: Mapping[str, Coverage]
) -> dict[str, Unread]:
    """The same for a plan and what was read of it.

    Args:
        plan: what is mapped, and what that needs.
        practice: whose, with how far it is to be read.
        coverage: how far each endpoint was read, by its name.
    """
    needed: dict[str, set[str]] = {}
    own: dict[str, set[str]] = {}
    for mapping in plan.in_force(coverage):
        needed.setdefault(mapping.entity, set()).update(plan.needs(mapping))
        own.setdefault(mapping.entity, set()).update(mapping.endpoints)
    found = {}
    read = {name for name, each in coverage.items() if _is_read(plan, practice, each)}
    for kind, names in sorted(needed.items()):
        if left := tuple(sorted(names - read)):
            begun = [coverage[name] for name in own[kind] if name in coverage]
            items = sum(each.items for each in begun)
            found[kind] = Unread(
                items, _total(begun) if len(begun) == len(own[kind]) else None, left
            )
    return found


def _is_read(plan: sync_stage.Plan, practice: Practice, coverage: Coverage) -> bool:
    """Read to its end once, as far as it is to be read by now."""
    if coverage.full_at is None:
        return coverage.ended == "not_permitted"
    wanted = plan.horizons.days(coverage.endpoint, practice, coverage.began_at)
    if wanted is None or coverage.days is None:
        return True
    return coverage.days[0] <= wanted[0] and wanted[1] <= coverage.days[1]


def _total(begun: Iterable[Coverage]) -> int | None:
    totals = [each.total for each in begun]
    return None if None in totals else sum(filter(None, totals))
