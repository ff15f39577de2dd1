"""The tools that read: what each is called, when to use it, what it takes and what comes back.

A portal has some thirty kinds of records, which are too many tools for a model to choose from. So
what others refer to has a tool of its own; the rest is listed by its type, and each single record
is shown by its id alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, Final

from mcp.types import Tool, ToolAnnotations

from automation.entities import meaning_of
from automation.serve.asking import MOST, Parameter, parameters
from automation.serve.free_times import FreeQuery
from automation.serve.resources import RESOURCES, Resource

PRACTICES: Final = "list_practices"
RECORDS: Final = "list_records"
RECORD: Final = "get_record"
FREE: Final = "find_free_times"
FEW: Final = 20
"""Records of a page when nothing else is asked for: a model reads each of them."""

_LEADING: Final = 2
"""So many kinds refer to what has a tool of its own."""
_TYPES: Final = {str: "string", int: "integer", bool: "boolean"}
_COMMON: Final = frozenset(
    {"practice", "updated_since", "include_deleted", "expand", "fields", "limit", "cursor"}
)
_READS: Final = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_PAGE: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "data": {"type": "array", "items": {"type": "object"}},
        "next_cursor": {"type": "string", "description": "Where the list goes on."},
        "data_as_of": {"type": "string", "description": "How old the oldest part is."},
        "complete": {"type": "boolean", "description": "Whether all was read once."},
    },
    "required": ["data", "complete"],
}
_ONE: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "record": {"type": "object"},
        "related": {
            "type": "object",
            "description": "What refers to it: type of record, and the filter that finds it.",
        },
        "data_as_of": {"type": "string"},
        "complete": {"type": "boolean"},
    },
    "required": ["record", "complete"],
}
_TIMES: Final[dict[str, Any]] = {
    **_PAGE,
    "properties": {
        **_PAGE["properties"],
        "hours": {
            "type": "array",
            "items": {"type": "object"},
            "description": "When each place is open, and how we know.",
        },
    },
    "required": ["data", "hours", "complete"],
}
_ANSWER: Final = (
    "Comes back: `data`, and `next_cursor` where there is more (call again with the same arguments "
    "and it as `cursor`). Fields without a value are left out."
)


def leads(resource: Resource) -> bool:
    """Whether a list has a tool of its own: people look for it, or several kinds refer to it."""
    return resource.searched or len(resource.children) >= _LEADING


def reading_tools(resources: Collection[Resource]) -> list[Tool]:
    """The tools that read some lists.

    Args:
        resources: what the practices in reach have, and the caller may read.
    """
    leading = [resource for resource in resources if leads(resource)]
    others = [resource for resource in resources if not leads(resource)]
    found = [_practices(), *map(_list_tool, leading)]
    if others:
        found.append(_records(others))
    if resources:
        found.append(_record())
    return found


def free_times_tool() -> Tool:
    """The tool that finds times which can be booked."""
    declared = FreeQuery.model_json_schema()
    properties = {name: _plain(each) for name, each in declared["properties"].items()}
    properties["limit"]["default"] = FEW
    return Tool(
        name=FREE,
        title="Find free times",
        description=(
            "Find times at which somebody can be booked in a practice, before you create or move "
            "an appointment: opening hours without what takes time already. Give the first and the "
            "last day, and how long it takes. Comes back: `data`, each with `start_at`, `end_at`, "
            "where (`location_id`) and who is free (`provider_ids`, else `resource_ids`); `hours`, "
            "when the places are open and how we know (`basis`; `unknown` means that there are no "
            "times because nothing says when it is open, not that it is full); and `next_cursor` "
            "where there is more. The portal has the last word: a time that was taken meanwhile "
            "is refused as slot_taken, then look again."
        ),
        input_schema=_schema(properties, *declared["required"]),
        output_schema=_TIMES,
        annotations=_READS,
    )


def _plain(declared: Mapping[str, Any]) -> dict[str, Any]:
    """A property without its title, and without the null that leaving it out means."""
    dropped = {"title", "anyOf"} | ({"default"} if declared.get("default") is None else set())
    found = {name: value for name, value in declared.items() if name not in dropped}
    return found | next((each for each in declared.get("anyOf", ()) if each["type"] != "null"), {})


def resource_of(tool: str) -> Resource | None:
    """The list of a tool that has one of its own."""
    found = RESOURCES.get(tool.removeprefix("list_"))
    return found if tool.startswith("list_") and found and leads(found) else None


def _practices() -> Tool:
    return Tool(
        name=PRACTICES,
        title="List practices",
        description=(
            "The veterinary practices in reach, each with its portal, its time zone, and which "
            "types of records it has, with how old (`as_of`) and how whole (`complete`) what is "
            "stored of each is. Use it first when you do not know which practice is meant or "
            "whether something is kept at all."
        ),
        input_schema=_schema({}),
        annotations=_READS,
    )


@cache
def _list_tool_of(name: str) -> Tool:
    resource = RESOURCES[name]
    words = name.replace("_", " ")
    leaning = ", ".join(child for child in resource.children if not leads(RESOURCES[child]))
    related = f", list_records for what belongs to it ({leaning})" if leaning else ""
    return Tool(
        name=f"list_{name}",
        title=f"List {words}",
        description=(
            f"Find {words}. {meaning_of(resource.entity.kind)} Use it to look for {words} by "
            f"{_choices(resource)}; all arguments together narrow the list. {_ANSWER} "
            f"Next: get_record with an `id` for a single one{related}."
        ),
        input_schema=_schema({each.name: _property(each) for each in parameters(resource)}),
        output_schema=_PAGE,
        annotations=_READS,
    )


def _list_tool(resource: Resource) -> Tool:
    return _list_tool_of(resource.name)


def _records(resources: Iterable[Resource]) -> Tool:
    names = [resource.name for resource in resources]
    own = {
        each.name: _property(each)
        for each in parameters(RESOURCES[names[0]])
        if each.name in _COMMON - {"expand"}
    }
    kinds = "\n".join(f"- {name}: {', '.join(_filters(RESOURCES[name]))}" for name in names)
    properties: dict[str, Any] = {
        "type": {"type": "string", "enum": names, "description": "The type of records."},
        "filters": {
            "type": "object",
            "description": "What narrows the list, by name; the names depend on the type.",
            "additionalProperties": {"type": ["string", "boolean"]},
        },
        "expand": {"type": "string", "description": "References to show with each: `patient`."},
    }
    return Tool(
        name=RECORDS,
        title="List records of a type",
        description=(
            "List records of a type that has no tool of its own, usually those that belong to a "
            "patient, client, visit or invoice that you found before. "
            f"{_ANSWER} Every type takes the filters location_id, status and source_id; besides:\n"
            f"{kinds}"
        ),
        input_schema=_schema(properties | own, "type"),
        output_schema=_PAGE,
        annotations=_READS,
    )


def _record() -> Tool:
    return Tool(
        name=RECORD,
        title="Show a record",
        description=(
            "Show one record by the `id` that a list gave, or that another record refers to by a "
            "field ending in `_id`; also one that the portal removed since. Comes back: `record`, "
            "and `related`: what refers to it, as types and filters for the tools that list. "
            "Use `expand` to have what it refers to in the same answer."
        ),
        input_schema=_schema(
            {
                "id": {"type": "string", "description": "Our id, such as pat_..."},
                "expand": {
                    "type": "string",
                    "description": "References or types to show with it, separated by commas.",
                },
                "fields": {
                    "type": "string",
                    "description": "The only fields that are shown, separated by commas.",
                },
            },
            "id",
        ),
        output_schema=_ONE,
        annotations=_READS,
    )


def _choices(resource: Resource) -> str:
    return ", ".join(name.replace("_", " ") for name in ("words",) * resource.searched + (
        *_filters(resource), "status", "location"))  # fmt: skip


def _filters(resource: Resource) -> list[str]:
    """The parameters of a list that others have not."""
    shared = {*_COMMON, "location_id", "status", "source_id", "sort", "q"}
    return [each.name for each in parameters(resource) if each.name not in shared]


def _property(parameter: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": _TYPES[parameter.type],
        "description": parameter.about,
    }
    if parameter.example:
        found["examples"] = [parameter.example]
    if parameter.name == "limit":
        found |= {"minimum": 1, "maximum": MOST, "default": FEW}
    return found


def _schema(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return made | ({"required": list(required)} if required else {})
