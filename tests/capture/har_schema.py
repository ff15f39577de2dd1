"""The HTTP Archive 1.2 format as a JSON Schema, and as much of a validator as it needs.

Written from the published specification (HAR 1.2): every field it names, required unless it is
marked optional there, and fields of one's own only behind an underscore.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
SIZE: Schema = {"type": "integer", "minimum": -1}
TIME: Schema = {"type": "number", "minimum": -1}
SPENT: Schema = {"type": "number", "minimum": 0}
MOMENT: Schema = {"type": "string", "format": "date-time"}


def record(required: Schema, optional: Schema | None = None) -> Schema:
    return {
        "type": "object",
        "required": sorted(required),
        "properties": required | (optional or {}) | {"comment": TEXT},
    }


def listed(items: Schema) -> Schema:
    return {"type": "array", "items": items}


PAIR = record({"name": TEXT, "value": TEXT})
COOKIE = record(
    {"name": TEXT, "value": TEXT},
    {"path": TEXT, "domain": TEXT, "expires": MOMENT, "httpOnly": FLAG, "secure": FLAG},
)
PARAMS = listed(record({"name": TEXT}, {"value": TEXT, "fileName": TEXT, "contentType": TEXT}))
POSTED = record({"mimeType": TEXT}, {"params": PARAMS, "text": TEXT})
MESSAGE: Schema = {
    "httpVersion": TEXT,
    "cookies": listed(COOKIE),
    "headers": listed(PAIR),
    "headersSize": SIZE,
    "bodySize": SIZE,
}
REQUEST = record(
    MESSAGE
    | {"method": TEXT, "url": {"type": "string", "format": "uri"}, "queryString": listed(PAIR)},
    {"postData": POSTED},
)
CONTENT = record(
    {"size": SIZE, "mimeType": TEXT}, {"compression": SIZE, "text": TEXT, "encoding": TEXT}
)
RESPONSE = record(
    MESSAGE
    | {
        "status": {"type": "integer", "minimum": 0},
        "statusText": TEXT,
        "content": CONTENT,
        "redirectURL": TEXT,
    }
)
TIMINGS = record(
    {"send": SPENT, "wait": SPENT, "receive": SPENT},
    {"blocked": TIME, "dns": TIME, "connect": TIME, "ssl": TIME},
)
ENTRY = record(
    {
        "startedDateTime": MOMENT,
        "time": SPENT,
        "request": REQUEST,
        "response": RESPONSE,
        "cache": record({}),
        "timings": TIMINGS,
    },
    {"pageref": TEXT, "serverIPAddress": TEXT, "connection": TEXT},
)
PAGE = record(
    {
        "startedDateTime": MOMENT,
        "id": TEXT,
        "title": TEXT,
        "pageTimings": record({}, {"onContentLoad": TIME, "onLoad": TIME}),
    }
)
MAKER = record({"name": TEXT, "version": TEXT})
HAR = record(
    {
        "log": record(
            {
                "version": {"type": "string", "enum": ["1.2"]},
                "creator": MAKER,
                "entries": listed(ENTRY),
            },
            {"browser": MAKER, "pages": listed(PAGE)},
        )
    }
)

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
}


def problems(value: object, schema: Schema = HAR, place: str = "har") -> Iterator[str]:
    """What is wrong with a value, each with its place."""
    kinds = TYPES[schema["type"]]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        yield f"{place} is no {schema['type']}"
    elif isinstance(value, dict):
        yield from _object_problems(value, schema, place)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from problems(item, schema["items"], f"{place}[{number}]")
    else:
        yield from _scalar_problems(value, schema, place)


def _object_problems(value: dict[str, object], schema: Schema, place: str) -> Iterator[str]:
    for name in schema["required"]:
        if name not in value:
            yield f"{place}.{name} is missing"
    for name, inner in value.items():
        if name in schema["properties"]:
            yield from problems(inner, schema["properties"][name], f"{place}.{name}")
        elif not name.startswith("_"):
            yield f"{place}.{name} is not in the format"


def _scalar_problems(value: object, schema: Schema, place: str) -> Iterator[str]:
    if isinstance(value, int | float) and value < schema.get("minimum", value):
        yield f"{place} is too small"
    if value not in schema.get("enum", [value]):
        yield f"{place} is not one of {schema['enum']}"
    if schema.get("format") == "date-time" and not _is_moment(str(value)):
        yield f"{place} is no time with an offset"
    if schema.get("format") == "uri" and not _is_uri(str(value)):
        yield f"{place} is no address"


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_uri(text: str) -> bool:
    """RFC 3986: a scheme, and no character that has to be encoded."""
    allowed = r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+"
    return bool(urlsplit(text).scheme) and re.fullmatch(allowed, text) is not None
