"""Documents taken apart and put together again, with every value visited.

What a visitor leaves as it is stays as it is; what it changes is written in the encoding of its
place, so JSON stays JSON, a form stays a form, a page stays a page.
"""

from __future__ import annotations

import json
import re
from json.encoder import encode_basestring
from typing import Final

from automation.redact.address import rewrite_form
from automation.redact.markup import rewrite_markup
from automation.redact.names import is_secret_name, speaks_of_secrets
from automation.redact.visitor import Visitor
from automation.wire import PLACEHOLDER

_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
# A guard against inclusion, or a call around the document (JSONP), in front of it.
_WRAPPED: Final = re.compile(
    r"(\s*(?:\)\]\}'?,?|while\s*\(1\);|for\s*\(;;\);|[\w$.]+\s*\()?\s*)([\[{].*[\]}])(\s*\)?;?\s*)",
    re.DOTALL,
)
# Half a character can be written as an escape only.
_LONE: Final = re.compile("[\ud800-\udfff]")
_TEXTS: Final = re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_PART: Final = re.compile(
    r"(name=\"([^\"]*)\"(?:[^\r\n]|\r?\n(?!\r?\n))*\r?\n\r?\n)(.*?)(?=\r?\n--)", re.DOTALL
)
_SETTLED: Final = (
    r"(\s*:\s*(?:\"(?:[A-Za-z]+ )?«sec:[^»\"]*»\"|\"\"|true|false|null|-?\d{1,3}(?=[\s,}\]])))?"
)
# Shorter numbers under a secret's name count something (minutes, attempts).
_DIGITS: Final = 4
_NAME: Final = 80


class _Number(str):
    """A JSON number as it was written."""

    __slots__ = ()


class _Object(list[tuple[str, object]]):
    """The members of a JSON object, order and repeats kept."""

    __slots__ = ()


def rewrite(text: str, mime: str, visitor: Visitor) -> str:
    """The document with every value visited.

    Args:
        text: the document.
        mime: media type; JSON is recognised whatever it says.
        visitor: what happens to the values.
    """
    if mime == _FORM:
        return rewrite_form(text, visitor)
    if mime == _MULTIPART:
        text = _PART.sub(lambda part: part[1] + visitor.leaf(part[2], part[3]), text)
        return visitor.rest(text)
    if mime.endswith("json") or text.lstrip()[:1] in {"{", "[", ")"} or _is_call(text):
        found = rewrite_json(text, visitor)
        if found is not None:
            return found
    return rewrite_markup(text, visitor)


def rewrite_json(text: str, visitor: Visitor) -> str | None:
    """The JSON text with every value visited; None when it is no JSON.

    A number that changes becomes a text. Guards, JSONP calls and newline-delimited documents are
    understood. When nothing changes, the text stays byte for byte; otherwise white space is lost.
    """
    cleaned = visitor.rest(text)
    if not _holds_open_place(cleaned) and (cleaned == text or _is_json(cleaned)):
        return cleaned
    if (whole := _rewritten(text, visitor)) is not None:
        return whole
    if (match := _WRAPPED.fullmatch(text)) and match[1].strip():
        inner = _rewritten(match[2], visitor)
        return None if inner is None else match[1] + inner + match[3]
    lines = [_rewritten(line, visitor) if line.strip() else line for line in text.split("\n")]
    kept = [line for line in lines if line is not None]
    return "\n".join(kept) if len(kept) == len(lines) else None


def _is_call(text: str) -> bool:
    return text.rstrip()[-2:] in {");", "})", "])"} and _WRAPPED.fullmatch(text) is not None


def _holds_open_place(text: str) -> bool:
    """Tell whether something under a secret's name is neither a placeholder nor nothing.

    This spares most documents from being taken apart. A long text may be a document itself.
    """
    texts = set(_TEXTS.findall(PLACEHOLDER.sub("", text) if "«sec:" in text else text))
    if any(len(one) > _NAME and speaks_of_secrets(one) for one in texts):
        return True
    names = [re.escape(one) for one in texts if len(one) <= _NAME and is_secret_name(one)]
    places = re.compile(rf"\"(?:{'|'.join(names)})\"{_SETTLED}") if names else None
    return places is not None and any(match[1] is None for match in places.finditer(text))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _rewritten(text: str, visitor: Visitor) -> str | None:
    try:
        document = json.loads(
            text,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_Number,
            object_pairs_hook=_Object,
        )
        changed = _visited(document, "", visitor)
        return text if changed == document else _LONE.sub(_escape, _written(changed))
    except (ValueError, RecursionError):
        return None


def _visited(node: object, name: str, visitor: Visitor) -> object:
    match node:
        case _Object():
            said = _said_name(node) or name
            return _Object(
                (
                    visitor.rest(key),
                    _visited(value, said if key.lower() == "value" else key, visitor),
                )
                for key, value in node
            )
        case list():
            return [_visited(value, name, visitor) for value in node]
        case _Number():
            new = visitor.leaf(name, node) if len(node) >= _DIGITS else node
            return node if new == node else new
        case str():
            return visitor.leaf(name, node) if node else node
        case _:
            return node


def _said_name(members: _Object) -> str:
    """``{"name": "token", "value": ...}``: the name of a value may stand beside it."""
    return next((v for k, v in members if k.lower() == "name" and isinstance(v, str)), "")


def _written(node: object) -> str:
    match node:
        case _Object():
            members = [f"{encode_basestring(key)}:{_written(value)}" for key, value in node]
            return "{" + ",".join(members) + "}"
        case list():
            return "[" + ",".join([_written(value) for value in node]) + "]"
        case _Number():
            return str(node)
        case str():
            return encode_basestring(node)
        case _:
            return json.dumps(node)


def _escape(lone: re.Match[str]) -> str:
    return f"\\u{ord(lone[0]):04x}"
