"""What a caller gives an operation: checked, typed, and in the order in which it is declared."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from automation.errors import BadArgument
from automation.model import InputKind, Operation, OperationInput
from automation.wire import canonical
from automation.writes.files import LARGEST, file_of, size_of

_SHOWN: Final = 3
Inputs = dict[str, JsonValue]


def checked_inputs(operation: Operation, given: Mapping[str, JsonValue], zone: ZoneInfo) -> Inputs:
    """What was given and what is taken by default, typed; what was left out stays out.

    Texts are read as the declared type, so that a command line can give everything; a list or an
    object is given as JSON. A date is written as ``2026-03-31``; a time in ISO 8601 with the
    offset of the practice, which one without offset is taken to have.

    Args:
        operation: declares the inputs.
        given: by name.
        zone: of the practice's clocks.

    Raises:
        BadArgument: up to three problems, each with its place and what is valid.
    """
    reading = _Reading(zone)
    inputs = reading.fields(operation.inputs, given, "")
    if reading.problems:
        rest = len(reading.problems) - _SHOWN
        told = "; ".join(reading.problems[:_SHOWN]) + (f"; and {rest} more" if rest > 0 else "")
        remedy = f"Inputs of {operation.operation}: {_listed(operation.inputs)}."
        raise BadArgument(f"{operation.operation}: {told}", remedy=remedy)
    return inputs


def sensitive_texts(operation: Operation, inputs: Inputs) -> tuple[str, ...]:
    """Every value of a sensitive input, as it stands in a request."""
    found = dict.fromkeys(_sensitive(operation.inputs, inputs))
    return tuple(text for text in found if text)


def _sensitive(
    fields: Mapping[str, OperationInput], values: Mapping[str, JsonValue]
) -> Iterator[str]:
    for name, field in fields.items():
        value = values.get(name)
        entries = value if isinstance(value, list) else [value]
        for entry in entries:
            if field.sensitive:
                yield from _leaves(entry)
            elif isinstance(entry, dict):
                yield from _sensitive(field.fields, entry)


def _leaves(value: JsonValue) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _leaves(inner)
    elif value is not None and not isinstance(value, bool):
        yield canonical(value)


class _Reading:
    """Reads what was given, and gathers what is wrong with it."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self.problems: list[str] = []

    def fields(
        self, declared: Mapping[str, OperationInput], given: Mapping[str, JsonValue], at: str
    ) -> Inputs:
        """The parts of an object, or the inputs themselves, in declared order."""
        for name in given:
            if name not in declared:
                close = get_close_matches(name, declared, n=1)
                meant = f', did you mean "{close[0]}"?' if close else ""
                known = ", ".join(declared) or "none"
                self.problems.append(f'there is no input "{at}{name}"{meant}; known: {known}')
        found: Inputs = {}
        for name, field in declared.items():
            value = given.get(name)
            value = field.default if value is None else value
            if value is not None:
                found[name] = self._value(field, value, f"{at}{name}")
            elif not field.optional:
                self.problems.append(f'"{at}{name}" is missing')
        return found

    def _value(self, field: OperationInput, value: JsonValue, at: str) -> JsonValue:
        typed = self._typed(field.type, value, at, hide=field.sensitive)
        if isinstance(typed, dict) and field.type == "object":
            return self.fields(field.fields, typed, f"{at}.")
        if isinstance(typed, list) and field.type == "list":
            self._bounds(field, len(typed), at, "entries")
            return [self._entry(field, one, f"{at}[{n}]") for n, one in enumerate(typed)]
        if typed is None:
            return None
        if isinstance(typed, dict):
            return self._file(field, typed, at)
        if field.allowed and canonical(typed) not in field.allowed:
            shown = "***" if field.sensitive else canonical(typed)
            told = ", ".join(
                f"{one} ({means})" if means else one for one, means in field.allowed.items()
            )
            self.problems.append(f'"{at}" cannot be {shown}; allowed: {told}')
        if isinstance(typed, str) and field.type == "text":
            self._bounds(field, len(typed), at, "characters")
        elif isinstance(typed, int | float) and not isinstance(typed, bool):
            self._bounds(field, typed, at, "")
        return typed

    def _file(self, field: OperationInput, file: Inputs, at: str) -> JsonValue:
        size, kind = size_of(file), canonical(file["type"])
        if not 0 < size <= (field.most or LARGEST):
            most = (field.most or LARGEST) / 1_000_000
            self.problems.append(f'"{at}" may have 1 byte to {most:g} MB, and has {size} bytes')
        if field.allowed and kind not in field.allowed:
            self.problems.append(f'"{at}" cannot be {kind}; allowed: {", ".join(field.allowed)}')
        return file

    def _entry(self, field: OperationInput, value: JsonValue, at: str) -> JsonValue:
        if field.of is not None:
            return self._typed(field.of, value, at, hide=field.sensitive)
        entry = self._typed("object", value, at, hide=field.sensitive)
        return self.fields(field.fields, entry, f"{at}.") if isinstance(entry, dict) else None

    def _typed(self, kind: InputKind, value: JsonValue, at: str, *, hide: bool) -> JsonValue:
        try:
            return _TYPED[kind](value, self._zone)
        except (ValueError, TypeError, KeyError):
            shown = "what was given" if hide or kind == "file" else repr(value)
            self.problems.append(f'"{at}": {shown} is no {kind}; give {_EXAMPLES[kind]}')
            return None

    def _bounds(self, field: OperationInput, size: float, at: str, unit: str) -> None:
        told = f" {unit}" if unit else ""
        if field.least is not None and size < field.least:
            self.problems.append(f'"{at}" needs at least {field.least:g}{told}')
        if field.most is not None and size > field.most:
            self.problems.append(f'"{at}" may have at most {field.most:g}{told}')


