"""What callers may know of practices beside their entities: freshness, abilities, runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import JsonValue

from automation.entities import ENTITIES
from automation.errors import BadFile
from automation.model import Change, JobStatus, Practice
from automation.pipeline import Tools
from automation.serve.callers import Caller
from automation.serve.freshness import Freshness, Standing
from automation.serve.meant import practices_meant
from automation.serve.problems import Problem
from automation.serve.resources import BY_KIND
from automation.serve.writing import scope_of
from automation.store import SessionStatuses

Facts = dict[str, Any]
_GREEN: Final = timedelta(hours=2)
_YELLOW: Final = timedelta(hours=26)
_STOPPED: Final = frozenset({"locked", "needs_person", "mfa_wait"})


class Overview:
    """Tells callers about practices, within their reach.

    Args:
        tools: what the stages work with.
        freshness: knows how old and how whole what is stored is.
    """

    def __init__(self, tools: Tools, freshness: Freshness) -> None:
        self._tools, self._freshness = tools, freshness

    async def practices(self, caller: Caller, name: str | None = None) -> list[Practice]:
        """The practices within reach, or the one that is asked for.

        Raises:
            Problem: that one is not within reach.
        """
        wanted = await practices_meant(self._tools, caller, name)
        if len(wanted) == 1:
            return [await self._tools.store.practice(each) for each in wanted]
        every = await self._tools.store.practices(caller.reach.organization)
        return [each for each in every if each.name in wanted]

    async def capabilities(self, caller: Caller, practice: Practice) -> Facts:
        """What the API can show and do of a practice, and why not."""
        known = await self._freshness.kinds(practice.name)
        return {
            "practice": practice.name,
            "portal": practice.portal,
            "entities": [_entity(kind, known.get(kind)) for kind in ENTITIES],
            "operations": self._operations(caller, practice),
        }

    def _operations(self, caller: Caller, practice: Practice) -> list[Facts]:
        found = []
        for name in self._tools.catalog.operation_names(practice.portal):
            try:
                operation = self._tools.catalog.operation(practice.portal, name)
            except BadFile:
                continue
            scope = scope_of(operation)
            why = "" if name in practice.writes else "it is not enabled in this practice"
            if scope is None or not caller.may(scope):
                why = why or f"the token has not the scope {scope}"
            found.append(
                {
                    "operation": name,
                    "title": operation.title,
                    "scope": scope,
                    "enabled": name in practice.writes,
                    "allowed": not why,
                    "why_not": why,
                    "confirm": operation.confirm,
                    "effects": list(operation.effects),
                    "inputs": {
                        key: field.model_dump(mode="json", exclude_defaults=True)
                        for key, field in operation.inputs.items()
                    },
                }
            )
        return found

    async def sync_status(self, practice: Practice) -> list[Facts]:
        """How fresh each kind of a practice is, with a light and its reason."""
        now = self._tools.clock.now()
        session = await SessionStatuses(self._tools.store.database, self._tools.clock).of(
            practice.name
        )
        stopped = ""
        if practice.paused_since is not None:
            stopped = "the practice is paused"
        elif session.phase in _STOPPED:
            stopped = "the login needs a person"
        known = await self._freshness.kinds(practice.name)
        return [
            {"practice": practice.name, "entity": kind, **light(each, now, stopped)}
            for kind, each in sorted(known.items())
        ]

    def refuse_changing(
        self, practice: Practice, kind: str, arguments: Mapping[str, JsonValue]
    ) -> None:
        """Refuse a run that would change the portal: for that there are operations.

        Raises:
            Problem: the flow or the endpoint writes.
            NotKnown: there is none of this name.
        """
        named = {"run_flow": "flow", "replay": "endpoint"}.get(kind, "")
        name = arguments.get(named)
        if not isinstance(name, str):
            return  # the job itself tells what it lacks
        files, portal = self._tools.catalog, practice.portal
        found = files.flow(portal, name) if named == "flow" else files.endpoint(portal, name)
        if found.effect == "write":
            raise Problem(
                403,
                "refused",
                f"the {named} {name} changes the portal",
                remedy="Ask for the operation that does it: see /capabilities.",
                parameter=f"arguments.{named}",
            )

    async def runs(self, caller: Caller, practice: str | None, limit: int) -> list[Facts]:
        """The latest runs of the practices within reach, newest first."""
        own = await practices_meant(self._tools, caller, practice)
        found = await self._tools.store.runs_of(own, limit=limit)
        return [run.model_dump(mode="json") for run in found]

    async def changes(self, caller: Caller, after: int, limit: int) -> tuple[list[Change], int]:
        """What changed after a place in the feed, and the place to go on from.

        Raises:
            Problem: the token is restricted to locations, which a change does not tell.
        """
        if caller.reach.locations:
            raise Problem(403, "insufficient_scope", "the token is restricted to locations",
                          remedy="Poll lists with `updated_since`.")  # fmt: skip
        own = caller.reach.practices
        found = await self._tools.store.changes(
            after=after, limit=limit, organization=caller.reach.organization
        )
        shown = [
            each
            for each in found
            if (not own or each.practice in own) and caller.may(BY_KIND[each.kind].scope)
        ]
        return shown, found[-1].sequence if found else after


def _entity(kind: str, standing: Standing | None) -> Facts:
    why = ""
    if standing is None:
        why = "the portal of the practice does not have it, or the login may not see it"
    elif not standing.whole:
        why = "it was not read as a whole yet"
    return {
        "entity": kind,
        "path": f"/{BY_KIND[kind].name}",
        "available": standing is not None,
        "complete": standing is not None and standing.whole,
        "as_of": None if standing is None else standing.as_of,
        "why_not": why,
    }


def light(standing: Standing, now: datetime, stopped: str) -> Facts:
    """Whether a kind is as fresh as it should be: ``green``, ``yellow`` or ``red``, and why."""
    lag = None if standing.as_of is None else now - standing.as_of
    if stopped:
        status, reason = "red", stopped
    elif lag is None:
        status, reason = "red", "it was never read"
    elif lag > _YELLOW:
        status, reason = "red", "it was not read for more than a day"
    elif not standing.whole:
        status, reason = "yellow", "it was not read as a whole yet"
    elif lag > _GREEN:
        status, reason = "yellow", "it was not read for more than two hours"
    else:
        status, reason = "green", ""
    return {
        "last_success": standing.as_of,
        "lag_seconds": None if lag is None else max(0, round(lag.total_seconds())),
        "status": status,
        "reason": reason,
    }


def shown_practice(practice: Practice) -> Facts:
    """A practice as callers see it: nothing of how it is reached."""
    return {
        "object": "practice",
        "name": practice.name,
        "portal": practice.portal,
        "label": practice.label,
        "organization": practice.organization,
        "timezone": practice.timezone,
        "currency": practice.currency,
        "paused_since": practice.paused_since,
        "operations": list(practice.writes),
    }


def shown_job(job: JobStatus) -> Facts:
    """A job as callers see it."""
    end = job.end
    return {
        "object": "job",
        "id": job.attempt.key,
        "kind": job.attempt.job.kind,
        "practice": job.attempt.job.practice,
        "state": job.state,
        "attempt": job.attempt.number,
        "created_at": job.created_at,
        "due_at": job.due_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "result": None if end is None else end.result,
        "why": "" if end is None else end.why,
    }
