"""Forms with files: a body of the type multipart/form-data (RFC 7578)."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from random import Random
from typing import Final
from urllib.parse import quote

from pydantic import JsonValue

from automation.wire import canonical

_FIELD: Final = "".join(chr(code) for code in range(32, 127) if chr(code) != '"')


def multipart(fields: Iterable[tuple[str, JsonValue]], rng: Random) -> tuple[bytes, str]:
    """The body and its media type, with the names escaped as browsers do.

    Args:
        fields: name and value; an object is a file with ``name``, ``type`` and ``content``.
        rng: makes the boundary.
    """
    boundary = "".join(rng.choices("0123456789abcdef", k=32))
    parts = [_part(name, value) for name, value in fields]
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _part(name: str, value: JsonValue) -> bytes:
    head = f'Content-Disposition: form-data; name="{_escaped(name)}"'
    if not isinstance(value, dict):
        return f"{head}\r\n\r\n{canonical(value)}".encode()
    called, kind = _escaped(str(value["name"]), keep=True), value["type"]
    head = f'{head}; filename="{called}"\r\nContent-Type: {kind}\r\n\r\n'
    return head.encode() + base64.b64decode(str(value["content"]))


def _escaped(text: str, *, keep: bool = False) -> str:
    """Without what would end it; the name of a file keeps its letters, as in a browser."""
    if keep:
        return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    return quote(text, safe=_FIELD)
