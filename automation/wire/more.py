"""Whether an answer says that its list goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

from automation.wire.values import words

_NEXT: Final = frozenset(
    {"next", "next page", "next url", "next link", "next href", "next cursor", "next token"}
    | {"next page token", "next page url"}
)
_MORE: Final = frozenset({"more", "has more", "has next", "has next page"})
_TOTAL: Final = frozenset(
    {"total", "count", "total count", "total records", "total items", "total results"}
)


def says_more(document: JsonValue, count: int) -> str | None:
    """The field by which an answer says that there is more than it holds; None where none does.

    Looked at are the fields of the answer and of its objects, not those of its items: a next
    address, page or cursor, "has more", and a total above the number of items.

    Args:
        document: the answer.
        count: how many items it holds.
    """
    return next((name for name, value in _facts(document) if _tells(name, value, count)), None)


def is_called_more(path: str) -> bool:
    """Tell whether the last name of a path says "there is more"."""
    return " ".join(words(path.rpartition(".")[2])) in _MORE


def _tells(name: str, value: JsonValue, count: int) -> bool:
    if isinstance(value, bool):
        return value and is_called_more(name)
    spoken = " ".join(words(name))
    if isinstance(value, int) and spoken in _TOTAL:
        return value > count
    return spoken in _NEXT and isinstance(value, str | int) and bool(value)


def _facts(document: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(document, dict):
        for name, value in document.items():
            yield name, value
            if isinstance(value, dict):
                yield from value.items()
