"""The routes that list entities and show single ones."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field, create_model
from starlette.responses import Response

from automation import audit
from automation.serve.asking import parameters
from automation.serve.callers import Caller
from automation.serve.examples import example_of, page_of
from automation.serve.resources import RESOURCES, Resource
from automation.serve.rest.answers import LINES, lines, shown_answer
from automation.serve.rest.described import problems, queried, scoped
from automation.serve.rest.guarding import Asking, Working
from automation.serve.service import Service
from automation.serve.shapes import shape_of

_ONE: Final = ("expand", "fields", "freshness")
_LIVE: Final = (404, 409, 423, 502, 503, 504)
"""How a reading may end that the portal is asked for first."""


def routes() -> APIRouter:
    """A list and a single entity for everything that can be listed."""
    router = APIRouter()
    for resource in RESOURCES.values():
        _add_list(router, resource)
        _add_one(router, resource)
    return router


def _add_list(router: APIRouter, resource: Resource) -> None:
    async def listed(request: Request, caller: Asking, service: Working) -> Response:
        given = dict(request.query_params)
        if request.headers.get("accept", "").startswith(LINES):
            await service.reader.page(caller, resource, given)  # refuses before it begins
            _note_export(service, caller, resource)
            return lines(service.reader.every(caller, resource, given))
        found = await service.reader.page(caller, resource, given)
        content = {"data": found.data, "next_cursor": found.next_cursor}
        return shown_answer(request, found, content)

    words, kind = resource.name.replace("_", " "), resource.parts[0].kind
    router.add_api_route(
        f"/{resource.name}",
        listed,
        methods=["GET"],
        operation_id=f"list_{resource.name}",
        summary=f"List {words}",
        description=_about(resource),
        tags=[words],
        response_model=None,
        responses={
            200: {
                "model": _page(resource),
                "content": {"application/json": {"example": page_of(kind)}, LINES: {}},
            },
            **problems(*_LIVE),
        },
        openapi_extra={**scoped(resource.scope), **queried(parameters(resource))},
    )


def _note_export(service: Service, caller: Caller, resource: Resource) -> None:
    detail = {"format": "lines", "list": resource.name}
    organization = caller.reach.organization
    with audit.acting(actor=caller.actor, organization=organization):
        service.tools.audit.note("records.exported", organization=organization, detail=detail)


def _add_one(router: APIRouter, resource: Resource) -> None:
    async def one(
        request: Request,
        caller: Asking,
        service: Working,
        id: Annotated[str, Path(description="Our id, as a list shows it.")],  # noqa: A002
    ) -> Response:
        found = await service.reader.one(caller, resource, id, dict(request.query_params))
        return shown_answer(request, found, found.data)

    some = tuple(each for each in parameters(resource) if each.name in _ONE)
    words = resource.name.replace("_", " ")
    kind = resource.parts[0].kind
    router.add_api_route(
        f"/{resource.name}/{{id}}",
        one,
        methods=["GET"],
        operation_id=f"get_{kind}",
        summary=f"Show one of the {words}",
        tags=[words],
        response_model=None,
        responses={
            200: {
                "model": shape_of(kind),
                "content": {"application/json": {"example": example_of(kind)}},
            },
            **problems(*_LIVE),
        },
        openapi_extra={**scoped(resource.scope), **queried(some)},
    )


def _about(resource: Resource) -> str:
    doc = (resource.entity.__doc__ or "").split("\n\n    Attributes:", maxsplit=1)[0]
    return " ".join(doc.split()).replace("``", "`")


def _page(resource: Resource) -> type[BaseModel]:
    shapes: Any = shape_of(resource.parts[0].kind)
    for kind in dict.fromkeys(part.kind for part in resource.parts[1:]):
        if kind != resource.parts[0].kind:
            shapes |= shape_of(kind)
    name = "".join(part.capitalize() for part in resource.name.split("_"))
    about = "Where the list goes on; null where it ends."
    made: type[BaseModel] = create_model(
        f"{name}Page",
        data=(list[shapes], ...),
        next_cursor=(str | None, Field(None, description=about)),
    )
    return made
