"""What new captures contradict is taken over; what they only do not show stays as it was."""

from __future__ import annotations

from typing import Any

import pytest

from automation.drift import moved
from automation.model import Endpoint

SOURCE = {"css": "input[name=token]", "attribute": "value"}
BEFORE: dict[str, Any] = {
    "endpoint": "list-pets",
    "effect": "read",
    "flow": "list-pets",
    "request": {
        "method": "POST",
        "url": "/pets",
        "query": {
            "search": {"input": "search", "default": ""},
            "size": {"page": "size"},
            "after": {"page": "cursor", "optional": True},
            "kind": {"constant": "all"},
        },
        "form": {"token": {"session": "token", "why": "long ago"}},
        "encoding": "form",
    },
    "response": {
        "items": "rows",
        "key": "id",
        "shape": {"properties": {"rows": {"items": {"properties": {"id": {}, "name": {}}}}}},
    },
    "pagination": {
        "kind": "cursor",
        "size": 20,
        "source": {"json_path": "next"},
        "stop": {"absent": True},
        "trigger": "3",
    },
    "slots": {"token": {"open": "/pets", "sources": [SOURCE, {"header": "x-next"}]}},
}


def endpoint(**changed: dict[str, Any] | None) -> Endpoint:
    """The endpoint with parts of it changed; ``None`` takes a part away."""
    document = {**BEFORE}
    for name, part in changed.items():
        known = BEFORE[name] if isinstance(BEFORE[name], dict) else {}
        document[name] = None if part is None else {**known, **part}
    return Endpoint.model_validate(document)


AS_IT_WAS = endpoint()


def test_what_two_captures_do_not_show_stays() -> None:
    """Nobody searched, one page came, the token was read off the page only."""
    seen = endpoint(
        request={
            "query": {
                "search": {"constant": ""},
                "size": {"constant": 20},
                "kind": {"constant": "all"},
            }
        },
        pagination=None,
        slots={"token": {"open": "/pets", "sources": [SOURCE]}},
        response={"shape": {"properties": {"rows": {"items": {"properties": {"id": {}}}}}}},
    )
    assert moved(AS_IT_WAS, seen) == AS_IT_WAS


@pytest.mark.parametrize(
    "changed",
    [
        {"request": {"url": "/animals"}},
        {"request": {"query": {**BEFORE["request"]["query"], "kind": {"constant": "some"}}}},
        {"request": {"query": {**BEFORE["request"]["query"], "region": {"constant": "eu"}}}},
        {"request": {"form": {}, "headers": {"x-token": {"session": "token", "why": "long ago"}}}},
        {
            "slots": {
                "token": {"open": "/pets", "sources": [{"css": "meta", "attribute": "content"}]}
            }
        },
        {"pagination": {"source": {"json_path": "links.next"}}},
        {"pagination": {"stop": {"absent": True, "total": "count"}, "kind": "page"}},
        {"response": {"items": "data.rows", "shape": {"properties": {"data": {}}}}},
        {
            "response": {
                "key": "uid",
                "shape": {"properties": {"rows": {"items": {"properties": {"uid": {}}}}}},
            }
        },
    ],
    ids=[
        "address",
        "constant",
        "new",
        "carrier",
        "source",
        "cursor",
        "pages",
        "envelope",
        "key",
    ],
)
def test_what_moved_is_taken_over(changed: dict[str, Any]) -> None:
    assert moved(AS_IT_WAS, endpoint(**changed)) == endpoint(**changed)


def test_where_the_number_of_all_items_stands_may_move_alone() -> None:
    numbered = {"kind": "page", "source": None}
    before = endpoint(pagination={**numbered, "stop": {"total": "count"}})
    seen = endpoint(pagination={**numbered, "stop": {"total": "page.count", "short": True}})
    found = moved(before, seen)
    assert found is not None
    assert found.pagination is not None
    assert found.pagination.stop.model_dump(exclude_defaults=True) == {"total": "page.count"}


@pytest.mark.parametrize("binding", [{"unknown": "x7"}, {"computed": "a signature"}])
def test_what_is_not_understood_is_no_repair(binding: dict[str, Any]) -> None:
    seen = endpoint(request={"form": {"token": binding}})
    assert moved(AS_IT_WAS, seen) is None
