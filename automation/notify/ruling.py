"""What a rule makes of an event: its inputs filled in, and whether the client wants it at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from automation.entities import ENTITIES, Client, Entity
from automation.errors import BadArgument, NotKnown
from automation.model import Event, Rule
from automation.store import Scope, Store

_PLACE: Final = re.compile(r"\{(\w+)\.(\w+)\}")
Known = Mapping[str, Entity]


class Left(Exception):  # noqa: N818 - it is an end of its own, and no error
    """Nothing is done about an event; says why, without naming anybody."""


def refuse_places(inputs: JsonValue) -> None:
    """See that all that is to be filled in can be.

    Raises:
        NotKnown: a text names a kind or a field that does not exist.
        BadArgument: it names one that may hold anything.
    """
    for kind, field in _places(inputs):
        if kind not in ENTITIES:
            raise NotKnown("kind of entity", kind, tuple(ENTITIES))
        fields = ENTITIES[kind].model_fields
        if field not in fields:
            raise NotKnown(f"field of {kind}", field, tuple(fields))
        if field == "raw":
            raise BadArgument("raw items are told to nobody", remedy="Name a field.")


async def known_of(rows: Store, event: Event) -> dict[str, Entity]:
    """What an event is about, with everything that refers to: the client, the patient, and so on.

    Args:
        rows: where it stands.
        event: what happened.
    """
    entity = await _stored(rows, event.practice, event.kind, event.entity)
    if entity is None:
        return {}
    known = {event.kind: entity}
    for name, kind in entity.references.items():
        number = getattr(entity, f"{name}_id", None)
        if number and kind not in known:
            other = await _stored(rows, event.practice, kind, number)
            known |= {kind: other} if other else {}
    return known


def refuse_unwanted(rule: Rule, known: Known) -> None:
    """See that the client wants it.

    Raises:
        Left: nobody is known to be told, or the client wants no reminders or no e-mail.
    """
    client = known.get("client")
    if not isinstance(client, Client):
        raise Left("no client is known")
    if rule.purpose == "reminder" and client.no_reminders:
        raise Left("the client wants no reminders")
    if rule.email and client.do_not_email:
        raise Left("the client wants no e-mail")


def filled(inputs: Mapping[str, JsonValue], known: Known) -> dict[str, JsonValue]:
    """The inputs of an operation, filled in.

    Raises:
        Left: something that is named is not known.
    """
    return {name: _filled(value, known) for name, value in inputs.items()}


def _filled(value: JsonValue, known: Known) -> JsonValue:
    if isinstance(value, dict):
        return {name: _filled(each, known) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, known) for each in value]
    if not isinstance(value, str):
        return value
    return _PLACE.sub(lambda place: _text(place[1], place[2], known), value)


def _text(kind: str, field: str, known: Known) -> str:
    entity = known.get(kind)
    value = getattr(entity, field, None) if entity is not None else None
    if value is None or isinstance(value, dict | list):
        raise Left(f"the {field.replace('_', ' ')} of the {kind.replace('_', ' ')} is not known")
    return str(value)


def _places(value: JsonValue) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _places(each)
    elif isinstance(value, str):
        yield from ((place[1], place[2]) for place in _PLACE.finditer(value))


async def _stored(rows: Store, practice: str, kind: str, number: str) -> Entity | None:
    if kind not in ENTITIES:
        return None
    return next(iter(await rows.rows(kind, Scope(practice, {"id": number}), limit=1)), None)
