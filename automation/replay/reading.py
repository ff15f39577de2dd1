"""Read a reply: the document and the items in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood, NotPermitted
from automation.model import Reply, ResponseShape
from automation.replay.places import Reading, finder
from automation.wire import AROUND, format_path, opened, parse_json, table_rows, unkeyed

_FINE: Final = range(200, 300)
_LISTED: Final = re.compile(r"(?:tables|blocks|sections)[.\[]")
"""How a path to a list of a page begins; everything else is a selector of rows."""
_FORBIDDEN: Final = 403


@dataclass(frozen=True, slots=True)
class Page:
    """One reply, understood.

    Attributes:
        items: the items, or the one object as the only item.
        document: the whole body.
        reading: the reply, for values beside the items.
    """

    items: tuple[JsonValue, ...]
    document: JsonValue
    reading: Reading


def read_reply(reply: Reply) -> Reading:
    """Parse what can be parsed as JSON, once; everything else is read when somebody asks."""
    content = reply.content
    try:
        return Reading(reply, unkeyed(orjson.loads(content), content))
    except orjson.JSONDecodeError:
        reading = Reading(reply)
    if content and not reading.is_html:
        text = content.decode("utf-8-sig", errors="replace")
        reading.document = unkeyed(parse_json(text), text)
    return reading


def understand(reading: Reading, shape: ResponseShape) -> Page:
    """The items of an answer.

    Raises:
        AnswerNotUnderstood: the status is an error, the body is of another kind (HTML instead of
            JSON, cut off, empty), or there are no items where they should be.
        NotPermitted: the status is 403.
    """
    status = reading.reply.status
    if status == _FORBIDDEN:
        raise NotPermitted(f"status {status}")
    if status not in _FINE:
        raise AnswerNotUnderstood(f"status {status}", status=status)
    if shape.kind == "json":
        return _json(reading, shape)
    if shape.kind == "html":
        return _html(reading, shape)
    if shape.kind == "empty":
        return Page((), None, reading)
    return Page((reading.html,), reading.html, reading)


def _json(reading: Reading, shape: ResponseShape) -> Page:
    document = reading.document
    if document is None and reading.reply.content.strip() != b"null":
        raise AnswerNotUnderstood(_instead_of_json(reading))
    if shape.markup:
        document = reading.document = opened(document, shape.markup)
    if shape.items is None:
        return Page((document,), document, reading)
    items = finder(shape.items)(document)
    if items == {}:
        items = []  # a list by identity that lists nothing
    if not isinstance(items, list):
        raise AnswerNotUnderstood(f"no list of items at {shape.items}")
    if items and shape.key is not None and finder(shape.key)(items[0]) is None:
        raise AnswerNotUnderstood(f"items without the field {shape.key}")
    return Page(tuple(items), document, reading)


def _instead_of_json(reading: Reading) -> str:
    if not reading.reply.content.strip():
        return "an empty body instead of JSON"
    return "HTML instead of JSON" if reading.is_html else "JSON that is cut off or broken"


def _html(reading: Reading, shape: ResponseShape) -> Page:
    """A page: what it says, the items of one of its lists, or the rows that a selector matches."""
    if not reading.is_html:
        raise AnswerNotUnderstood("no HTML")
    if shape.items is None:
        thing = {name: said for name, said in reading.page.items() if name not in AROUND}
        return Page((thing,), reading.page, reading)
    if _LISTED.match(shape.items):
        found = finder(shape.items)(reading.page)
        document: JsonValue = reading.page
        missing = f"no list of items at {shape.items}; the page has {_lists(reading.page)}"
    else:
        found = document = table_rows(reading.tree, shape.items)
        missing = f"no rows and no table at {shape.items}"
    if not isinstance(found, list):
        raise AnswerNotUnderstood(missing)
    if found and shape.key is not None and finder(shape.key)(found[0]) is None:
        raise AnswerNotUnderstood(f"rows without the field {shape.key}")
    return Page(tuple(found), document, reading)


def _lists(page: Mapping[str, JsonValue]) -> str:
    """The names of the lists on a page, as paths."""
    kinds = ((kind, page.get(kind)) for kind in ("tables", "blocks"))
    paths = [
        format_path((kind, n)) for kind, named in kinds if isinstance(named, dict) for n in named
    ]
    return ", ".join(paths) or "no lists"
