"""Canonical JSON: equal content gives equal bytes, and every database can keep it."""

from __future__ import annotations

import json
from hashlib import blake2b
from math import isfinite
from typing import Final

import orjson
from pydantic import JsonValue

from automation.wire import json_bytes

_NUL: Final = rb"\u0000"


def canonical_item(
    item: dict[str, JsonValue], ignore: tuple[str, ...] = ()
) -> tuple[dict[str, JsonValue], bytes]:
    """Return an item and its canonical bytes, both free of what some database refuses.

    JSON can carry NUL characters, halves of surrogate pairs and, as some write it, NaN. The first
    are dropped, the second become U+FFFD, the third null.

    Args:
        item: as the portal sent it.
        ignore: keys of the item that are left out of the bytes.
    """
    raw = _dumped(_without(item, ignore))
    if raw is not None and _NUL not in raw:
        return item, raw
    item = _storable_object(item)
    kept = _without(item, ignore)
    raw = _dumped(kept)
    if raw is None:  # integers of more than 64 bits, which only the slow writer knows
        raw = json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()
    return item, raw


def content_hash(values: dict[str, object], raw: bytes) -> str:
    """32 hexadecimal digits; equal for equal content, whatever the order of keys."""
    written = orjson.dumps(values, option=orjson.OPT_SORT_KEYS, default=str)
    return blake2b(written + raw, digest_size=16).hexdigest()


def _dumped(item: dict[str, JsonValue]) -> bytes | None:
    try:
        return json_bytes(item)
    except TypeError:
        return None


def _without(item: dict[str, JsonValue], keys: tuple[str, ...]) -> dict[str, JsonValue]:
    return {key: item[key] for key in item if key not in keys} if keys else item


def _storable(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return _storable_text(value)
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, list):
        return [_storable(inner) for inner in value]
    if isinstance(value, dict):
        return _storable_object(value)
    return value


def _storable_object(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """In the order of the keys, so that of two which become one the same always wins."""
    return {_storable_text(key): _storable(value[key]) for key in sorted(value)}


def _storable_text(text: str) -> str:
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
