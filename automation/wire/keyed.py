"""Objects that list things by their identity: ``{"12": {...}, "15": {...}}`` is a list of two.

Where the identities of a list are its keys, an empty list is an empty object; PHP writes arrays so
whose numbers have gaps (``json_encode``).
"""

from __future__ import annotations

import re
from typing import Final

from pydantic import JsonValue

KEY: Final = "@key"
"""The name under which an item says what its key was."""

_IDENTITY: Final = r"(?:\d+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
_IS_IDENTITY: Final = re.compile(_IDENTITY)
_SIGN: Final = rf'\{{\s*"{_IDENTITY}"\s*:\s*\{{'
_IN_TEXT: Final = re.compile(_SIGN)
_IN_BYTES: Final = re.compile(_SIGN.encode())


def unkeyed(document: JsonValue, said: str | bytes) -> JsonValue:
    """The document with a list in the place of each object that lists things by identity.

    Args:
        document: what was said.
        said: its JSON; searching that is far cheaper than walking where nothing is to be done.
    """
    sign = _IN_BYTES.search(said) if isinstance(said, bytes) else _IN_TEXT.search(said)
    return document if sign is None else _unkeyed(document)


def _unkeyed(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_unkeyed(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value and all(map(_lists, value, value.values())):
        return [{KEY: key, **_object(item)} for key, item in value.items()]
    return _object(value)


def _object(value: JsonValue) -> dict[str, JsonValue]:
    return {name: _unkeyed(item) for name, item in value.items()} if isinstance(value, dict) else {}


def _lists(key: str, item: JsonValue) -> bool:
    return isinstance(item, dict) and _IS_IDENTITY.fullmatch(key) is not None
