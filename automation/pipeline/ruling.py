"""Rules of practices: made by people, switched on by people, and then done by themselves, once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import JsonValue

from automation import notify
from automation.errors import (
    BadArgument,
    KeyTaken,
    NotKnown,
    NotPermitted,
    Refused,
    Unusable,
    VetportalError,
    WriteRefused,
)
from automation.model import Rule, RuleAction
from automation.pipeline.stops import refuse_disabled
from automation.pipeline.tools import Tools
from automation.pipeline.writing import accept_write

_BYTES: Final = 12
_NEVER: Final = (Refused, Unusable, WriteRefused, NotPermitted)
"""Comes out the same however often it is tried."""


@dataclass(frozen=True, slots=True)
class RuleWish:
    """A rule that somebody wants.

    Attributes:
        event: type of the event.
        operation: what is done.
        inputs: of the operation; ``{client.name}`` in a text is filled in.
        purpose: ``message`` or ``reminder``.
        email: whether it goes by e-mail.
    """

    event: str
    operation: str
    inputs: Mapping[str, JsonValue]
    purpose: Literal["message", "reminder"] = "message"
    email: bool = True


async def add_rule(tools: Tools, practice: str, wish: RuleWish) -> Rule:
    """Keep a rule, which is off until it is switched on.

    Raises:
        NotKnown: no such practice, event, operation, or field that is to be filled in.
        BadArgument: the operation has no such input, or lacks one, or is no event of an entity.
    """
    found = await tools.store.practice(practice)
    if wish.event not in notify.EVENTS:
        raise NotKnown("event", wish.event, tuple(notify.EVENTS))
    if notify.EVENTS[wish.event].cause not in {"change", "fact"}:
        raise BadArgument(f"{wish.event} is about no client", remedy="Choose another event.")
    operation = tools.catalog.operation(found.portal, wish.operation)
    notify.refuse_places(dict(wish.inputs))
    for name in wish.inputs:
        if name not in operation.inputs:
            raise NotKnown(f"input of {wish.operation}", name, tuple(operation.inputs))
    for name, each in operation.inputs.items():
        if name not in wish.inputs and not each.may_be_left_out:
            raise BadArgument(f"{wish.operation} needs {name}", remedy=f"Give {name}=VALUE.")
    rule = Rule(
        id=f"rul_{secrets.token_hex(_BYTES)}",
        practice=practice,
        event=wish.event,
        operation=wish.operation,
        inputs=dict(wish.inputs),
        purpose=wish.purpose,
        email=wish.email,
        created_at=tools.clock.now(),
        created_by=tools.audit.actor,
    )
    await tools.store.rules.add(rule)
    _note(tools, "rule.added", rule)
    return rule


async def switch_rule(tools: Tools, number: str, *, on: bool) -> Rule:
    """Switch a rule on or off; events of before it was on are nothing to it.

    Raises:
        NotKnown: there is none of this id.
        Refused: its operation is not enabled in the practice.
    """
    rule = await tools.store.rules.find(number)
    if on:
        refuse_disabled(await tools.store.practice(rule.practice), rule.operation)
    rule = await tools.store.rules.switch(number, on=on)
    _note(tools, "rule.enabled" if on else "rule.disabled", rule)
    return rule


async def remove_rule(tools: Tools, number: str) -> Rule:
    """Remove a rule; what it asked for stands.

    Raises:
        NotKnown: there is none of this id.
    """
    rule = await tools.store.rules.remove(number)
    _note(tools, "rule.removed", rule)
    return rule


async def list_rules(tools: Tools, practice: str | None = None) -> tuple[Rule, ...]:
    """The rules of a practice, or of all, oldest first."""
    return await tools.store.rules.all(practice)


async def list_actions(tools: Tools, rule: str, *, limit: int = 100) -> tuple[RuleAction, ...]:
    """What a rule made of events, latest first.

    Raises:
        NotKnown: there is none of this id.
    """
    await tools.store.rules.find(rule)
    return await tools.store.rules.actions(rule, limit=limit)


async def apply_rule(tools: Tools, rule: str, event: str) -> RuleAction | None:
    """Make of an event what a rule says; however often it is called, the write is one.

    Args:
        tools: what to work with.
        rule: its id.
        event: id of the event.

    Returns:
        what became of it; None where there is nothing to do any more.

    Raises:
        PersonNeeded, PracticeMixedUp, LoggedOut, Transient: the portal cannot be asked now.
    """
    found = await tools.store.rules.action(rule, event)
    if found is None or found[0].state != "waiting":
        return None
    action, known, happened = found
    try:
        facts = await notify.known_of(tools.store, happened)
        notify.refuse_unwanted(known, facts)
        inputs = notify.filled(known.inputs, facts)
    except notify.Left as reason:
        return await _settle(tools, action, "left", why=str(reason))
    practice = await tools.store.practice(known.practice)
    try:
        write = await accept_write(
            tools,
            practice,
            known.operation,
            inputs,
            key=f"{rule}-{event}",
            actor=f"rule:{rule}",
            confirmed=True,  # by the person who switched the rule on
        )
    except _NEVER as problem:
        return await _settle(tools, action, "failed", why=_safe(problem))
    return await _settle(tools, action, "asked", write=write.id)


async def _settle(
    tools: Tools, action: RuleAction, state: str, *, why: str = "", write: str = ""
) -> RuleAction:
    await tools.store.rules.settle(action, state=state, why=why, write=write)
    detail = {"rule": action.rule, "event": action.event, "state": state, "write": write}
    told = {name: value for name, value in detail.items() if value}
    tools.audit.note("rule.applied", practice=action.practice, outcome=state, detail=told)
    return action.model_copy(update={"state": state, "why": why, "write": write})


def _safe(problem: VetportalError) -> str:
    """Why a write was not accepted; messages about inputs may hold what a client said."""
    if isinstance(problem, Refused) and not isinstance(problem, KeyTaken):
        return problem.message
    return type(problem).__name__


def _note(tools: Tools, action: str, rule: Rule) -> None:
    tools.audit.note(action, practice=rule.practice, detail={"rule": rule.id, "event": rule.event})
