"""Cursors: where a list goes on, as a text that callers hand back unread.

A cursor belongs to the list it was given for: it holds a digest of what that list was asked for.
It opens nothing, because what may be seen is decided anew for each page.
"""

from __future__ import annotations

import base64
import binascii
from hashlib import blake2b
from typing import Final

import orjson

from automation.serve.problems import Problem
from automation.store import Place

_DIGEST: Final = 6
_FIELDS: Final = 5


def digest_of(asked: object) -> str:
    """What tells one list from another: a digest of everything that chooses and orders it."""
    text = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
    return blake2b(text, digest_size=_DIGEST).hexdigest()


def cursor_of(place: Place, digest: str) -> str:
    """The cursor of a place in a list."""
    text = orjson.dumps([digest, place.practice, place.rank, place.time, place.id])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def place_of(cursor: str, digest: str) -> Place:
    """The place that a cursor stands for.

    Raises:
        Problem: it is none, or one of another list.
    """
    read = _read(cursor)
    if not isinstance(read, list) or not _is_place(read):
        raise wrong_cursor()
    own, practice, rank, time, number = read
    if own != digest:
        raise wrong_cursor("it belongs to a list with other parameters")
    return Place(practice, rank, time, number)


def _is_place(read: list[object]) -> bool:
    if len(read) != _FIELDS:
        return False
    digest, practice, rank, time, number = read
    texts = all(isinstance(each, str) for each in (digest, practice, number, time or ""))
    return texts and isinstance(rank, int) and not isinstance(rank, bool)


def wrong_cursor(why: str = "it is none that this service gave") -> Problem:
    """The refusal of a cursor."""
    return Problem(
        400,
        "invalid_request",
        f"the cursor cannot be used: {why}",
        remedy="Begin without a cursor, and hand it back with the same parameters.",
        parameter="cursor",
    )


def keys_cursor(keys: tuple[str, ...], digest: str) -> str:
    """The cursor of a place in a view: the keys of its last row."""
    return base64.urlsafe_b64encode(orjson.dumps([digest, *keys])).decode().rstrip("=")


def keys_of(cursor: str, digest: str, count: int) -> tuple[str, ...]:
    """The keys that a cursor of a view stands for.

    Raises:
        Problem: it is none, or one of another view.
    """
    read = _read(cursor)
    if not isinstance(read, list) or len(read) != count + 1:
        raise wrong_cursor()
    if not all(isinstance(each, str) for each in read):
        raise wrong_cursor()
    own, *keys = read
    if own != digest:
        raise wrong_cursor("it belongs to a list with other parameters")
    return tuple(keys)


def _read(cursor: str) -> object:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found: object = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return None
    return found
