"""Text that both databases hold: without NUL and without halves of surrogate pairs.

PostgreSQL takes no NUL, and neither takes half a character. What holds one comes from outside: the
sign is replaced, as everywhere where Unicode is broken, so that both databases say the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

_UNHELD: Final = re.compile("[\0\ud800-\udfff]")
_LONG_NUMBER: Final = re.compile(rb"\d{18}")


def held_parameters(parameters: Any) -> Any:  # noqa: ANN401 - as the driver takes them
    """The parameters of a statement, or of its many rows, as both databases hold them.

    They are what they were where nothing has to be replaced, which is nearly always.
    """
    rows = parameters if isinstance(parameters, list) else [parameters]
    return parameters if all(map(_fits, rows)) else held(parameters)


def _fits(row: Mapping[str, Any] | Sequence[Any]) -> bool:
    for value in row.values() if isinstance(row, dict) else row:
        if (
            isinstance(value, str)
            and ("\0" in value or not value.isascii())
            and held(value) != value
        ):
            return False
    return True


def held(value: Any) -> Any:  # noqa: ANN401 - whatever a statement carries
    """A value as both databases hold it; text inside lists and objects as well."""
    if isinstance(value, str):
        return value if value.isascii() and "\0" not in value else _UNHELD.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {held(name): held(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(held, value))
    return value


def to_json(value: object) -> str:
    """Write JSON; integers of more than 64 bits take the slow way."""
    try:
        written = orjson.dumps(value)
        if b"\\u0000" not in written:
            return written.decode()
    except orjson.JSONEncodeError:
        pass
    return json.dumps(held(value), separators=(",", ":"), allow_nan=False, ensure_ascii=False)


def from_json(text: str | bytes) -> Any:  # noqa: ANN401 - whatever was written
    """Read JSON; integers of more than 64 bits stay what they are."""
    content = text.encode() if isinstance(text, str) else text
    return json.loads(content) if _LONG_NUMBER.search(content) else orjson.loads(content)
