"""The tools that change a portal: one for each operation that the caller may ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mcp.types import Tool, ToolAnnotations
from pydantic import JsonValue

from automation.model import Operation, Practice
from automation.serve.callers import Caller
from automation.serve.declared import inputs_of, wanted_by
from automation.serve.problems import Problem
from automation.serve.service import Service
from automation.serve.writing import Wish, refuse_failed, shown_write

WRITE: Final = "get_write"
_ARGUMENTS: Final = frozenset({"practice", "inputs", "idempotency_key", "dry_run", "confirmed"})

_WAY: Final = (
    "Call it with `dry_run` first: that answers what would be sent and which checks hold, and "
    "sends nothing. Comes back otherwise: the `state` of the change (`confirmed` once the "
    "portal shows it), its `result` and `ids`; while it is under way, get_write tells later."
)


class Changes:
    """Changes portals for those who call.

    Args:
        service: what it works with.
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    async def tools(self, caller: Caller) -> list[Tool]:
        """A tool for each operation that is enabled in a practice in reach, and allowed."""
        where: dict[str, list[tuple[Practice, Operation]]] = {}
        for name in await self._service.practices(caller):
            practice = await self._service.tools.store.practice(name)
            for operation in self._service.writer.offered(caller, practice):
                where.setdefault(operation.operation, []).append((practice, operation))
        found = [_changing(name, each) for name, each in sorted(where.items())]
        return [*found, _showing()] if found else []

    def knows(self, tool: str) -> bool:
        """Whether a portal declares such an operation."""
        catalog = self._service.tools.catalog
        return any(tool in catalog.operation_names(portal) for portal in catalog.portals())

    async def change(
        self, caller: Caller, operation: str, arguments: Mapping[str, JsonValue]
    ) -> object:
        """Ask for a change, or see what it would send.

        Raises:
            Problem: the caller may not, an argument is not possible, or the portal does not.
            VetportalError: as :meth:`automation.serve.writing.Writer.ask`.
        """
        wish = _wish(operation, arguments)
        if _flag(arguments, "dry_run"):
            return await self._service.writer.try_out(caller, wish)
        if not wish.key:
            raise Problem(
                400,
                "idempotency_key_required",
                f"{operation} changes the portal, so it needs a key",
                remedy="Make up a key, the same each time you mean the same change.",
                parameter="idempotency_key",
            )
        write = await self._service.writer.ask(caller, wish)
        refuse_failed(write)
        return {name: value for name, value in shown_write(write).items() if name != "links"}

    async def show(self, caller: Caller, arguments: Mapping[str, JsonValue]) -> object:
        """A change as it stands.

        Raises:
            Problem: there is none within reach.
        """
        write = await self._service.writer.show(caller, _text(arguments, "id"))
        return {name: value for name, value in shown_write(write).items() if name != "links"}


def _wish(operation: str, arguments: Mapping[str, JsonValue]) -> Wish:
    for name in arguments:
        if name not in _ARGUMENTS:
            known = ", ".join(sorted(_ARGUMENTS))
            raise _wrong(name, "there is no such argument", f"Known: {known}.")
    inputs = arguments.get("inputs") or {}
    if not isinstance(inputs, dict):
        raise _wrong("inputs", "it is no object", "Give the inputs by their names.")
    return Wish(
        (operation,),
        inputs,
        _text(arguments, "practice") or None,
        key=_text(arguments, "idempotency_key"),
        confirmed=_flag(arguments, "confirmed"),
    )


def _changing(name: str, where: Sequence[tuple[Practice, Operation]]) -> Tool:
    declared = list({operation.title: operation for _, operation in where}.values())
    effects = list(dict.fromkeys(effect for each in declared for effect in each.effects))
    lasting = any(step.lasting is not None for each in declared for step in each.steps)
    confirm = any(each.confirm for each in declared)
    practices = [practice.name for practice, _ in where]
    told = [
        f"{declared[0].title}. This changes the portal of the practice.",
        _WAY,
    ]
    if effects:
        told.append(f"It may be that {'; '.join(effects)}.")
    if lasting:
        told.append("It cannot be taken back.")
    if confirm:
        told.append("A person has to agree to each one: only then say `confirmed`.")
    properties: dict[str, Any] = {
        "practice": {"type": "string", "enum": practices, "description": "Where."},
        "inputs": {
            "type": "object",
            "properties": inputs_of(declared),
            "required": wanted_by(declared),
        },
        "idempotency_key": {
            "type": "string",
            "description": "Your own key for this change; with the same key it is done once, "
            "however often you call. Repeat it after an error that says to try again.",
        },
        "dry_run": {"type": "boolean", "default": False, "description": "Send nothing."},
        "confirmed": {"type": "boolean", "default": False, "description": "A person agreed."},
    }
    return Tool(
        name=name,
        title=declared[0].title,
        description=" ".join(told),
        input_schema={
            "type": "object",
            "properties": properties,
            "required": ["inputs", "idempotency_key"],
            "additionalProperties": False,
        },
        annotations=ToolAnnotations(
            read_only_hint=False,
            destructive_hint=lasting,
            idempotent_hint=True,
            open_world_hint=True,
        ),
    )


def _showing() -> Tool:
    return Tool(
        name=WRITE,
        title="Show a change",
        description=(
            "How far a change is that you asked for, by the `id` that it answered. Use it while "
            "its `state` is `planned` or `sent`. `unknown` means that nobody can tell whether the "
            "portal has it: do not ask for it again, a person looks."
        ),
        input_schema={
            "type": "object",
            "properties": {"id": {"type": "string", "description": "Id of the change."}},
            "required": ["id"],
            "additionalProperties": False,
        },
        annotations=ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
    )


def _text(arguments: Mapping[str, JsonValue], name: str) -> str:
    value = arguments.get(name)
    if value is not None and not isinstance(value, str):
        raise _wrong(name, "it is no text", "Give a text.")
    return value or ""


def _flag(arguments: Mapping[str, JsonValue], name: str) -> bool:
    value = arguments.get(name, False)
    if not isinstance(value, bool):
        raise _wrong(name, "it is neither true nor false", "Give true or false.")
    return value


def _wrong(name: str, why: str, remedy: str) -> Problem:
    return Problem(400, "invalid_request", f"{name}: {why}", remedy=remedy, parameter=name)
