"""Bodies: read as what is wanted, and described, those of changes by all that portals declare."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from automation.model import Operation
from automation.serve.declared import Schema, inputs_of
from automation.serve.exemplary import body_example
from automation.serve.problems import READ_DOCS, Problem

_Model = TypeVar("_Model", bound=BaseModel)

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
    content: Schema = {"schema": schema}
    if found:
        content["example"] = body_example(found[0], without=without)
    return {"content": {"application/json": content}, "required": False}


async def read_body(request: Request, model: type[_Model]) -> _Model:
    """The body of a request; whoever may not ask is told that before.

    Raises:
        Problem: it is none that fits, which is told without repeating any of it.
    """
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip()
    if kind.lower() != "application/json":
        raise Problem(415, "unsupported_media_type", "a body is application/json",
                      remedy="Send JSON, with Content-Type: application/json.")  # fmt: skip
    try:
        return model.model_validate_json(await request.body() or b"{}")
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_context=False)[0]
        place = ".".join(str(each) for each in first["loc"]) or "body"
        told = f"{place[:100]}: {first['msg'].lower()}"
        raise Problem(
            400, "invalid_request", told, remedy=READ_DOCS, parameter=place[:100]
        ) from None
