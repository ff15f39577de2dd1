"""Build the call of an endpoint from its bindings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode, urljoin, urlsplit

import orjson
from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood, BadArgument
from automation.model import Binding, Call, Endpoint
from automation.replay.multipart import multipart
from automation.replay.values import Gap, Given, value_of
from automation.wire import assemble, canonical

_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")
_REPEATED: Final = re.compile(r"(.+)\[(\d+)\]\Z", re.DOTALL)
_LITERAL: Final = "/:%@!$&'()*+,;=~-._{}"
"""What stays as it is in the written part of an address."""
_ACCEPT: Final = {
    "json": "application/json, text/plain, */*",
    "html": "text/html,application/xhtml+xml,*/*;q=0.8",
}


def build(
    endpoint: Endpoint, given: Given, *, link: str | None = None, opens: bool = False
) -> Call:
    """The call of an endpoint.

    Args:
        endpoint: what to ask.
        given: where the values come from.
        link: an address that an answer gave; it stands in for template and query.
        opens: ask for the page itself, by a plain GET, instead of what is sent from it.

    Raises:
        BadArgument: a value does not fit its place.
        AnswerNotUnderstood: no response gave a value that is needed, or a link leads to another
            tenant.
    """
    request = endpoint.request
    practice = given.session.practice
    if link:
        url = urljoin(f"{practice.base_url}/", link)
        _refuse_other_tenant(endpoint.endpoint, url, practice.base_url)
    else:
        url = practice.address(_address(endpoint, given))
    headers = {"accept": _ACCEPT.get(endpoint.response.kind, "*/*")}
    for name, value in _filled(request.headers, given).items():
        headers[name.lower()] = _one_line(name, canonical(value))
    content, kind = (None, None) if opens else _body(endpoint, given)
    if kind:
        headers.setdefault("content-type", kind)
    method = "GET" if opens else request.method
    return Call(method, url, headers, content, safe=endpoint.effect == "read")


def _refuse_other_tenant(name: str, url: str, base_url: str) -> None:
    """A portal whose tenants are told apart by their path must not lead from one to another.

    Raises:
        AnswerNotUnderstood: a link does.
    """
    ours, theirs = urlsplit(base_url), urlsplit(url)
    if theirs.netloc == ours.netloc and not theirs.path.startswith(f"{ours.path}/"):
        raise AnswerNotUnderstood(f"{name}: the list goes on outside of {ours.path}/")


def _address(endpoint: Endpoint, given: Given) -> str:
    request = endpoint.request
    values = _filled(request.path, given)
    path = quote(request.url, safe=_LITERAL)
    if values:
        path = _PARAMETER.sub(lambda found: _segment(found[1], values), path)
    query = _pairs(request.query, given)
    return f"{path}?{urlencode(query)}" if query else path


def _segment(name: str, values: Mapping[str, JsonValue]) -> str:
    """One path segment; what could lead elsewhere is refused."""
    text = canonical(values.get(name))
    if text in {"", ".", ".."}:
        raise BadArgument(f"path parameter {name!r} cannot be {text!r}")
    return quote(text, safe="")


def _body(endpoint: Endpoint, given: Given) -> tuple[bytes | None, str | None]:
    request = endpoint.request
    match request.encoding:
        case "form":
            pairs = _pairs(request.form, given)
            return urlencode(pairs).encode(), "application/x-www-form-urlencoded; charset=UTF-8"
        case "multipart":
            return multipart(_fields(request.form, given), given.rng)
        case "json":
            tree = assemble(_filled(request.json_body, given))
            return orjson.dumps(tree), "application/json"
        case None:
            return None, None


def _filled(bindings: Mapping[str, Binding], given: Given) -> dict[str, JsonValue]:
    """The values of one part of the request; those left out are gone."""
    found: dict[str, JsonValue] = {}
    for name, binding in bindings.items():
        value = value_of(binding, given)
        if not isinstance(value, Gap):
            found[name] = value
    return found


def _pairs(bindings: Mapping[str, Binding], given: Given) -> list[tuple[str, str]]:
    """Key and text."""
    return [(key, canonical(value)) for key, value in _fields(bindings, given)]


def _fields(bindings: Mapping[str, Binding], given: Given) -> list[tuple[str, JsonValue]]:
    """Key and value; ``key[0]``, ``key[1]`` are repeats of one key."""
    values = _filled(bindings, given)
    return [(_repeat(key, bindings), value) for key, value in values.items()]


def _repeat(key: str, keys: Mapping[str, Binding]) -> str:
    if not key.endswith("]") or not (match := _REPEATED.match(key)):
        return key
    base = match[1]
    return base if f"{base}[0]" in keys and f"{base}[1]" in keys else key


def _one_line(name: str, text: str) -> str:
    if "\r" in text or "\n" in text:
        raise BadArgument(f"header {name!r} cannot hold a line break")
    return text
