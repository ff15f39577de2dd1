"""HAR 1.2, the exchange format of browsers and proxies, as an export.

Source: the HTTP Archive 1.2 specification. A capture knows when a request began and when its body
was complete, so the whole time stands as waiting. What the format has no place for is kept in
fields that begin with an underscore, as the specification allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from pydantic import JsonValue

from automation import __version__
from automation.model import Body, Capture, Exchange, Headers, Request, Response

_FORM: Final = "application/x-www-form-urlencoded"
_UNKNOWN: Final = -1
_PROTOCOL: Final = "unknown"

Object = dict[str, JsonValue]


def to_har(capture: Capture) -> Object:
    """The capture as an HTTP Archive; it holds what the capture holds, so nothing unredacted.

    Each step that caused traffic is a page; background traffic belongs to none.
    """
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "vetportal", "version": __version__},
            "pages": _pages(capture),
            "entries": [_entry(exchange, capture) for exchange in capture.exchanges],
            "comment": f"{capture.flow} of {capture.practice} ({capture.portal}), redacted",
        }
    }


def _pages(capture: Capture) -> list[JsonValue]:
    begins: dict[str, float] = {}
    for exchange in capture.exchanges:
        if exchange.step is not None:
            begins.setdefault(exchange.step, exchange.started)
    titles = {snapshot.step: snapshot.title for snapshot in capture.snapshots}
    return [
        {
            "startedDateTime": _time(capture, started),
            "id": _page_id(step),
            "title": titles.get(step) or f"step {step}",
            "pageTimings": {"onContentLoad": _UNKNOWN, "onLoad": _UNKNOWN},
        }
        for step, started in begins.items()
    ]


def _entry(exchange: Exchange, capture: Capture) -> JsonValue:
    finished = exchange.started if exchange.finished is None else exchange.finished
    milliseconds = round(max(0.0, finished - exchange.started) * 1000, 3)
    entry: Object = {
        "startedDateTime": _time(capture, exchange.started),
        "time": milliseconds,
        "request": _request(exchange.request),
        "response": _response(exchange.response),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_resourceType": exchange.resource,
        "_initiator": exchange.initiator,
    }
    if exchange.step is not None:
        entry["pageref"] = _page_id(exchange.step)
    if exchange.failure is not None:
        entry["_error"] = exchange.failure
    return entry


def _request(request: Request) -> JsonValue:
    query = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    made: Object = {
        "method": request.method,
        "url": request.url,
        "httpVersion": _PROTOCOL,
        "cookies": _cookies(request.headers, "cookie"),
        "headers": _pairs(request.headers),
        "queryString": _pairs(query),
        "headersSize": _UNKNOWN,
        "bodySize": request.body.size if request.body else 0,
    }
    if request.body:
        made["postData"] = _posted(request.body)
    return made


def _posted(body: Body) -> JsonValue:
    """The pairs or the text; the specification excludes one by the other."""
    if body.mime == _FORM:
        pairs = parse_qsl(body.text, keep_blank_values=True)
        return {"mimeType": body.mime, "params": _pairs(pairs)}
    return {"mimeType": body.mime, "text": body.text}


def _response(response: Response | None) -> JsonValue:
    """A request without an answer has status 0, as browsers export it."""
    given = response or Response(status=0)
    return {
        "status": given.status,
        "statusText": _status_text(given.status),
        "httpVersion": _PROTOCOL,
        "cookies": _cookies(given.headers, "set-cookie"),
        "headers": _pairs(given.headers),
        "content": _content(given.body or Body()),
        "redirectURL": dict(given.headers).get("location", ""),
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN,
    }


def _content(body: Body) -> JsonValue:
    content: Object = {"size": body.size, "mimeType": body.mime}
    if body.truncated:
        content["comment"] = "the content was left out"
    else:
        content["text"] = body.text
    if body.base64:
        content["encoding"] = "base64"
    return content


def _cookies(headers: Headers, wanted: str) -> list[JsonValue]:
    """The cookies of Cookie or Set-Cookie headers (RFC 6265)."""
    texts = [line for name, value in headers if name == wanted for line in value.split("\n")]
    if wanted == "cookie":
        texts = [pair for text in texts for pair in text.split(";")]
    return [_cookie(text) for text in texts if "=" in text.partition(";")[0]]


def _cookie(text: str) -> JsonValue:
    pair, *attributes = (part.strip() for part in text.split(";"))
    name, _, value = pair.partition("=")
    cookie: Object = {"name": name, "value": value}
    for attribute in attributes:
        match attribute.lower().partition("="):
            case ("path" | "domain") as key, _, _:
                cookie[key] = attribute.partition("=")[2]
            case "httponly", _, _:
                cookie["httpOnly"] = True
            case "secure", _, _:
                cookie["secure"] = True
    return cookie


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[JsonValue]:
    return [{"name": name, "value": value} for name, value in pairs]


def _time(capture: Capture, seconds: float) -> str:
    return (capture.started_at + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def _page_id(step: str) -> str:
    return f"step_{step}"


def _status_text(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
