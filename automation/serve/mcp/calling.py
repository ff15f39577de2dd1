"""What a call of a tool gets: the answer of the read model, shaped for a model that reads it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

import orjson
import structlog
from mcp.types import CallToolResult, TextContent, Tool
from pydantic import JsonValue

from automation.entities import ENTITIES
from automation.errors import VetportalError
from automation.serve.availability import SCOPE as APPOINTMENTS
from automation.serve.callers import Caller
from automation.serve.free_times import free_times, read_query
from automation.serve.mcp.changes import WRITE, Changes
from automation.serve.mcp.tools import (
    FEW,
    FREE,
    PRACTICES,
    RECORD,
    RECORDS,
    free_times_tool,
    leads,
    reading_tools,
    resource_of,
)
from automation.serve.problems import OURS, Problem, problem_of
from automation.serve.reading import Shown
from automation.serve.resources import BY_KIND, RESOURCES, Resource
from automation.serve.service import Service

Arguments = Mapping[str, JsonValue]
Answer = Callable[[Caller, Arguments], Coroutine[Any, Any, object]]

_EMPTY: Final[tuple[object, ...]] = (None, [], {})
_PREFIXES: Final = {entity.prefix: BY_KIND.get(kind) for kind, entity in ENTITIES.items()}

_log: Final = structlog.get_logger()


class Toolbox:
    """The tools of a service, for whoever calls.

    Args:
        service: what they work with.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._changes = Changes(service)

    async def tools(self, caller: Caller) -> list[Tool]:
        """The tools that a caller may use: what its practices have, and its scopes allow."""
        kinds = await self._kinds(caller)
        read = reading_tools(
            [
                resource
                for resource in RESOURCES.values()
                if caller.may(resource.scope) and any(part.kind in kinds for part in resource.parts)
            ]
        )
        if "appointment" in kinds and caller.may(APPOINTMENTS):
            read.append(free_times_tool())
        return read + await self._changes.tools(caller)

    def knows(self, tool: str) -> bool:
        """Whether there is such a tool, for anybody."""
        return self._answer(tool) is not None

    async def call(self, caller: Caller, tool: str, arguments: Arguments) -> CallToolResult:
        """Call a tool.

        Returns:
            what it answers, or why it does not: a mistake is told as an answer, so that the model
            can read it and do better.
        """
        answer = self._answer(tool)
        if answer is None:
            return refusal(
                Problem(404, "not_found", f"there is no tool {tool!r}", remedy="List the tools.")
            )
        try:
            return _result(await answer(caller, arguments))
        except Problem as problem:
            return refusal(problem)
        except VetportalError as error:
            return refusal(problem_of(error))
        except Exception as error:  # noqa: BLE001 - a call is a job: its end is told, not lost
            _log.error("tool_failed", tool=tool, error=type(error).__name__)
            return refusal(Problem(500, "internal", "A mistake of ours", remedy=OURS))

    def _answer(self, tool: str) -> Answer | None:
        if (resource := resource_of(tool)) is not None:
            return lambda caller, arguments: self._page(caller, resource, arguments)
        known: dict[str, Answer] = {
            PRACTICES: self._practices,
            RECORDS: self._records,
            RECORD: self._record,
            FREE: self._free_times,
            WRITE: self._changes.show,
        }
        if tool not in known and self._changes.knows(tool):
            return lambda caller, arguments: self._changes.change(caller, tool, arguments)
        return known.get(tool)

    async def _kinds(self, caller: Caller) -> set[str]:
        """The kinds that the practices in reach have."""
        found: set[str] = set()
        for name in await self._service.practices(caller):
            found |= (await self._service.reader.freshness.kinds(name)).keys()
        return found

    async def _practices(self, caller: Caller, arguments: Arguments) -> object:
        _refuse_unknown(arguments, ())
        shown = []
        for name, timezone in (await self._service.practices(caller)).items():
            practice = await self._service.tools.store.practice(name)
            kinds = await self._service.reader.freshness.kinds(name)
            types = {
                BY_KIND[kind].name: {"as_of": each.as_of, "complete": each.whole}
                for kind, each in sorted(kinds.items())
                if kind in BY_KIND and caller.may(BY_KIND[kind].scope)
            }
            shown.append(
                {
                    "practice": name,
                    "portal": practice.portal,
                    "timezone": timezone,
                    "records": types,
                }
            )
        return {"data": shown, "complete": True}

    async def _records(self, caller: Caller, arguments: Arguments) -> object:
        rest = dict(arguments)
        name, filters = rest.pop("type", None), rest.pop("filters", None) or {}
        resource = RESOURCES.get(name) if isinstance(name, str) else None
        if resource is None:
            known = ", ".join(each.name for each in RESOURCES.values() if not leads(each))
            raise _wrong("type", f"there is no type {name!r}", f"Known: {known}.")
        if not isinstance(filters, Mapping):
            raise _wrong(
                "filters", "it is no object", 'Give names with their values: {"status": "open"}.'
            )
        return await self._page(caller, resource, {**rest, **filters})

    async def _page(self, caller: Caller, resource: Resource, arguments: Arguments) -> object:
        given = {"limit": str(FEW)} | _texts(arguments)
        found = await self._service.reader.page(caller, resource, given)
        data = [_short(each) for each in found.data]
        return {"data": data, "next_cursor": found.next_cursor, **_standing(found)}

    async def _record(self, caller: Caller, arguments: Arguments) -> object:
        _refuse_unknown(arguments, ("id", "expand", "fields"))
        given = _texts(arguments)
        number = given.pop("id", "")
        resource = _PREFIXES.get(number.partition("_")[0])
        if resource is None:
            raise _wrong(
                "id", f"{number[:40]!r} is no id that a list gave", "Find it by a list first."
            )
        found = await self._service.reader.one(caller, resource, number, given)
        kinds = await self._kinds(caller)
        related = {
            name: {f"{child.reference}_id": number}
            for name, child in resource.children.items()
            if child.kind in kinds and caller.may(BY_KIND[child.kind].scope)
        }
        return {"record": _short(found.data), "related": related, **_standing(found)}

    async def _free_times(self, caller: Caller, arguments: Arguments) -> object:
        caller.refuse(APPOINTMENTS)
        page = await free_times(self._service, caller, read_query({"limit": FEW, **arguments}))
        return {
            "data": [_without_empty(each) for each in page.data],
            "hours": page.hours,
            "next_cursor": page.next_cursor,
            "data_as_of": page.found.as_of,
            "complete": page.found.whole,
        }


