"""The read model of every face: pages and single entities, with what is shown beside them.

What is read comes from the store; no portal is asked, unless it is to be live. A page costs the
same number of statements whatever it holds: its keys, its rows for each kind, and one more for each
thing that is expanded.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from automation.entities import Entity
from automation.pipeline import Tools
from automation.serve.asking import Asked, expansions, read_asked
from automation.serve.callers import Caller
from automation.serve.cursors import cursor_of
from automation.serve.freshness import Freshness
from automation.serve.jobs import Jobs
from automation.serve.live import LiveReads
from automation.serve.problems import BY_LIST, Problem
from automation.serve.reconciling import is_overdue, reconcile
from automation.serve.resources import BY_KIND, Resource
from automation.serve.shapes import DERIVED, Facts, chosen, shown
from automation.store import Lists, Taken, Views

_CHILDREN: Final = 1000
"""Entities that one expansion shows at most on a page; the links lead to all of them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a caller gets.

    Attributes:
        data: the entities, or the one.
        next_cursor: where the list goes on; None where it ends.
        as_of: how old the oldest part of it is; None where that is not known.
        whole: whether all of its kinds were read once; before that it is a part.
    """

    data: Any
    next_cursor: str | None = None
    as_of: datetime | None = None
    whole: bool = True


class Reader:
    """Reads for callers.

    Args:
        tools: what the stages work with.
        jobs: asks workers to read what is to be live.
    """

    def __init__(self, tools: Tools, jobs: Jobs) -> None:
        self._lists = Lists(tools.store.database)
        self._views = Views(tools.store.database)
        self.freshness = Freshness(tools)
        self._live = LiveReads(tools, jobs, self.freshness)

    async def page(self, caller: Caller, resource: Resource, given: Mapping[str, str]) -> Shown:
        """One page of a list.

        Args:
            caller: who asks.
            resource: the list.
            given: the parameters, as texts.

        Raises:
            Problem: a parameter is unknown or not possible, the caller may not, or what is to be
                live could not be read.
        """
        asked = self._asked(caller, resource, given)
        if asked.live:
            kinds = {choice.kind for choice in asked.listing.choices}
            await self._live.read(caller, asked.listing.practice, kinds)
        page = await self._lists.page(asked.listing)
        data = await self._shown(caller, resource, page.rows, asked, page.practices)
        cursor = None if page.end is None else cursor_of(page.end, asked.digest)
        as_of, whole = await self._standing(page.practices, asked)
        return Shown(data, cursor, as_of, whole)

    async def every(
        self, caller: Caller, resource: Resource, given: Mapping[str, str]
    ) -> AsyncIterator[Facts]:
        """Everything of a list, one after the other, page by page behind the scenes.

        Raises:
            Problem: as :meth:`page`.
        """
        asked = self._asked(caller, resource, {"limit": "200", **given})
        while True:
            page = await self._lists.page(asked.listing)
            for facts in await self._shown(caller, resource, page.rows, asked, page.practices):
                yield facts
            if page.end is None:
                return
            asked = replace(asked, listing=replace(asked.listing, after=page.end))

    async def one(
        self, caller: Caller, resource: Resource, number: str, given: Mapping[str, str]
    ) -> Shown:
        """One entity by id, gone or not.

        Raises:
            Problem: there is none within the caller's reach, a parameter is not possible, the
                caller may not, or what is to be live could not be read.
        """
        caller.refuse(resource.scope)
        for name in given:
            if name not in {"expand", "fields", "freshness"}:
                told = f"{name}: there is no such parameter"
                known = "Known: expand, fields, freshness."
                raise Problem(400, "invalid_request", told, remedy=known, parameter=name)
        asked = read_asked(resource, {**given, "limit": "1"}, caller.reach)
        self._refuse_expansions(caller, resource, expansions(resource, given))
        entity = await self.entity(caller, resource, number)
        if asked.live:
            await self._live.read(caller, entity.practice, {entity.kind})
            entity = await self.entity(caller, resource, number)
        [facts] = await self._shown(caller, resource, [entity], asked)
        standing = await self.freshness.of(entity.practice, [entity.kind])
        return Shown(facts, None, standing.as_of, standing.whole)

    async def entity(self, caller: Caller, resource: Resource, number: str) -> Entity:
        """The stored entity of an id.

        Raises:
            Problem: there is none within the caller's reach.
        """
        kinds = dict.fromkeys(part.kind for part in resource.parts)
        found = await self._lists.found([(kind, number) for kind in kinds], caller.reach)
        if number not in found:
            raise Problem(404, "not_found", f"there is no {resource.parts[0].kind} {number!r}",
                          remedy=BY_LIST)  # fmt: skip
        return found[number]

    def _asked(self, caller: Caller, resource: Resource, given: Mapping[str, str]) -> Asked:
        caller.refuse(resource.scope)
        asked = read_asked(resource, given, caller.reach)
        self._refuse_expansions(caller, resource, asked.expand)
        choices = tuple(
            choice
            for choice in asked.listing.choices
            if choice.kind == resource.parts[0].kind or caller.may(BY_KIND[choice.kind].scope)
        )
        return replace(asked, listing=replace(asked.listing, choices=choices))

    def _refuse_expansions(self, caller: Caller, resource: Resource, expand: Iterable[str]) -> None:
        for name in expand:
            child = resource.children.get(name)
            kind = child.kind if child is not None else resource.references[name]
            caller.refuse(BY_KIND[kind].scope)

    async def _shown(
        self,
        caller: Caller,
        resource: Resource,
        rows: Sequence[Entity],
        asked: Asked,
        zones: Mapping[str, str] | None = None,
    ) -> list[Facts]:
        facts = [shown(row) for row in rows]
        derived = DERIVED.get(resource.parts[0].kind, {})
        if not asked.fields or asked.fields & derived.keys():
            await self._derive(caller, rows, facts, zones)
        for name in asked.expand:
            if name in resource.references:
                await self._refer(caller, name, resource.references[name], rows, facts)
            else:
                await self._beget(caller, resource, name, facts)
        fields = asked.fields and asked.fields | {*asked.expand}
        return [chosen(each, frozenset(fields)) for each in facts]

    async def _derive(
        self,
        caller: Caller,
        rows: Sequence[Entity],
        facts: Sequence[Facts],
        zones: Mapping[str, str] | None = None,
    ) -> None:
        """Work out what is not kept of entities of one kind: of invoices, whether they are paid."""
        if not rows or rows[0].kind not in DERIVED:
            return
        zones = zones or await self._lists.practices(caller.reach)
        taken = await self._views.taken([row.id for row in rows], caller.reach)
        for row, each in zip(rows, facts, strict=True):
            verdict = reconcile(row, taken.get(row.id, Taken()))
            today = caller.at.astimezone(ZoneInfo(zones[row.practice])).date()
            each["is_overdue"] = is_overdue(row, verdict, today)
            each["reconciliation_status"] = verdict.status
            each["reconciliation_reason"] = verdict.reason

    async def _refer(
        self, caller: Caller, name: str, kind: str, rows: Sequence[Entity], facts: list[Facts]
    ) -> None:
        """Show what entities refer to."""
        own = [getattr(row, f"{name}_id", None) for row in rows]
        wanted = sorted({number for number in own if number is not None})
        found = await self._lists.found([(kind, number) for number in wanted], caller.reach)
        targets = {number: shown(entity) for number, entity in found.items()}
        await self._derive(caller, [*found.values()], [*targets.values()])
        for each, number in zip(facts, own, strict=True):
            each[name] = targets.get(number or "")

    async def _beget(
        self, caller: Caller, resource: Resource, name: str, facts: list[Facts]
    ) -> None:
        """Show what refers to entities."""
        child = resource.children[name]
        parents = {each["id"]: each for each in facts}
        found = await self._lists.children(
            child.kind, child.reference, sorted(parents), caller.reach, limit=_CHILDREN
        )
        children = [shown(entity) for entity in found]
        await self._derive(caller, found, children)
        for each in facts:
            each[name] = []
        for entity, own in zip(found, children, strict=True):
            parents[getattr(entity, f"{child.reference}_id")][name].append(own)

    async def _standing(
        self, practices: Iterable[str], asked: Asked
    ) -> tuple[datetime | None, bool]:
        """How old and how whole a list is: the oldest and least of what it may show."""
        kinds = {choice.kind for choice in asked.listing.choices}
        of = [await self.freshness.of(name, kinds) for name in practices]
        times = [each.as_of for each in of if each.as_of is not None]
        return min(times, default=None), all(each.whole for each in of)
