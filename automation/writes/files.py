"""Files that are given to an operation: checked, limited, and never shown whole."""

from __future__ import annotations

import base64
import hashlib
import json
import mimetypes
import re
from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import JsonValue

LARGEST: Final = 10_000_000
"""Bytes of a file where an operation says nothing of that."""
MULTIPART: Final = "multipart/form-data"
_UNKNOWN: Final = "application/octet-stream"
_KIND: Final = re.compile(r"[\w.+-]+/[\w.+-]+")
_NAME: Final = re.compile(r'[^/\\\x00-\x1f"]{1,200}')
_FILE: Final = re.compile(rb'; filename="')


def file_of(value: JsonValue, _: ZoneInfo | None = None) -> JsonValue:
    """A file as an operation keeps it while it needs it.

    Args:
        value: an object, or one as a text, with ``name``, ``content`` in base64, and the media
            ``type``, which the name tells where it is left out.

    Returns:
        the same with all three.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    found = json.loads(value) if isinstance(value, str) else value
    if not isinstance(found, dict) or not found.keys() <= {"name", "type", "content"}:
        raise TypeError
    name, content = found["name"], found["content"]
    if not isinstance(name, str) or not isinstance(content, str) or not _NAME.fullmatch(name):
        raise ValueError
    base64.b64decode(content, validate=True)
    kind = found.get("type") or mimetypes.guess_type(name)[0] or _UNKNOWN
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        raise ValueError
    return {"name": name, "type": kind, "content": content}


def size_of(file: Mapping[str, JsonValue]) -> int:
    """How many bytes a file has."""
    return len(base64.b64decode(str(file["content"])))


def told_of(file: Mapping[str, JsonValue]) -> JsonValue:
    """What is kept of a file when it is not needed any more, for people to see which it was."""
    content = base64.b64decode(str(file["content"]))
    digest = hashlib.sha256(content).hexdigest()
    return {"name": file["name"], "type": file["type"], "size": len(content), "sha256": digest}


def without_files(content: bytes) -> bytes:
    """The body of a multipart form with size and digest in the place of each file."""
    boundary = content.partition(b"\r\n")[0]
    return (b"\r\n" + boundary).join(_shown(part) for part in content.split(b"\r\n" + boundary))


def _shown(part: bytes) -> bytes:
    head, gap, content = part.partition(b"\r\n\r\n")
    if not gap or not _FILE.search(head):
        return part
    digest = hashlib.sha256(content).hexdigest()
    return head + gap + f"({len(content)} bytes, sha256 {digest})".encode()
