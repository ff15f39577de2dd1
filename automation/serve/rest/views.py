"""The routes of views: questions that are answered from several kinds of entities."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.responses import Response

from automation.serve.rest.answers import shown_answer
from automation.serve.rest.described import problems, queried, scoped
from automation.serve.rest.guarding import Asking, Working
from automation.serve.viewing import Viewer, scopes_of, view_parameters
from automation.store import VIEWS, View


def routes() -> APIRouter:
    """A route for each view."""
    router = APIRouter()
    for view in VIEWS.values():
        _add(router, view)
    return router


def _add(router: APIRouter, view: View) -> None:
    async def viewed(request: Request, caller: Asking, service: Working) -> Response:
        viewer = Viewer(service.tools, service.reader.freshness)
        found = await viewer.page(caller, view, dict(request.query_params))
        return shown_answer(request, found, {"data": found.data, "next_cursor": found.next_cursor})

    scopes = scopes_of(view)
    router.add_api_route(
        f"/views/{view.name}",
        viewed,
        methods=["GET"],
        operation_id=f"view_{view.name}",
        summary=view.name.replace("_", " ").capitalize(),
        description=f"{view.about} Wants {', '.join(f'`{scope}`' for scope in scopes)}.",
        tags=["views"],
        response_model=None,
        responses={200: {"model": _page(view)}, **problems(503)},
        openapi_extra={
            **scoped(scopes[0], **{"x-required-scopes": list(scopes)}),
            **queried(view_parameters(view)),
        },
    )


def _page(view: View) -> type[BaseModel]:
    fields: dict[str, Any] = {
        name: (annotation, Field(description=about))
        for name, (annotation, about) in view.fields.items()
    }
    row = create_model(
        f"{_title(view)}Row", __config__=ConfigDict(extra="forbid"), __doc__=view.about, **fields
    )
    about = "Where the view goes on; null where it ends."
    made: type[BaseModel] = create_model(
        f"{_title(view)}View",
        data=(list[row], ...),
        next_cursor=(str | None, Field(None, description=about)),
    )
    return made


def _title(view: View) -> str:
    return "".join(part.capitalize() for part in view.name.split("_"))
