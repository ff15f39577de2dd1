"""What portals send by themselves: notices to a secret address, and clicks on their button."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Path, Request
from starlette.responses import PlainTextResponse, Response

from automation import audit, pipeline
from automation.errors import NotKnown, Refused
from automation.inbound import Receiver
from automation.pipeline import Tools
from automation.serve.problems import Problem
from automation.serve.rest.answers import answer
from automation.serve.rest.guarding import Working
from automation.serve.shapes import shown

_NAME = r"[a-z0-9-]{1,100}"


class _Taking:
    """The one receiver of what is served at the moment: it counts what is under way."""

    def __init__(self, tools: Tools) -> None:
        self._tools, self._receiver = tools, pipeline.receiver(tools)

    def of(self, tools: Tools) -> Receiver:
        """That of these tools."""
        if tools is not self._tools:
            self._tools, self._receiver = tools, pipeline.receiver(tools)
        return self._receiver


def routes(tools: Tools) -> APIRouter:
    """Where portals send; no token is shown here, because none of them could.

    Args:
        tools: what takes notices works with.
    """
    router = APIRouter(include_in_schema=False)
    taking = _Taking(tools)

    @router.api_route("/inbound/{practice}/{secret}", methods=["GET", "POST", "PUT", "DELETE"])
    async def notice(request: Request, service: Working, practice: str, secret: str) -> Response:
        request.scope["path"] = "/inbound"  # whatever is told of the request, the secret is not
        told = await taking.of(service.tools).receive(
            practice,
            secret,
            method=request.method,
            headers=request.headers,
            body=await request.body(),
        )
        return PlainTextResponse(told.said, told.status)

    @router.api_route("/button/{practice}", methods=["GET", "POST"])
    async def click(
        request: Request, service: Working, practice: Annotated[str, Path(pattern=_NAME)]
    ) -> Response:
        text = request.url.query
        if request.method == "POST":
            text = (await request.body()).decode("utf-8", "replace")
        pairs = parse_qsl(text, keep_blank_values=True)
        try:
            where = await service.tools.store.practice(practice)
            with audit.acting(actor="button", organization=where.organization):
                found = await pipeline.open_click(service.tools, where, pairs)
        except (NotKnown, Refused):  # a stranger learns nothing by trying
            raise Problem(
                404,
                "not_found",
                "there is nothing to show",
                remedy="Press the button in the portal anew.",
            ) from None
        beside = {kind: shown(entity) for kind, entity in found.beside.items()}
        return answer(request, {"shown": shown(found.shown), "beside": beside})

    return router
