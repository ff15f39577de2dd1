"""The REST API, put together."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.gzip import GZipMiddleware

from automation.serve.exemplary import add_examples
from automation.serve.rest import (
    auditing,
    authenticating,
    availability,
    inbound,
    lists,
    mcp,
    overview,
    reading_room,
    reconciliation,
    views,
    webhooks,
    writes,
)
from automation.serve.rest.described import ProblemShape
from automation.serve.rest.guarding import VERSION, attach, guard
from automation.serve.service import Service

_GZIP_FROM: Final = 1024
_GZIP_LEVEL: Final = 4
"""Half of the work of level 9; what goes out is a tenth larger."""
_ABOUT: Final = (
    "One surface over every practice. Reads come from the store and touch no portal; the header "
    "`X-Data-As-Of` says how old they are. Amounts are integers of the smallest unit. Lists are "
    "paged by an opaque cursor. Errors follow RFC 9457."
)


def build_app(service: Service) -> FastAPI:
    """The application, ready to be served.

    Args:
        service: what it works with, for as long as it is served.
    """
    app = FastAPI(
        title="vetportal", version=VERSION, description=_ABOUT, docs_url=None, redoc_url=None
    )
    for router in (
        lists.routes(),
        views.routes(),
        availability.routes(),
        writes.routes(service.tools),
        reconciliation.routes(),
        overview.routes(),
        authenticating.routes(),
        webhooks.routes(),
        auditing.routes(),
        inbound.routes(service.tools),
        reading_room.routes(),
    ):
        # as its own: a router that is included is looked through twice for each request
        app.router.routes.extend(router.routes)
    app.add_middleware(GZipMiddleware, minimum_size=_GZIP_FROM, compresslevel=_GZIP_LEVEL)
    guard(app)
    attach(app, service)
    mcp.mount(app)
    _describe(app)
    return app


def _describe(app: FastAPI) -> None:
    """Describe the API once, with the shape of problems in it."""

    def description() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title, version=app.version, routes=app.routes, description=app.description
            )
            schemas = made.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = ProblemShape.model_json_schema()
            _drop_unused(made)
            add_examples(made)
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = description  # type: ignore[method-assign]


def _drop_unused(made: dict[str, Any]) -> None:
    """A request that does not fit gets a problem, not what the framework answers by itself."""
    for path in made["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        made["components"]["schemas"].pop(name, None)
