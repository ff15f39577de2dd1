"""From captures to endpoints: the story of inference, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from automation.infer.choices import Offering, Pick, chosen_elsewhere, offerings, picked
from automation.infer.classify import (
    known_binding,
    last_binding,
    provided_by_list,
)
from automation.infer.effect import Effect, effect_of
from automation.infer.envelopes import Listed, empty_list_of, going_on
from automation.infer.firsts import first_of_link
from automation.infer.logins import Called, turns_of
from automation.infer.naming import names_of
from automation.infer.observe import Left, Operation, OperationKey, Sighting, operations_of
from automation.infer.paging import paging_of
from automation.infer.paging_numbers import counter
from automation.infer.paging_steps import Paging
from automation.infer.provenance import Provenance, readings, tells, values_wanted
from automation.infer.records import Records, records_of, values_in
from automation.infer.render import Draft, render
from automation.infer.series import Series, series_of
from automation.infer.slots import SlotUse, name_slots, slot_use
from automation.infer.writing import said_by_caller
from automation.model import (
    Binding,
    Capture,
    Chosen,
    Constant,
    Derived,
    Endpoint,
    FromClock,
    FromSession,
    Input,
    Slot,
)
from automation.wire import Place

Spot = tuple[Place, str]
Givers = Mapping[tuple[int, int], Operation]
_Givers = dict[tuple[int, int], Operation]
"""The operation behind an exchange, by run and sequence number."""


@dataclass(frozen=True, slots=True)
class Inference:
    """What the captures say.

    Attributes:
        endpoints: by name.
        left: operations that are no endpoints, with the rule.
    """

    endpoints: tuple[Endpoint, ...]
    left: tuple[Left, ...]


@dataclass(slots=True)
class _Work:
    """One operation while its leaves are being explained."""

    operation: Operation
    series: dict[Spot, Series]
    records: Records | None
    bindings: dict[Spot, Binding] = field(default_factory=dict)
    picks: dict[Spot, Pick] = field(default_factory=dict)
    gave: set[tuple[int, int]] = field(default_factory=set)
    login: tuple[int, Sighting] | None = None
    paging: Paging | None = None
    opening: Operation | None = None
    effect: tuple[Effect, str] = ("unknown", "")


def infer_endpoints(captures: Sequence[Capture]) -> Inference:
    """Infer the endpoints that the captures show.

    Two captures of each flow are the normal case: what changes between them is not constant,
    what the same place of an earlier response gave both times is bound to it. One capture works
    too; what it cannot tell is labelled in the evidence.

    Args:
        captures: redacted captures of one portal, equal values redacted equally.
    """
    operations, left = operations_of(captures)
    books = _books(captures, operations)
    consumed = _consumed(operations)
    givers = {call: operation for operation in operations for call in operation.calls}
    offered = [offerings(capture) for capture in captures]
    openings = {(o.key.origin, o.key.path): o for o in operations if o.key.method == "GET"}
    works = [
        _explore(operation, books, consumed, givers, offered, openings) for operation in operations
    ]
    works, first_pages = _absorbed(works, givers)
    _liken(works)
    uses = [use for work in works for use in _bind_slots(work, books)]
    slots = name_slots(uses)
    kept = [work.operation for work in works]
    writing = frozenset(work.operation.key for work in works if _seems_to_write(work))
    weight = {operation.key: values_in(operation) for operation in kept}
    names = names_of(kept, weight, writing)
    chosen = _chosen(works, givers, names)
    for work in works:
        _bind_rest(work, givers, names, chosen)
        work.effect = effect_of(
            work.operation,
            work.records,
            work.paging.pagination if work.paging else None,
            work.bindings.values(),
        )
    _settle_login(works, givers, names)
    for work in works:
        if work.effect[0] == "write" and work.operation.is_done:
            template = work.operation.key.template
            work.bindings = said_by_caller(work.series, work.bindings, template)
    endpoints = sorted(
        (render(_draft(work, slots, names)) for work in works), key=lambda e: e.endpoint
    )
    return Inference(tuple(endpoints), (*left, *first_pages))


def _books(captures: Sequence[Capture], operations: Sequence[Operation]) -> list[Provenance]:
    wanted = values_wanted(
        leaf.text
        for operation in operations
        for sighting in operation.sightings
        for leaf in sighting.leaves.values()
    )
    wanted |= {text for c in captures for s in c.snapshots for text in s.storage.values()}
    sightings = [sighting for operation in operations for sighting in operation.sightings]
    pages = [
        {s.exchange.seq: s.document for s in sightings if s.run == run and (s.is_page or s.markup)}
        for run in range(len(captures))
    ]
    return [Provenance(c, wanted, own) for c, own in zip(captures, pages, strict=True)]


def _consumed(operations: Iterable[Operation]) -> frozenset[str]:
    """Values in paths and identity-like leaves of requests: what records are asked by."""
    return frozenset(
        inner
        for operation in operations
        for sighting in operation.sightings
        for leaf in sighting.leaves.values()
        for inner, _ in readings(leaf.text)
        if leaf.place is Place.PATH or tells(inner, leaf.name, "id")
    )


def _explore(
    operation: Operation,
    books: Sequence[Provenance],
    consumed: frozenset[str],
    givers: Givers,
    offered: Sequence[Sequence[Offering]],
    openings: Mapping[tuple[str, str], Operation],
) -> _Work:
    """Bind what the operation explains by itself, then see how its list goes on.

    What a person typed, what a list gave and what renews itself is no page number, even where it
    happens to count up.
    """
    spots = list(dict.fromkeys(spot for s in operation.sightings for spot in s.leaves))
    series = {spot: series_of(operation, spot, books) for spot in spots}
    work = _Work(operation, series, records_of(operation, consumed))
    for spot, leaf in series.items():
        if found := known_binding(leaf):
            work.bindings[spot] = found
        elif pick := picked(leaf, offered):
            work.picks[spot], work.bindings[spot] = pick, pick.binding
            work.gave |= pick.gave
    explained = {
        s for s, b in work.bindings.items() if isinstance(b, Chosen | Constant | FromClock | Input)
    }
    explained |= {
        spot
        for spot, leaf in series.items()
        if spot not in work.bindings
        and (_renewed(leaf, books) or (leaf.varies and _listed(leaf, givers)))
    }
    posts = operation.key.method != "GET"
    opening = openings.get((operation.key.origin, operation.key.path)) if posts else None
    work.paging = paging_of(operation, work.records, explained.__contains__, opening)
    if work.paging:
        work.bindings |= work.paging.bindings
        work.opening = opening if work.paging.pagination.opens else None
    return work


def _absorbed(works: list[_Work], givers: _Givers) -> tuple[list[_Work], list[Left]]:
    """A page that only begins a list which goes on by posts is no endpoint of its own."""
    begun = {work.opening.key: work for work in works if work.opening is not None}
    left = []
    for work in works:
        if work.operation.key in begun and work.paging is None:
            onward = begun[work.operation.key].operation
            givers.update({(s.run, s.exchange.seq): onward for s in work.operation.sightings})
            said = f"{work.operation.key.method} {work.operation.key.path}"
            rule = "the first page of a list that goes on by posts"
            left.append(Left(said, rule, len(work.operation.sightings)))
        else:
            begun.pop(work.operation.key, None)
    return [work for work in works if work.operation.key not in begun], left


def _liken(works: Sequence[_Work]) -> None:
    """Lists of one portal are alike: what was empty, or of one page, is like the others."""
    full = [Listed(w.operation, w.records, w.paging) for w in works if w.records]
    for work in works:
        work.records = work.records or empty_list_of(work.operation, full)
        if work.records:
            own = Listed(work.operation, work.records, work.paging)
            others = [one for one in full if one.operation is not work.operation]
            work.paging = work.paging or going_on(own, others)


def _listed(series: Series, givers: Givers) -> bool:
    return provided_by_list(series, lambda run, seq: givers.get((run, seq))) is not None


def _renewed(series: Series, books: Sequence[Provenance]) -> bool:
    """A value that changes and was given before every call, the first of a series included.

    That is what tells a token from a cursor, whose series begins with nothing.
    """
    everywhere = not series.optional and all(series.texts)
    return (
        series.varies and everywhere and slot_use(series.operation, series.spot, books) is not None
    )


def _bind_slots(work: _Work, books: Sequence[Provenance]) -> list[SlotUse]:
    """Leaves that take session state; their names are settled over all operations."""
    uses = []
    for spot in work.series:
        if spot in work.bindings or (use := slot_use(work.operation, spot, books)) is None:
            continue
        work.bindings[spot] = FromSession(session=use.name, wrap=use.wrap, why=use.why)
        work.gave |= use.gave
        uses.append(use)
    return uses


def _seems_to_write(work: _Work) -> bool:
    """Whether a call writes, as far as that is known before every leaf is explained."""
    paging = work.paging.pagination if work.paging else None
    effect, _ = effect_of(work.operation, work.records, paging, work.bindings.values())
    return effect == "write"


Chosens = Sequence[tuple[Pick, str, str | None]]
"""What the login chose, the name of the leaf it went to, and the endpoint that offers it."""


def _chosen(
    works: Iterable[_Work], givers: Givers, names: Mapping[OperationKey, tuple[str, str]]
) -> Chosens:
    return [
        (pick, work.series[spot].name, _offering(pick, givers, names))
        for work in works
        for spot, pick in work.picks.items()
    ]


def _offering(
    pick: Pick, givers: Givers, names: Mapping[OperationKey, tuple[str, str]]
) -> str | None:
    """The endpoint that offers the choice in JSON; None when it is a page of the login."""
    if pick.binding.items is None or pick.binding.items.json_path is None:
        return None
    given = (givers.get(place) for place in sorted(pick.gave))
    reads = (giver for giver in given if giver is not None and giver.key.method == "GET")
    return next((names[giver.key][0] for giver in reads), None)


def _bind_rest(
    work: _Work,
    givers: Givers,
    names: Mapping[OperationKey, tuple[str, str]],
    chosen: Chosens,
) -> None:
    linked = work.paging is not None and work.paging.pagination.kind == "next"
    for spot, series in work.series.items():
        if spot in work.bindings:
            continue
        if elsewhere := chosen_elsewhere(series, chosen):
            work.bindings[spot] = elsewhere
        elif found := provided_by_list(series, lambda run, seq: givers.get((run, seq))):
            giver, path, wrap, why = found
            work.bindings[spot] = Derived(
                derived=names[giver.key][0], path=path, wrap=wrap, why=why
            )
        elif linked and (series.varies or series.optional):
            if first := first_of_link(series, work.paging):
                work.bindings[spot] = first
        else:
            counting = work.paging and series.varies and counter(work.operation, spot)
            work.bindings[spot] = counting or last_binding(series)


def _settle_login(
    works: Sequence[_Work], givers: Givers, names: Mapping[OperationKey, tuple[str, str]]
) -> None:
    """Put the calls that sign in into their order; what they change is part of signing in."""
    calls = [
        Called(
            number,
            sighting.run,
            sighting.exchange,
            tuple(work.bindings.values()),
            frozenset(work.gave | _derived_from(work, sighting.run, works, names)),
            work.effect[0] in {"write", "unknown"},
        )
        for number, work in enumerate(works)
        for sighting in work.operation.sightings
        if sighting.login is not None
    ]
    for number, (turn, call) in turns_of(calls).items():
        work = works[number]
        shown = next(s for s in work.operation.sightings if s.exchange is call.exchange)
        work.login = turn, shown
        only_there = all(s.login is not None for s in work.operation.sightings)
        if only_there and (call.signs_in or call.writes):
            carries = work.effect if work.effect[0] == "auth" else None
            work.effect = carries or ("auth", "a step of signing in")
    for work in works:
        if work.login is None:
            _choose_anew(work, givers, names)


def _derived_from(
    work: _Work,
    run: int,
    works: Sequence[_Work],
    names: Mapping[OperationKey, tuple[str, str]],
) -> set[tuple[int, int]]:
    wanted = {b.derived for b in work.bindings.values() if isinstance(b, Derived)}
    return {
        (run, s.exchange.seq)
        for other in works
        if names[other.operation.key][0] in wanted
        for s in other.operation.by_run().get(run, ())
    }


def _choose_anew(
    work: _Work, givers: Givers, names: Mapping[OperationKey, tuple[str, str]]
) -> None:
    """What is read after the login has no answers of it: the endpoint that offers is asked."""
    for spot, pick in work.picks.items():
        answer = _offering(pick, givers, names)
        work.bindings[spot] = pick.binding.model_copy(update={"answer": answer})


def _draft(
    work: _Work,
    slots: Mapping[tuple[OperationKey, Spot], tuple[str, Slot]],
    names: Mapping[OperationKey, tuple[str, str]],
) -> Draft:
    """Settle the slot names and put everything together."""
    bindings = dict(work.bindings)
    used: dict[str, Slot] = {}
    for spot, binding in work.bindings.items():
        if isinstance(binding, FromSession):
            name, slot = slots[work.operation.key, spot]
            bindings[spot] = binding.model_copy(update={"session": name})
            used[name] = slot
    return Draft(
        operation=work.operation,
        name=names[work.operation.key],
        bindings=bindings,
        slots=used,
        records=work.records,
        paging=work.paging,
        effect=work.effect,
        login=work.login,
    )
