"""`vetportal explain`: why an endpoint is what it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit

if TYPE_CHECKING:
    from pydantic import JsonValue

    from automation.model import Binding, Endpoint

OfPortal = Annotated[
    str | None, typer.Option("--portal", help="Portal folder; needed when two have the endpoint.")
]


def explain(
    endpoint: Annotated[str, typer.Argument(help="Name of the endpoint.")],
    portal: OfPortal = None,
    as_json: AsJson = False,
) -> None:
    """Print where each value of a request comes from, and the evidence for it."""
    from automation import wiring
    from automation.settings import read_settings

    _, found = wiring.find_endpoint(read_settings(), endpoint, portal)
    text = "\n".join(_lines(found))
    emit(found.model_dump(mode="json", exclude_defaults=True), text, as_json=as_json)


def _lines(endpoint: Endpoint) -> Iterator[str]:
    request = endpoint.request
    yield f"{endpoint.endpoint}: {request.method} {request.url}"
    yield f"  {endpoint.effect:<8} {endpoint.why.get('effect', '')}"
    yield f"  name     {endpoint.why.get('name', '')}"
    yield f"  reach    {endpoint.reach.rung}, {endpoint.reach.verified}"
    groups = {
        "path": request.path,
        "query": request.query,
        "header": request.headers,
        "form": request.form,
        "json": request.json_body,
    }
    for place, bindings in groups.items():
        for name, binding in bindings.items():
            yield f"{place} {name}"
            yield f"  {_source(binding):<40} {binding.why}"
    yield from _beyond(endpoint)


def _beyond(endpoint: Endpoint) -> Iterator[str]:
    if endpoint.pagination:
        paging = endpoint.pagination
        yield f"pages by {paging.kind} ({paging.proof})"
        yield f"  {paging.why}"
    if endpoint.response.items:
        yield f"items at {endpoint.response.items}, key {endpoint.response.key}"
        yield f"  {endpoint.why.get('items', '')}"
    elif endpoint.response.kind == "html" and endpoint.response.shape:
        yield "a page about one thing"
        yield from (f"  {line}" for line in _lists(endpoint.response.shape))
    for name, slot in endpoint.slots.items():
        yield f"slot {name}"
        for source in slot.sources:
            place = source.model_dump(exclude_none=True)
            yield "  from " + ", ".join(f"{key} {value}" for key, value in place.items())
        yield f"  {slot.why}"


def _lists(shape: dict[str, JsonValue]) -> Iterator[str]:
    """What a mapping can say ``each`` of."""
    for kind in ("tables", "blocks"):
        inner: JsonValue = shape
        for key in ("properties", kind, "properties"):
            inner = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(inner, dict) and inner:
            yield f"{kind}: {', '.join(inner)}"


def _source(binding: Binding) -> str:
    """The class of a binding and its value: ``constant 50``, ``session antiforgery``."""
    facts = binding.model_dump(exclude={"why", "optional"}, exclude_none=True)
    (kind, value), *rest = facts.items()
    more = "".join(f", {key} {item}" for key, item in rest)
    return f"{kind} {value!r}{more}" if kind == "constant" else f"{kind} {value}{more}"
