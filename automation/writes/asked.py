"""What was asked for: the id of a write, and whether two requests are the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from automation.errors import BadArgument, KeyTaken
from automation.model import Operation, OperationInput, Write
from automation.wire import json_bytes
from automation.writes.files import told_of
from automation.writes.inputs import Inputs

_LONGEST: Final = 200
_ID: Final = 32
_MARKER: Final = 12


def write_id(practice: str, operation: str, key: str) -> str:
    """The id that a key stands for.

    Raises:
        BadArgument: the key is empty, or too long.
    """
    if not 0 < len(key) <= _LONGEST:
        raise BadArgument(
            f"a key has 1 to {_LONGEST} characters, and this one {len(key)}",
            remedy="Give each request a key of its own, such as a UUID.",
        )
    told = hashlib.sha256(json_bytes([practice, operation, key]))
    return told.hexdigest()[:_ID]


def marker_of(number: str) -> str:
    """The text by which a write is found again in a free field."""
    return f"vp-{number[:_MARKER]}"


def request_hash(operation: Operation, inputs: Inputs, salt: str) -> str:
    """A digest that is the same for the same request: keys in order, numbers and times as values.

    The salt keeps those who see the digest from guessing what is sensitive.
    """
    plain = {name: _plain(operation.inputs.get(name), value) for name, value in inputs.items()}
    return hashlib.sha256(salt.encode() + json_bytes(plain)).hexdigest()


def refuse_other(write: Write, inputs: Inputs) -> None:
    """See that a request is the one that its key was first used for.

    Raises:
        KeyTaken: it is another one.
    """
    if request_hash(write.declared, inputs, write.salt) != write.request_hash:
        raise KeyTaken(write.key)


def without_sensitive(
    fields: Mapping[str, OperationInput], values: Mapping[str, JsonValue]
) -> Inputs:
    """The inputs that may be kept for people to see."""
    return {
        name: _shown(fields[name], value)
        for name, value in values.items()
        if name in fields and not fields[name].sensitive
    }


def _shown(field: OperationInput, value: JsonValue) -> JsonValue:
    if isinstance(value, dict) and field.type == "file":
        return told_of(value)
    if isinstance(value, dict):
        return without_sensitive(field.fields, value)
    if isinstance(value, list):
        return [_shown(field, each) for each in value]
    return value


def _plain(field: OperationInput | None, value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_plain(field, each) for each in value]
    if isinstance(value, dict):
        parts = field.fields if field else {}
        return {name: _plain(parts.get(name), inner) for name, inner in value.items()}
    if isinstance(value, float) and value.is_integer():
        return int(value)
    moment = field is not None and "datetime" in {field.type, field.of}
    if moment and isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    return value
