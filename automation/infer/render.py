"""What was found about an operation becomes an endpoint file's content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from automation.infer.effect import Effect
from automation.infer.enumerations import first_seen, without_chance
from automation.infer.observe import Operation, Sighting
from automation.infer.paging_steps import Paging
from automation.infer.records import Records
from automation.model import (
    Binding,
    Computed,
    Derived,
    Endpoint,
    Input,
    Reach,
    RequestTemplate,
    ResponseShape,
    Rung,
    Slot,
    Unknown,
)
from automation.wire import (
    AROUND,
    VARIABLE,
    Place,
    Shape,
    body_encoding,
    is_html,
    without_ways,
    words,
)

Spot = tuple[Place, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that was found about one operation.

    Attributes:
        operation: the operation.
        name: its name, and why.
        bindings: one for each leaf.
        slots: the slots its bindings use, by name.
        records: where its items are.
        paging: how its list goes on.
        effect: what it does, and why.
        login: its place in the login and the call that shows it there; None when it has none.
    """

    operation: Operation
    name: tuple[str, str]
    bindings: Mapping[Spot, Binding]
    slots: Mapping[str, Slot]
    records: Records | None
    paging: Paging | None
    effect: tuple[Effect, str]
    login: tuple[int, Sighting] | None = None


def render(draft: Draft) -> Endpoint:
    """Write a draft as an endpoint."""
    first = draft.operation.sightings[0]
    names = _parameter_names(draft)
    why = {"name": draft.name[1], "effect": draft.effect[1]}
    if draft.records:
        why["items"] = draft.records.why
    unread = _unread_body(first)
    flow = _flow(draft)
    browser_only = any(isinstance(b, Computed) for b in draft.bindings.values())
    return Endpoint(
        endpoint=draft.name[0],
        effect=draft.effect[0],
        flow=flow,
        trigger=_trigger(draft, flow),
        turn=draft.login[0] if draft.login else None,
        request=RequestTemplate(
            method=draft.operation.key.method,
            url=draft.operation.key.origin + _path(draft, names),
            path={names[spot]: b for spot, b in _at(draft, Place.PATH).items()},
            query=_keyed(draft, Place.QUERY),
            headers=_keyed(draft, Place.HEADER),
            form=_keyed(draft, Place.FORM),
            json_body=_keyed(draft, Place.JSON) | unread,
            encoding=body_encoding(first.exchange.request.body),
        ),
        response=_response(draft),
        pagination=draft.paging.pagination if draft.paging else None,
        slots=dict(draft.slots),
        reach=Reach(rung=Rung.PAGE if browser_only else Rung.HTTP),
        why=why,
    )


def _unread_body(sighting: Sighting) -> dict[str, Binding]:
    """A body of a kind that has no leaves for us must not be left out in silence."""
    body = sighting.exchange.request.body
    if body is None or not (body.text or body.truncated) or body_encoding(body):
        return {}
    why = f"a body of type {body.mime or 'unknown'} is not read"
    return {"@": Unknown(unknown=f"{body.size} bytes", why=why)}


def _flow(draft: Draft) -> str | None:
    """The login it is part of, else the flow that names it, else the one that calls it most."""
    if draft.login:
        return draft.login[1].capture.flow
    if draft.name[0] in draft.operation.flows:
        return draft.name[0]
    reading = draft.operation.reading  # a screen is shown by what only shows it, if anything does
    votes = Counter(
        s.capture.flow
        for s in draft.operation.sightings
        if s.exchange.step and (not reading or s.capture.flow in reading)
    )
    return min(votes, key=lambda f: (-votes[f], f), default=None)


def _trigger(draft: Draft, flow: str | None) -> str | None:
    """The step of its flow that makes the call first."""
    if draft.login:
        return draft.login[1].exchange.step
    sightings = draft.operation.sightings
    own = next((s for s in sightings if s.capture.flow == flow and s.exchange.step), sightings[0])
    return own.exchange.step


def _at(draft: Draft, place: Place) -> dict[Spot, Binding]:
    return {spot: b for spot, b in draft.bindings.items() if spot[0] is place}


def _keyed(draft: Draft, place: Place) -> dict[str, Binding]:
    return {spot[1]: binding for spot, binding in _at(draft, place).items()}


def _parameter_names(draft: Draft) -> dict[Spot, str]:
    """Name path parameters after what gives them, else after the word in front of them."""
    names: dict[Spot, str] = {}
    for spot, binding in _at(draft, Place.PATH).items():
        template = draft.operation.key.template
        before = template[int(spot[1]) - 1] if int(spot[1]) else ""
        if isinstance(binding, Input) and draft.effect[0] == "write":
            names[spot] = binding.input
            continue
        given = binding.path.rsplit(".", 1)[-1] if isinstance(binding, Derived) else ""
        given = "" if given.endswith("]") else given  # a column has no name
        parts = tuple(w for w in words(given) if w not in _ATTRIBUTES and not w.isdigit()) or (
            *words("" if before == VARIABLE else before)[-1:],
            "id",
        )
        name = candidate = "_".join(parts)
        number = 2
        while candidate in names.values():
            candidate, number = f"{name}_{number}", number + 1
        names[spot] = candidate
    return names


_ATTRIBUTES: Final = frozenset({"data", "href", "src"})
"""Words of attributes, which name no thing."""


def _path(draft: Draft, names: Mapping[Spot, str]) -> str:
    parts = [
        "{" + names[Place.PATH, str(depth)] + "}" if part == VARIABLE else part
        for depth, part in enumerate(draft.operation.key.template)
    ]
    return "/" + "/".join(parts)


def _response(draft: Draft) -> ResponseShape:
    sightings = draft.operation.sightings
    documents = [_lasting(s) for s in sightings if s.document is not None]
    if not documents:
        done = draft.effect[0] == "write" and draft.operation.is_done
        led = done and all(map(_led_to_page, sightings))
        return ResponseShape(kind="html" if led else _kind_without_json(sightings[0]))
    shape = Shape()
    for document in first_seen(documents):
        shape.add(document)
    records = draft.records
    return ResponseShape(
        kind="html" if all(s.is_page for s in sightings) else "json",
        items=records.path if records else None,
        key=records.key if records else None,
        markup=sightings[0].markup,
        shape=without_chance(shape.schema(), documents),
    )


def _lasting(sighting: Sighting) -> JsonValue:
    """An answer without what is called by names of things: the links around a page.

    A list that has two names is told once.
    """
    document = without_ways(sighting.document, sighting.markup)
    if not sighting.is_page or not isinstance(document, dict):
        return document
    return {name: _once(said) for name, said in document.items() if name not in AROUND}


def _once(part: JsonValue) -> JsonValue:
    if not isinstance(part, dict):
        return part
    firsts = {id(said): name for name, said in reversed(part.items())}
    return {name: said for name, said in part.items() if firsts[id(said)] == name}


def _led_to_page(sighting: Sighting) -> bool:
    """What was written was answered by a redirect to a page: replay follows it, and reads that."""
    after = {e.redirect_of: e for e in sighting.capture.exchanges if e.redirect_of is not None}
    last = sighting.exchange
    while last.seq in after:
        last = after[last.seq]
    return last is not sighting.exchange and is_html(last.response)


def _kind_without_json(sighting: Sighting) -> str:
    response = sighting.exchange.response
    if is_html(response):
        return "html"
    return "other" if response and response.body and response.body.size else "empty"
