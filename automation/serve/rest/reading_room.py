"""The pages that explain the API; nothing in them is from elsewhere, so they work offline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from automation.serve.problems import STATUSES, TITLES
from automation.serve.rest.described import SCOPE

_SPAN: Final = re.compile(r"`([^`]+)`")
_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete"})
_SAFE: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """One operation as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    scope: str
    parameters: list[dict[str, Any]]
    body: str
    example: str


def routes() -> APIRouter:
    """The pages; they need no token, because they tell of no practice."""
    router = APIRouter(include_in_schema=False)
    pages = Environment(
        loader=PackageLoader("automation.serve.rest"), autoescape=select_autoescape()
    )
    pages.filters["coded"] = coded

    @router.get("/docs")
    async def docs(request: Request) -> HTMLResponse:
        made = request.app.openapi()
        about = {"title": made["info"]["title"], "version": made["info"]["version"]}
        text = pages.get_template("docs.html").render(
            **about, about=made["info"]["description"], groups=grouped(made)
        )
        return HTMLResponse(text, headers=_SAFE)

    @router.get("/docs/errors")
    async def errors() -> HTMLResponse:
        rows = sorted((code, STATUSES[code], words) for code, words in TITLES.items())
        text = pages.get_template("errors.html").render(errors=rows)
        return HTMLResponse(text, headers=_SAFE)

    return router


def grouped(made: dict[str, Any]) -> dict[str, list[Explained]]:
    """The operations of a description (OpenAPI 3.1) by their first tag."""
    found: dict[str, list[Explained]] = {}
    for path, method, operation in _operations(made):
        tag = (operation.get("tags") or ["other"])[0]
        found.setdefault(tag, []).append(_explained(path, method, operation))
    return found


def coded(text: str) -> Markup:
    """A text of the description with its code spans (CommonMark 6.1) as elements."""
    return Markup(_SPAN.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def _operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in made["paths"].items():
        for method in _METHODS & methods.keys():
            yield path, method, methods[method]


def _explained(path: str, method: str, operation: dict[str, Any]) -> Explained:
    fine: list[dict[str, Any]] = [
        one for code, one in operation["responses"].items() if code.startswith("2")
    ]
    return Explained(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        about=operation.get("description", ""),
        scope=_scope(operation.get(SCOPE, "")),
        parameters=operation.get("parameters", []),
        body=_example(operation.get("requestBody", {})),
        example=_example(fine[0] if fine else {}),
    )


def _scope(needed: str | list[str]) -> str:
    return needed if isinstance(needed, str) else f"one of {', '.join(needed)}"


def _example(part: dict[str, Any]) -> str:
    content = part.get("content", {}).get("application/json", {})
    example = content.get("example")
    return "" if example is None else json.dumps(example, indent=2, ensure_ascii=False)
