"""Put what moved in a call where it is now, and leave all else of the endpoint as it was.

Two captures show less of a call than the recordings it was inferred from: a search that nobody
typed looks constant, a list of one page does not go on. Only what they contradict is taken over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue

from automation.model import (
    Binding,
    Computed,
    Constant,
    Endpoint,
    FromSession,
    Pagination,
    RequestTemplate,
    ResponseShape,
    Slot,
    Unknown,
)
from automation.wire import EACH, parse_path

_PLACES: Final = ("path", "query", "headers", "form", "json_body")
_WHERE: Final = ("total", "pages", "more")
_SERIES: Final = ("kind", "source", "start", "step", "item", "opens")


def moved(before: Endpoint, now: Endpoint) -> Endpoint | None:
    """The endpoint as it was, with what new captures show to be elsewhere.

    Args:
        before: as it is in its file.
        now: as it is inferred from captures since the portal changed.

    Returns:
        None where the call holds something by now that is not understood.
    """
    request = _request(before, now)
    if any(isinstance(each, Unknown | Computed) for _, _, each in request.bindings()):
        return None
    sent = {each.session for _, _, each in request.bindings() if isinstance(each, FromSession)}
    known = {
        name: slot
        for name, slot in before.slots.items()
        if name not in now.slots or _is_slot(slot, now.slots[name])
    }
    slots = {**before.slots, **now.slots, **known}
    return before.model_copy(
        update={
            "request": request,
            "response": _response(before.response, now.response),
            "pagination": _pagination(before.pagination, now.pagination),
            "slots": {name: slot for name, slot in slots.items() if name in sent},
        }
    )


def _request(before: Endpoint, now: Endpoint) -> RequestTemplate:
    parts: dict[str, object] = {
        place: _bindings(before, now, getattr(before.request, place), getattr(now.request, place))
        for place in _PLACES
    }
    if before.request.url != now.request.url:  # its parts are those of another address
        parts["path"] = now.request.path
    named = {name: getattr(now.request, name) for name in ("method", "url", "encoding")}
    return before.request.model_copy(update={**parts, **named})


def _bindings(
    before: Endpoint, now: Endpoint, known: Mapping[str, Binding], seen: Mapping[str, Binding]
) -> dict[str, Binding]:
    kept: dict[str, Binding] = {}
    for name, binding in known.items():
        if name in seen:
            stays = _stays(before, now, binding, seen[name])
            kept[name] = binding if stays else seen[name]
        elif binding.optional:
            kept[name] = binding
    return {**kept, **{name: each for name, each in seen.items() if name not in kept}}


def _stays(before: Endpoint, now: Endpoint, binding: Binding, seen: Binding) -> bool:
    """Whether what was seen may have come from where the value came from before."""
    if isinstance(binding, FromSession) and isinstance(seen, FromSession):
        one, other = before.slots.get(binding.session), now.slots.get(seen.session)
        return (one is None and binding.session == seen.session) or _is_slot(one, other)
    if isinstance(seen, Constant):
        return not isinstance(binding, Constant) or binding.constant == seen.constant
    return _plain(binding) == _plain(seen)


def _is_slot(before: Slot | None, now: Slot | None) -> bool:
    """Whether all places where a value was seen are known."""
    if before is None or now is None:
        return False
    return set(now.sources) <= set(before.sources) and (now.open is None or before.open == now.open)


def _plain(binding: Binding) -> dict[str, JsonValue]:
    return binding.model_dump(mode="json", exclude={"why", "optional"})


# ---------------------------------------------------------------- how a list goes on


def _pagination(before: Pagination | None, now: Pagination | None) -> Pagination | None:
    if before is None or now is None:
        return before or now
    if any(getattr(before, name) != getattr(now, name) for name in _SERIES):
        return now.model_copy(update={"trigger": before.trigger or now.trigger})
    told = {name: getattr(now.stop, name) for name in _WHERE if getattr(before.stop, name)}
    stop = before.stop.model_copy(update={name: path for name, path in told.items() if path})
    return before.model_copy(update={"stop": stop, "size": now.size or before.size})


# ---------------------------------------------------------------- what comes back


def _response(before: ResponseShape, now: ResponseShape) -> ResponseShape:
    """As it was, where its items and their key still stand where they stood."""
    if before.kind != now.kind or (before.items is None) != (now.items is None):
        return now
    if before.items is None or now.items is None:
        return before
    if before.items != now.items and not _has(now.shape, before.items):
        return now
    key = before.key
    if key and before.items == now.items and not _has(now.shape, f"{before.items}[].{key}"):
        return now
    return before


def _has(shape: Mapping[str, JsonValue], path: str) -> bool:
    """Whether there is such a place; what is no plain path is believed."""
    try:
        tokens = parse_path(path.removeprefix("@"))
    except ValueError:
        return True
    inner: JsonValue = dict(shape)
    for token in tokens:
        if not isinstance(inner, dict):
            return False
        inside = inner.get("items" if token == EACH else "properties")
        if token == EACH:
            inner = inside
        elif isinstance(inside, dict):
            inner = inside.get(str(token))
        else:
            return False
    return inner is not None
