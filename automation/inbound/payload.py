"""The body of a notice, as a form or as JSON: names and texts, nothing else is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

import orjson

from automation.errors import BadArgument

_FIELDS: Final = 64
"""Names that a notice may have; it carries a handful."""


def read_payload(content_type: str, body: bytes) -> Mapping[str, str]:
    """What a notice says, by name; numbers as texts, whatever is no single value left out.

    Args:
        content_type: the header; ``application/json``, a form, or nothing, which is a form.
        body: as it came.

    Raises:
        BadArgument: it is neither a form nor a JSON object, or says a name twice.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return _json(body)
    if kind in {"", "application/x-www-form-urlencoded"}:
        return _form(body)
    raise BadArgument(f"a notice is a form or JSON, not {kind[:40]!r}")


def _json(body: bytes) -> dict[str, str]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadArgument("the notice is no JSON") from None
    if not isinstance(document, dict):
        raise BadArgument("the notice is no JSON object")
    if len(document) > _FIELDS:
        raise BadArgument("the notice has too many fields")
    return {
        name: str(value)
        for name, value in document.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    }


def _form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=_FIELDS, errors="strict"
        )
    except ValueError:
        raise BadArgument("the notice is no form") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadArgument("the notice says a name twice")
    return found
