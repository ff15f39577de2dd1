"""What the description of the API (OpenAPI 3.1) says of every route."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pydantic import BaseModel, Field

from automation.serve.asking import Parameter
from automation.serve.rest.answers import PROBLEM

SCOPE: Final = "x-required-scope"
_WORDS: Final = {
    400: "A parameter or the body is not possible",
    401: "No token, or none that is valid",
    403: "The token does not allow it",
    404: "There is no such thing within reach",
    409: "It stands against something that is so already",
    413: "The body is too large",
    415: "The body is of another type",
    423: "The portal wants a person",
    429: "Too many requests",
    502: "The portal is not what it was",
    503: "It does not work now; try again",
    504: "The portal did not answer in time",
}
_TYPES: Final[dict[type, str]] = {str: "string", int: "integer", bool: "boolean"}
_ALWAYS: Final = (400, 401, 403, 429)


class ProblemShape(BaseModel):
    """A problem (RFC 9457)."""

    type: str = Field(description="Where the code is explained.")
    title: str = Field(description="What the code means.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong this time.")
    code: str = Field(description="What programs know it by; it stays the same.")
    request_id: str = Field(description="The id of the request, for questions about it.")
    retryable: bool = Field(description="Whether the same request may succeed later.")
    remedy: str | None = Field(None, description="What to do next.")
    parameter: str | None = Field(None, description="The parameter that it is about.")


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers without a result that a route may give, those of every route included."""
    return {
        status: {
            "description": _WORDS[status],
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*_ALWAYS, *statuses})
    }


def queried(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """What a list takes behind the question mark; its reader looks at it, and refuses the rest."""
    return {
        "parameters": [
            {
                "name": each.name,
                "in": "query",
                "required": False,
                "description": each.about,
                "schema": {
                    "type": _TYPES[each.type],
                    **({"examples": [each.example]} if each.example else {}),
                    **({"minimum": 1, "maximum": each.most} if each.most else {}),
                },
            }
            for each in parameters
        ]
    }


def scoped(scope: str | Sequence[str], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """What a token needs for a route; one of several, where what is asked for tells which."""
    return {SCOPE: scope if isinstance(scope, str) else list(scope), **more}
