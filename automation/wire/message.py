"""Messages on the wire: the leaves of a request, the document of a response."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from email.parser import Parser
from email.policy import HTTP
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import JsonValue

from automation.model import Body, Request, Response
from automation.wire.keyed import unkeyed
from automation.wire.leafpath import format_path, walk
from automation.wire.values import canonical, words


class Place(StrEnum):
    """The part of a request where a leaf stands."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    FORM = "form"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One smallest value of a request.

    Attributes:
        place: the part of the request.
        path: position in that part: segment number, key (repeats ``key[0]``), or leaf path.
        value: the value; text except in JSON; of a file its name.
        file: a file is sent there.
    """

    place: Place
    path: str
    value: JsonValue
    file: bool = False

    @property
    def text(self) -> str:
        """The canonical text of the value."""
        return canonical(self.value)

    @property
    def name(self) -> str:
        """The key people would call it by: the last word of the path without indexes."""
        bare = re.sub(r"\[\d*\]", "", self.path)
        return bare.rsplit(".", 1)[-1].strip('"') if self.place is Place.JSON else bare


BORING_HEADERS: Final = frozenset(
    {
        "host", "user-agent", "accept-language", "accept-encoding", "connection", "content-type",
        "content-length", "referer", "origin", "upgrade-insecure-requests", "cache-control",
        "pragma", "cookie", "te", "dnt", "priority", "if-none-match", "if-modified-since",
    }
)  # fmt: skip
"""Request headers that the HTTP client, the jar or the transport see to themselves."""


_DISCRIMINATORS: Final = frozenset(
    {
        *("action", "cmd", "command", "method", "op", "operation", "operationname", "rpcids"),
        "soapaction",
    }
)


def tells_operation(name: str) -> bool:
    """Tell whether a leaf of that name may say which of several operations is meant."""
    return "".join(words(name)) in _DISCRIMINATORS


def request_leaves(request: Request) -> tuple[Leaf, ...]:
    """All leaves of a request except path segments and boring headers."""
    found = [*_keyed(Place.QUERY, query_pairs(request.url)), *_header_leaves(request)]
    return (*found, *_body_leaves(request.body))


def path_segments(url: str) -> tuple[str, ...]:
    """The decoded segments of a URL's path; a trailing slash is a last empty segment."""
    return tuple(unquote(part) for part in urlsplit(url).path.lstrip("/").split("/"))


def last_segment(url: str) -> str:
    """The last segment of a URL's path that is not empty, decoded; a plain text is one itself."""
    return next((part for part in reversed(path_segments(url)) if part), "")


def query_pairs(url: str) -> list[tuple[str, str]]:
    """Decoded key/value pairs of a URL's query, order and repeats kept."""
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


def body_encoding(body: Body | None) -> str | None:
    """``form``, ``multipart`` or ``json`` when the body has leaves of that kind, else None."""
    if body is None or body.truncated or not body.text:
        return None
    if body.mime == "application/x-www-form-urlencoded":
        return "form"
    if body.mime == "multipart/form-data":
        return "multipart"
    return "json" if isinstance(parse_json(body.text), dict | list) else None


def _body_leaves(body: Body | None) -> Iterable[Leaf]:
    match body_encoding(body):
        case "form" if body:
            return _keyed(Place.FORM, parse_qsl(body.text, keep_blank_values=True))
        case "multipart" if body:
            pairs, files = _multipart_pairs(body)
            leaves = _keyed(Place.FORM, pairs)
            return (replace(leaf, file=leaf.name in files) for leaf in leaves)
        case "json" if body:
            tree = parse_json(body.text)
            return (Leaf(Place.JSON, format_path(at), value) for at, value in walk(tree))
        case _:
            return ()


def _keyed(place: Place, pairs: list[tuple[str, str]]) -> Iterator[Leaf]:
    """Name repeated keys ``key[0]``, ``key[1]``; a key that stands once keeps its name.

    A key that itself ends like a repeat (``items[0]``, as some frameworks write lists) is counted
    too, ``items[0][0]``, so that the last index is always ours.
    """
    times = Counter(key for key, _ in pairs)
    seen: Counter[str] = Counter()
    for key, value in pairs:
        counted = times[key] > 1 or _COUNTED.search(key)
        yield Leaf(place, f"{key}[{seen[key]}]" if counted else key, value)
        seen[key] += 1


_COUNTED: Final = re.compile(r"\[\d+\]\Z")


def _header_leaves(request: Request) -> Iterator[Leaf]:
    for name, value in request.headers:
        if name in BORING_HEADERS or name.startswith((":", "sec-")):
            continue
        if name == "accept" and value.startswith(("*/*", "text/html")):
            continue  # what a browser says by itself
        yield Leaf(Place.HEADER, name, value)


def _multipart_pairs(body: Body) -> tuple[list[tuple[str, str]], set[str]]:
    """Field names and text values of a multipart body (RFC 7578); files keep their name only.

    Also the fields that hold files.
    """
    content = base64.b64decode(body.text) if body.base64 else body.text.encode()
    text = content.decode(errors="replace")  # browsers send UTF-8 and do not say so
    boundary = re.match(r"\s*--([^\r\n]+)", text)
    if boundary is None:
        return [], set()
    head = f"Content-Type: multipart/form-data; boundary={boundary[1]}\r\n\r\n"
    message = Parser(policy=HTTP).parsestr(head + text)
    pairs, files = [], set()
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        file = part.get_filename()
        value = file or part.get_payload()
        if isinstance(name, str):
            pairs.append((name, value.rstrip("\r\n") if isinstance(value, str) else ""))
            files |= set() if file is None else {name}
    return pairs, files


_JSON_GUARD: Final = re.compile(r"\A(?:\)\]\}',?\s*|while\s*\(1\);|for\s*\(;;\);)")
_JSONP: Final = re.compile(r"\A\s*[\w$.]+\(\s*(.*)\)\s*;?\s*\Z", re.DOTALL)


def parse_json(text: str) -> JsonValue:
    """The JSON value of a text, XSSI guards and JSONP wrappers removed; None if it is not JSON."""
    text = _JSON_GUARD.sub("", text.strip())
    for candidate in (text, *(_JSONP.findall(text))):
        try:
            value: JsonValue = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        return value
    return None


def response_document(response: Response | None) -> JsonValue:
    """The JSON document of a response, lists by identity as lists; None when it has none."""
    if response is None or response.body is None or response.body.truncated:
        return None
    body = response.body
    return None if body.base64 or not body.text else unkeyed(parse_json(body.text), body.text)


def is_html(response: Response | None) -> bool:
    """Tell whether the response says that it is HTML and has a readable body."""
    body = response.body if response else None
    return bool(
        body and body.text and not body.base64 and body.mime.endswith(("html", "xhtml+xml"))
    )
