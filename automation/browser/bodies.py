"""Bodies as a capture keeps them: text where it is text, base64 otherwise."""

from __future__ import annotations

import base64
from email.message import Message
from typing import Final

from automation.model import Body, Headers

LONGEST: Final = 16_000_000
"""Bytes of a body beyond which its content is left out."""

_TEXT: Final = (
    "json",
    "xml",
    "javascript",
    "x-www-form-urlencoded",
    "graphql",
    "multipart/form-data",
)


def body_of(content: bytes | None, headers: Headers) -> Body | None:
    """Read a body as its headers say; None for no body at all."""
    if not content:
        return None
    mime, charset = content_type(headers)
    if len(content) > LONGEST:
        return Body(mime=mime, size=len(content), truncated=True)
    text = _decoded(content, charset) if _is_text(mime) else None
    if text is None:
        coded = base64.b64encode(content).decode("ascii")
        return Body(text=coded, base64=True, mime=mime, size=len(content))
    return Body(text=text, mime=mime, size=len(content))


def lost_body(headers: Headers) -> Body:
    """A body that there was, but that could not be read any more."""
    length = next((value for name, value in headers if name == "content-length"), "")
    size = int(length) if length.isdecimal() else 0
    return Body(mime=content_type(headers)[0], size=size, truncated=True)


def content_type(headers: Headers) -> tuple[str, str]:
    """Media type and charset, lower case; UTF-8 where nothing is said."""
    message = Message()
    message["content-type"] = next((v for name, v in headers if name == "content-type"), "")
    said = message["content-type"]
    mime = message.get_content_type() if said else ""
    return mime, message.get_content_charset("utf-8")


def _is_text(mime: str) -> bool:
    return not mime or mime.startswith("text/") or any(part in mime for part in _TEXT)


def _decoded(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return None
