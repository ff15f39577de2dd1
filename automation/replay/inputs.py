"""What a caller gives: checked by name and type, written as the portal expects it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from automation.errors import BadArgument
from automation.model import Binding, Endpoint, Input
from automation.wire import canonical

InputValue = JsonValue | date | datetime
"""What a caller may give. Texts are read as the declared type, so that a command line can too."""


class Later(str):
    """Stands for a value that is not known yet, so that a call can be shown before it is sent.

    It passes as a value of every type.
    """

    __slots__ = ()


SINCE: Final = "since"
UNTIL: Final = "until"


def bindings_of(endpoint: Endpoint) -> Iterator[tuple[str, str, Binding]]:
    """Every binding of the request with its part of the request and its name there."""
    return endpoint.request.bindings()


def checked(endpoint: Endpoint, given: Mapping[str, InputValue]) -> Mapping[str, InputValue]:
    """Return the inputs if every name exists, every value fits and none is missing.

    Raises:
        BadArgument: otherwise; the remedy lists the inputs of the endpoint.
    """
    declared = _declared(endpoint)
    remedy = f"Inputs of {endpoint.endpoint}: {_listed(declared)}."
    for name in given:
        if name not in declared:
            raise BadArgument(f"{endpoint.endpoint} has no input {name!r}", remedy=remedy)
    for name, binding in declared.items():
        value = given.get(name)
        if value is not None:
            typed(binding, value)
        elif binding.default is None and not binding.optional:
            raise BadArgument(f"{endpoint.endpoint} needs the input {name!r}", remedy=remedy)
    return given


def _declared(endpoint: Endpoint) -> dict[str, Input]:
    """Inputs by name; of several uses the one that insists on a value."""
    found: dict[str, Input] = {}
    for _, _, binding in bindings_of(endpoint):
        if isinstance(binding, Input):
            known = found.get(binding.input)
            if known is None or known.optional or known.default is not None:
                found[binding.input] = binding
    if endpoint.pagination and endpoint.pagination.kind == "window":
        for name in (SINCE, UNTIL):
            found[name] = Input(input=name, type="date")
    return found


def _listed(declared: Mapping[str, Input]) -> str:
    return ", ".join(map(_described, declared.values())) or "none"


def _described(binding: Input) -> str:
    if binding.default is not None:
        return f"{binding.input} ({binding.type}, otherwise {canonical(binding.default)!r})"
    return f"{binding.input} ({binding.type}{', optional' if binding.optional else ''})"


def typed(binding: Input, value: InputValue) -> InputValue:
    """The value as the declared type.

    Raises:
        BadArgument: it cannot be read as one.
    """
    if isinstance(value, Later):
        return value
    try:
        return _TYPED[binding.type](value)
    except (ValueError, TypeError, KeyError):
        shown = "what was given" if binding.type == "file" else repr(value)
        raise BadArgument(
            f"input {binding.input!r}: {shown} is no {binding.type}",
            remedy=f"Give {_EXAMPLES[binding.type]}.",
        ) from None


def _text(value: InputValue) -> InputValue:
    return value if isinstance(value, str) else canonical(_plain(_single(value)))


def _single(value: InputValue) -> InputValue:
    """A list or an object is no text."""
    if isinstance(value, list | dict):
        raise TypeError
    return value


def _json(value: InputValue) -> InputValue:
    return json.loads(value) if isinstance(value, str) else _plain(value)


def _file(value: InputValue) -> InputValue:
    """A file is whole, or it is none."""
    if not isinstance(value, dict):
        raise TypeError
    base64.b64decode(str(value["content"]), validate=True)
    return {name: str(value[name]) for name in ("name", "type", "content")}


def _number(value: InputValue) -> InputValue:
    if isinstance(value, bool) or value is None:
        raise TypeError
    if isinstance(value, int | float):
        return value
    text = str(value).strip()
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def _boolean(value: InputValue) -> InputValue:
    return {"true": True, "false": False}[str(value).lower()]


def _date(value: InputValue) -> InputValue:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value)
    return datetime.fromisoformat(text).date() if "T" in text else date.fromisoformat(text)


def _datetime(value: InputValue) -> InputValue:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


_TYPED: Final = {
    "text": _text,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "json": _json,
    "file": _file,
}
_EXAMPLES: Final = {
    "text": "a text",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date like 2026-03-31",
    "datetime": "a time like 2026-03-31T14:30 (of the practice) or 2026-03-31T14:30+02:00",
    "json": "JSON: a list like [1, 2], an object, a number or a text in quotes",
    "file": "an object with the name, type and content (base64) of a file",
}


def written(value: InputValue, pattern: str | None, zone: ZoneInfo) -> JsonValue:
    """The value as it stands in a request.

    Args:
        value: dates and times are those of the practice; a time with an offset is converted.
        pattern: strftime notation, ``epoch_ms``, ``epoch_s``, or None for ISO 8601 without offset.
        zone: the practice's.
    """
    if not isinstance(value, date):
        return value
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    moment = moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
    if pattern is None:
        local = moment.replace(tzinfo=None)
        return (local if isinstance(value, datetime) else local.date()).isoformat()
    if pattern in _EPOCHS:
        return int(moment.timestamp() * _EPOCHS[pattern])
    in_utc = pattern.endswith("Z") and not pattern.endswith("%Z")
    return (moment.astimezone(UTC) if in_utc else moment).strftime(pattern)


def _plain(value: InputValue) -> JsonValue:
    return value.isoformat() if isinstance(value, date) else value


_EPOCHS: Final = {"epoch_ms": 1000, "epoch_s": 1}