def refusal(problem: Problem) -> CallToolResult:
    """A problem as a model reads it: its code, what is wrong, and what to do next."""
    told = f"{problem.code}: {problem.detail}"
    if problem.remedy:
        told += f" - {problem.remedy}"
    if problem.retry_after is not None:
        told += f" (try again in {problem.retry_after} s)"
    error = {"code": problem.code, "detail": problem.detail, "remedy": problem.remedy}
    if problem.parameter:
        error["parameter"] = problem.parameter
    return CallToolResult(
        content=[TextContent(type="text", text=told)],
        structured_content={"error": error},
        is_error=True,
    )


def _result(answer: object) -> CallToolResult:
    text = orjson.dumps(_full(answer)).decode()
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=orjson.loads(text)
    )


def _standing(found: Shown) -> dict[str, object]:
    return {"data_as_of": found.as_of, "complete": found.whole}


def _short(facts: Mapping[str, object]) -> object:
    """An entity without what has no value, and without the addresses of another face."""
    return _without_empty({name: value for name, value in facts.items() if name != "links"})


def _without_empty(value: object) -> object:
    if isinstance(value, Mapping):
        own = {name: _without_empty(each) for name, each in value.items()}
        return {name: each for name, each in own.items() if each not in _EMPTY}
    if isinstance(value, list):
        return [_without_empty(each) for each in value]
    return value


def _full(answer: object) -> object:
    """An answer without the members that have no value; a list that is empty says so."""
    if not isinstance(answer, Mapping):
        return answer
    return {name: value for name, value in answer.items() if value is not None}


def _texts(arguments: Arguments) -> dict[str, str]:
    """Arguments as the read model takes them."""
    found = {}
    for name, value in arguments.items():
        if isinstance(value, bool):
            found[name] = str(value).lower()
        elif isinstance(value, str | int):
            found[name] = str(value)
        elif value is not None:
            raise _wrong(name, "it is neither a text, a number nor true or false",
                         "See the schema of the tool.")  # fmt: skip
    return found


def _refuse_unknown(arguments: Arguments, known: tuple[str, ...]) -> None:
    for name in arguments:
        if name not in known:
            takes = f"Known: {', '.join(known)}." if known else "It takes no arguments."
            raise _wrong(name, "there is no such argument", takes)


def _wrong(name: str, why: str, remedy: str) -> Problem:
    return Problem(400, "invalid_request", f"{name}: {why}", remedy=remedy, parameter=name)
