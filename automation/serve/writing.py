"""Operations for callers: who may ask for which, checked, done once, and told as it stands.

Every face uses this. The change itself is a job of a worker, so that it goes on when this process
ends; a caller waits a few seconds for it and is told the job when it takes longer.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import JsonValue

from automation import audit, pipeline, writes
from automation.entities import ENTITIES, entity_id, plural
from automation.errors import NotKnown
from automation.model import Operation, Practice, Write
from automation.pipeline import Tools
from automation.serve.callers import Caller
from automation.serve.cards import refuse_cards
from automation.serve.jobs import Jobs
from automation.serve.meant import practice_meant
from automation.serve.naming import Inputs, addressed, named
from automation.serve.problems import BY_LIST, Problem
from automation.serve.resources import BY_KIND
from automation.store import Lists

_PATIENCE: Final = 5.0
_EVERY: Final = 0.2
_LONGEST_KEY: Final = 200
SCOPES: Final = tuple(sorted(f"{plural(kind)}:write" for kind in ENTITIES))
"""One of these is needed for an operation, and to see what became of it."""
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """A change that a caller wants.

    Attributes:
        operations: names of it; the first that the portal of the practice has is meant.
        inputs: what the caller gave.
        practice: where; None where the token or the entity tells.
        kind: the kind of entity that it is about; None for whichever.
        number: our id of the one that it changes; empty where it makes something new.
        key: the caller's own for this request.
        confirmed: a person confirmed it.
    """

    operations: tuple[str, ...]
    inputs: Inputs = field(default_factory=dict)
    practice: str | None = None
    kind: str | None = None
    number: str = ""
    key: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class _Ready:
    """A change that may be asked for: where, what, and with which inputs."""

    practice: Practice
    operation: Operation
    inputs: Inputs


def scope_of(operation: Operation) -> str | None:
    """What a token needs to ask for an operation; None: nobody may over an API."""
    return None if operation.entity is None else f"{plural(operation.entity)}:write"


def refuse_writeless(caller: Caller) -> None:
    """Stop a caller who may change nothing at all.

    Raises:
        Problem: the token has no scope that writes.
    """
    if not any(caller.may(scope) for scope in SCOPES):
        raise Problem(
            403,
            "insufficient_scope",
            "the token has no scope that writes a kind of entity",
            remedy="Ask whoever gave you the token for one with the scope of the operation.",
        )


def moves_money(operation: Operation, inputs: Mapping[str, JsonValue]) -> bool:
    """Whether money moves with these inputs."""
    if operation.pays is None:
        return False
    return bool(writes.found_at(operation.pays, {"inputs": dict(inputs)}, operation))


class Writer:
    """Changes portals for callers.

    Args:
        tools: what the stages work with.
        jobs: asks workers.
        patience: seconds that a caller waits for the portal.
    """

    def __init__(self, tools: Tools, jobs: Jobs, *, patience: float = _PATIENCE) -> None:
        self._tools, self._jobs, self._patience = tools, jobs, patience
        self._lists = Lists(tools.store.database)

    async def practice(self, caller: Caller, name: str | None) -> Practice:
        """The practice that is meant; it may be left unsaid where there is one.

        Raises:
            Problem: there is none within reach, or nobody said which.
        """
        return await practice_meant(self._tools, caller, name)

    def offered(self, caller: Caller, practice: Practice) -> Sequence[Operation]:
        """The operations that a caller may ask for in a practice, and that are enabled there."""
        found = self._tools.catalog.operations(practice.portal)
        allowed = [each for each in found if each.operation in practice.writes]
        return [each for each in allowed if (s := scope_of(each)) is not None and caller.may(s)]

    async def ask(self, caller: Caller, wish: Wish) -> Write:
        """Change the portal: at most once for each key.

        Returns:
            the write as it stands after some seconds at most.

        Raises:
            Problem: the caller may not, something is missing or unknown, or no key was given.
            VetportalError: as :func:`automation.pipeline.accept_write`.
        """
        ready = await self._ready(caller, wish)
        name = ready.operation.operation
        if len(wish.key) > _LONGEST_KEY:
            raise Problem(400, "invalid_request", "Idempotency-Key: it is too long",
                          remedy=f"Make it {_LONGEST_KEY} characters at most.")  # fmt: skip
        if not wish.key and moves_money(ready.operation, ready.inputs):
            raise Problem(
                400,
                "idempotency_key_required",
                f"{name} moves money, so it needs a key of your own",
                remedy="Send `Idempotency-Key`, a new one for each payment, the same to repeat.",
            )
        if ready.operation.confirm and not wish.confirmed:
            raise Problem(
                409,
                "confirmation_required",
                f"a person has to confirm each {name}",
                remedy="Show a person what is to be done, then ask with `confirmed=true`.",
            )
        with audit.acting(actor=caller.actor, organization=ready.practice.organization):
            write = await pipeline.accept_write(
                self._tools,
                ready.practice,
                name,
                ready.inputs,
                key=wish.key or f"auto-{secrets.token_hex(16)}",
                actor=caller.actor,
                confirmed=wish.confirmed,
            )
            if not write.is_over:
                await self._jobs.ask(
                    "write", write.practice, {"write": write.id}, key=f"write:{write.id}"
                )
        return await self._awaited(write)

    async def try_out(self, caller: Caller, wish: Wish) -> Facts:
        """What a change would send, without sending it.

        Raises:
            Problem: the caller may not, or something is missing or unknown.
            VetportalError: as :func:`automation.pipeline.dry_run`.
        """
        ready = await self._ready(caller, wish)
        name = ready.operation.operation
        with audit.acting(actor=caller.actor, organization=ready.practice.organization):
            found = await pipeline.dry_run(self._tools, ready.practice, name, ready.inputs)
        return _tried(found, ready.practice)

    async def show(self, caller: Caller, number: str) -> Write:
        """A write by its id.

        Raises:
            Problem: there is none within reach, or the caller may not.
        """
        refuse_writeless(caller)
        missing = Problem(404, "not_found", f"there is no write {number[:100]!r}",
                          remedy="Take an id that a change of yours answered.")  # fmt: skip
        write = await self._tools.journal.find(number)
        if write is None or write.practice not in await self._lists.practices(caller.reach):
            raise missing
        if caller.reach.locations and write.actor != caller.actor:
            raise missing
        caller.refuse(scope_of(write.declared) or "")
        return write

    async def _ready(self, caller: Caller, wish: Wish) -> _Ready:
        given, name = dict(wish.inputs), wish.practice
        entity = None
        if wish.kind is not None and wish.number:
            found = await self._lists.found([(wish.kind, wish.number)], caller.reach)
            if wish.number not in found:
                words = wish.kind.replace("_", " ")
                raise Problem(404, "not_found", f"there is no {words} {wish.number[:100]!r}",
                              remedy=BY_LIST)  # fmt: skip
            entity = found[wish.number]
            if name not in {None, entity.practice}:
                raise Problem(404, "not_found", "it is not of this practice", parameter="practice",
                              remedy="Leave the practice out.")  # fmt: skip
            name = entity.practice
        practice = await self.practice(caller, name)
        operation = self._operation(caller, practice, wish)
        if entity is not None:
            given = addressed(operation, entity, given)
        refuse_cards(given)
        inputs = await named(self._lists, caller, practice, operation, given)
        return _Ready(practice, operation, inputs)

    def _operation(self, caller: Caller, practice: Practice, wish: Wish) -> Operation:
        """The operation that is meant, in the words of the practice's portal.

        Raises:
            Problem: the portal has no such thing, or the caller may not ask for it.
        """
        for name in wish.operations:
            try:
                found = self._tools.catalog.operation(practice.portal, name)
            except NotKnown:
                continue
            scope = scope_of(found)
            if scope is None or wish.kind not in {None, found.entity}:
                continue
            caller.refuse(scope)
            return found
        told = f"{practice.name} has no {wish.operations[0]}"
        raise Problem(404, "not_available_in_practice", told,
                      remedy="See /capabilities for what it has.")  # fmt: skip

    async def _awaited(self, write: Write) -> Write:
        clock = self._tools.clock
        until = clock.monotonic() + self._patience
        while not write.is_over and clock.monotonic() < until:
            await clock.sleep(_EVERY)
            write = await self._tools.journal.load(write.id)
        while not await self._is_stored(write) and clock.monotonic() < until:
            await clock.sleep(_EVERY)
        return write

    async def _is_stored(self, write: Write) -> bool:
        """Whether what a write changed was read again: whoever is told an id finds it then."""
        try:
            job = await self._jobs.status(f"write:{write.id}")
        except NotKnown:
            return True
        return job.finished_at is not None


def refuse_failed(write: Write) -> None:
    """Tell a change that the portal did not take as a problem, in its own words.

    Raises:
        Problem: the write is over, and the portal has not all of it.
    """
    if write.is_over and not write.happened:
        raise Problem(
            409,
            write.code or "write_refused",
            write.why or f"{write.operation} was not done",
            remedy="Read why, change what is asked for, and use another key.",
        )


def shown_write(write: Write) -> Facts:
    """A write as callers see it: never what was sent."""
    return {
        "object": "write",
        "id": write.id,
        "practice": write.practice,
        "operation": write.operation,
        "key": write.key,
        "state": write.state,
        "happened": write.happened,
        "code": write.code,
        "why": write.why,
        "result": write.result,
        "ids": _ids(write),
        "created_at": _time(write.created_at),
        "sent_at": _time(write.sent_at),
        "settled_at": _time(write.settled_at),
        "steps": [
            {"step": step.step, "state": step.state, "happened": step.happened, "why": step.why}
            for step in write.steps
        ],
        "links": {"self": f"/writes/{write.id}", "job": f"/jobs/write:{write.id}"},
    }


def _ids(write: Write) -> dict[str, str]:
    """Our id of what was made, where the portal numbers it as its lists do."""
    made, kind = write.result.get("id"), write.declared.entity
    if kind is None or not isinstance(made, str | int):
        return {}
    return {kind: entity_id(BY_KIND[kind].entity.prefix, write.practice, str(made))}


def _tried(found: writes.DryRun, practice: Practice) -> Facts:
    return {
        "object": "dry_run",
        "practice": practice.name,
        "operation": found.operation.operation,
        "enabled": found.operation.operation in practice.writes,
        "possible": not found.failed,
        "confirm": found.operation.confirm,
        "effects": list(found.operation.effects),
        "checks": [_check(each) for each in found.checks],
        "steps": [
            {
                "step": planned.step.step,
                "state": planned.state,
                "checks": [_check(each) for each in planned.checks],
                "request": planned.request.model_dump(mode="json") if planned.request else None,
                "lasting": planned.step.lasting,
            }
            for planned in found.steps
        ],
    }


def _check(checked: writes.Checked) -> Facts:
    return {
        "what": checked.what,
        "outcome": checked.outcome,
        "why": checked.why,
        "code": checked.code,
    }


def _time(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()
