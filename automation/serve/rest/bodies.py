"""What the description of the API says of the bodies of changes: all that portals declare."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from automation.model import Operation
from automation.serve.declared import Schema, inputs_of

_PRACTICE: Final[Schema] = {
    "type": "string",
    "description": "Name of the practice; it may be left out when the token reaches one.",
}


def body_of(declared: Iterable[Operation], *, without: str | None = None) -> Schema:
    """The body of a route that does one of several operations, each of a portal.

    Args:
        declared: the operations.
        without: the kind of what the path names already.
    """
    found = list(declared)
    properties = {"practice": _PRACTICE, **inputs_of(found, without=without)}
    schema: Schema = {"type": "object", "properties": properties}
    if not found:
        schema["additionalProperties"] = True
        schema["description"] = "The inputs of the operation, and the practice."
    return {"content": {"application/json": {"schema": schema}}, "required": False}
