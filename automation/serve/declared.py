"""What operations ask of their callers, as a JSON schema: all that portals declare."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from automation.model import Operation, OperationInput

Schema = dict[str, Any]
_TYPES: Final[dict[str, Schema]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {
        "type": "string",
        "description": "as 2026-03-02T14:30 (of the practice) or 2026-03-02T14:30+02:00",
    },
    "file": {
        "type": "object",
        "description": "A file.",
        "properties": {
            "name": {"type": "string"},
            "content": {"type": "string", "contentEncoding": "base64"},
            "type": {"type": "string", "description": "Its media type; its name may tell it."},
        },
        "required": ["name", "content"],
    },
}


def inputs_of(declared: Iterable[Operation], *, without: str | None = None) -> dict[str, Schema]:
    """The inputs of one of several operations, each of a portal, by name.

    Args:
        declared: the operations.
        without: the kind of what is named already.
    """
    found = list(declared)
    properties: dict[str, Schema] = {}
    for name in dict.fromkeys(name for each in found for name in each.inputs):
        fields = [each.inputs[name] for each in found if name in each.inputs]
        if without is None or any(field.refers != without for field in fields):
            properties[name] = _either([_schema(field) for field in fields])
    return properties


def wanted_by(declared: Iterable[Operation]) -> list[str]:
    """The inputs that none of several operations goes without."""
    wanted = [
        {name for name, field in each.inputs.items() if not field.may_be_left_out}
        for each in declared
    ]
    return sorted(set.intersection(*wanted)) if wanted else []


def _either(schemas: list[Schema]) -> Schema:
    different: list[Schema] = []
    for each in schemas:
        if each not in different:
            different.append(each)
    return different[0] if len(different) == 1 else {"anyOf": different}


def _schema(field: OperationInput) -> Schema:
    if field.type == "object":
        made = _object(field)
    elif field.type == "list":
        entry = _object(field) if field.fields else _plain(field.of or "text", field.refers)
        made = {"type": "array", "items": entry}
    else:
        made = _plain(field.type, field.refers)
    if field.allowed and field.type in {"text", "integer"}:
        values = list(field.allowed)
        made["enum"] = values if field.type == "text" else [int(each) for each in values]
    about = [field.about] if field.about else []
    about += [made["description"]] if "description" in made and field.type == "datetime" else []
    about += [f"{value}: {means}" for value, means in field.allowed.items() if means]
    if field.refers is not None:
        about.append(f"our id of the {field.refers.replace('_', ' ')}, or the portal's")
    if about:
        made["description"] = "; ".join(about)
    if field.default is not None:
        made["default"] = field.default
    return made


def _plain(kind: str, refers: str | None) -> Schema:
    if refers is not None:
        return {"anyOf": [{"type": "string"}, {"type": "integer"}]}
    return dict(_TYPES[kind])


def _object(field: OperationInput) -> Schema:
    parts = {name: _schema(part) for name, part in field.fields.items()}
    return {"type": "object", "properties": parts}