def _text(value: JsonValue, _: ZoneInfo) -> JsonValue:
    if not isinstance(value, str):
        raise TypeError
    return value


def _integer(value: JsonValue, _: ZoneInfo) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    return int(value)


def _number(value: JsonValue, _: ZoneInfo) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    found = value if isinstance(value, int) else float(value)
    if not math.isfinite(found):
        raise ValueError
    return found


def _boolean(value: JsonValue, _: ZoneInfo) -> JsonValue:
    return {"true": True, "false": False}[str(value).lower()]


def _date(value: JsonValue, _: ZoneInfo) -> JsonValue:
    if not isinstance(value, str):
        raise TypeError
    return date.fromisoformat(value).isoformat()


def _datetime(value: JsonValue, zone: ZoneInfo) -> JsonValue:
    if not isinstance(value, str):
        raise TypeError
    moment = datetime.fromisoformat(value)
    return (moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def _object(value: JsonValue, _: ZoneInfo) -> JsonValue:
    found = json.loads(value) if isinstance(value, str) else value
    if not isinstance(found, dict):
        raise TypeError
    return found


def _list(value: JsonValue, _: ZoneInfo) -> JsonValue:
    found = json.loads(value) if isinstance(value, str) else value
    if not isinstance(found, list):
        raise TypeError
    return found


_TYPED: Final[Mapping[InputKind, Callable[[JsonValue, ZoneInfo], JsonValue]]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "object": _object,
    "list": _list,
    "file": file_of,
}
_EXAMPLES: Final[Mapping[InputKind, str]] = {
    "text": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date like 2026-03-31",
    "datetime": "a time like 2026-03-31T14:30 (of the practice) or 2026-03-31T14:30+02:00",
    "object": "an object of JSON",
    "list": "a list of JSON",
    "file": 'an object with its "name" and its "content" in base64, or a path by --upload',
}


def described(name: str, field: OperationInput) -> str:
    """An input in one line for people."""
    words = [field.type if field.of is None else f"list of {field.of}"]
    if field.default is not None:
        words.append(f"otherwise {canonical(field.default) or 'empty'}")
    elif field.optional:
        words.append("optional")
    if field.sensitive:
        words.append("sensitive")
    return f"{name} ({', '.join(words)})"


def _listed(fields: Mapping[str, OperationInput]) -> str:
    return ", ".join(described(name, field) for name, field in fields.items()) or "none"
