"""What callers name by our ids, in the portal's own: within their reach and of the right kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from automation.entities import ENTITIES, Entity, entity_id
from automation.model import Operation, OperationInput, Practice
from automation.serve.callers import Caller
from automation.serve.problems import BY_LIST, Problem
from automation.store import Lists, Reach

Inputs = dict[str, JsonValue]
_OURS: Final = re.compile(r"([a-z]{2,4})_[0-9a-f]{24}", re.ASCII)
_PREFIXES: Final = {entity.prefix: kind for kind, entity in ENTITIES.items()}
_PERSONAL: Final = frozenset({"client", "patient"})


@dataclass(frozen=True, slots=True)
class Named:
    """One thing that an input means.

    Attributes:
        kind: the kind of entity.
        id: our id of it; of what was named by the portal's id the one it would have.
        ours: whether it was named by our id.
        at: the input.
    """

    kind: str
    id: str
    ours: bool
    at: str


async def named(
    lists: Lists, caller: Caller, practice: Practice, operation: Operation, given: Inputs
) -> Inputs:
    """The inputs of an operation as its portal knows them.

    Args:
        lists: reads what callers may see.
        caller: who asks; what is out of reach is not there.
        practice: where.
        operation: declares the inputs.
        given: as the caller gave them; our id may stand for the portal's.

    Raises:
        Problem: an id means nothing within reach, or something of another kind; or the caller may
            act for some locations only, and this is not for one of them.
    """
    means = list(_means(operation.inputs, given, practice.name, ""))
    reach = Reach(practice.organization, frozenset({practice.name}))
    wanted = [(each.kind, each.id) for each in means if each.ours or caller.reach.locations]
    found = await lists.found(wanted, reach) if wanted else {}
    for each in means:
        if each.ours and each.id not in found:
            raise _missing(each)
    if caller.reach.locations:
        _refuse_elsewhere(means, found, caller.reach.locations)
    return _translated(operation.inputs, given, found)


def addressed(operation: Operation, entity: Entity, given: Inputs) -> Inputs:
    """The inputs of an operation on one entity, with what the entity itself tells.

    Raises:
        Problem: the operation is about no such entity.
    """
    filled = dict(given)
    own = [name for name, field in operation.inputs.items() if field.refers == entity.kind]
    if not own:
        raise Problem(404, "not_available_in_practice", f"{operation.operation} is about another",
                      remedy=BY_LIST)  # fmt: skip
    filled[own[0]] = entity.id
    for name, field in operation.inputs.items():
        if name not in filled and not field.may_be_left_out and field.refers is not None:
            told = [ref for ref, kind in entity.references.items() if kind == field.refers]
            for reference in told:
                if (known := getattr(entity, f"{reference}_source_id", None)) is not None:
                    filled.setdefault(name, known)
    return filled


def _means(
    declared: Mapping[str, OperationInput], given: Mapping[str, JsonValue], practice: str, at: str
) -> Iterable[Named]:
    for name, field in declared.items():
        value, place = given.get(name), f"{at}{name}"
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict):
                yield from _means(field.fields, entry, practice, f"{place}.")
            elif field.refers is not None and isinstance(entry, str | int):
                yield _meant(field.refers, str(entry), practice, place)


def _meant(kind: str, text: str, practice: str, at: str) -> Named:
    match = _OURS.fullmatch(text)
    if match is None or match[1] not in _PREFIXES:
        return Named(kind, entity_id(ENTITIES[kind].prefix, practice, text), ours=False, at=at)
    if _PREFIXES[match[1]] != kind:
        told = f"{at}: it wants {_a(kind)}, and {text} is {_a(_PREFIXES[match[1]])}"
        raise Problem(400, "invalid_request", told, remedy=BY_LIST, parameter=at)
    return Named(kind, text, ours=True, at=at)


def _translated(
    declared: Mapping[str, OperationInput],
    given: Mapping[str, JsonValue],
    found: Mapping[str, Entity],
) -> Inputs:
    def one(field: OperationInput, value: JsonValue) -> JsonValue:
        if isinstance(value, list):
            return [one(field, each) for each in value]
        if isinstance(value, dict):
            return _translated(field.fields, value, found) if field.fields else value
        if field.refers is not None and isinstance(value, str) and value in found:
            return found[value].source_id
        return value

    return {
        name: one(declared[name], value) if name in declared else value
        for name, value in given.items()
    }


def _refuse_elsewhere(
    means: Iterable[Named], found: Mapping[str, Entity], locations: frozenset[str]
) -> None:
    """Let those who may act for some locations do nothing elsewhere.

    What belongs to no location, and to no person, may be named: a vet, a kind of visit.
    """
    inside = False
    for each in means:
        entity = found.get(each.id)
        if entity is None:
            raise _missing(each)
        place = entity.id if each.kind == "location" else entity.location_id
        if place in locations:
            inside = True
        elif place is not None or _is_personal(each.kind):
            raise _missing(each)
    if not inside:
        raise Problem(
            403,
            "insufficient_scope",
            "the token is restricted to locations, and nothing in the request is of one of them",
            remedy="Name something of the location: a patient, a column of its calendar.",
        )


def _is_personal(kind: str) -> bool:
    return bool(_PERSONAL & {kind, *ENTITIES[kind].references.values()})


def _missing(named: Named) -> Problem:
    told = f"{named.at}: there is no such {named.kind.replace('_', ' ')}"
    return Problem(404, "not_found", told, remedy=BY_LIST, parameter=named.at)


def _a(kind: str) -> str:
    words = kind.replace("_", " ")
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"
