"""From captures to endpoints: the story of inference, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from automation.infer.classify import (
    Series,
    known_binding,
    last_binding,
    provided_by_list,
    series_of,
)
from automation.infer.effect import Effect, effect_of
from automation.infer.naming import names_of
from automation.infer.observe import Left, Operation, OperationKey, operations_of
from automation.infer.paging import paging_of
from automation.infer.paging_steps import Paging
from automation.infer.provenance import Provenance, readings, tells, values_wanted
from automation.infer.records import Records, records_of, values_in
from automation.infer.render import Draft, render
from automation.infer.slots import SlotUse, name_slots, slot_use
from automation.model import (
    Binding,
    Capture,
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
    paging: Paging | None = None
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
    givers = {(s.run, s.exchange.seq): o for o in operations for s in o.sightings}
    works = [_explore(operation, books, consumed, givers) for operation in operations]
    uses = [use for work in works for use in _bind_slots(work, books)]
    slots = name_slots(uses)
    names = names_of(operations, {w.operation.key: values_in(w.operation) for w in works})
    for work in works:
        _bind_rest(work, givers, names)
        work.effect = effect_of(
            work.operation,
            work.records,
            work.paging.pagination if work.paging else None,
            work.bindings.values(),
        )
    endpoints = sorted(
        (render(_draft(work, slots, names)) for work in works), key=lambda e: e.endpoint
    )
    return Inference(tuple(endpoints), left)


def _books(captures: Sequence[Capture], operations: Iterable[Operation]) -> list[Provenance]:
    wanted = values_wanted(
        leaf.text
        for operation in operations
        for sighting in operation.sightings
        for leaf in sighting.leaves.values()
    )
    return [Provenance(capture, wanted) for capture in captures]


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
    operation: Operation, books: Sequence[Provenance], consumed: frozenset[str], givers: Givers
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
    explained = {s for s, b in work.bindings.items() if isinstance(b, FromClock | Input)}
    explained |= {
        spot
        for spot, leaf in series.items()
        if spot not in work.bindings
        and (_renewed(leaf, books) or (leaf.varies and _listed(leaf, givers)))
    }
    work.paging = paging_of(operation, work.records, explained.__contains__)
    if work.paging:
        work.bindings |= work.paging.bindings
    return work


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
        uses.append(use)
    return uses


def _bind_rest(
    work: _Work,
    givers: Givers,
    names: Mapping[OperationKey, tuple[str, str]],
) -> None:
    linked = work.paging is not None and work.paging.pagination.kind == "next"
    for spot, series in work.series.items():
        if spot in work.bindings:
            continue
        if found := provided_by_list(series, lambda run, seq: givers.get((run, seq))):
            giver, path, wrap, why = found
            work.bindings[spot] = Derived(
                derived=names[giver.key][0], path=path, wrap=wrap, why=why
            )
        elif linked and (series.varies or series.optional):
            if first := _first_of_link(series):
                work.bindings[spot] = first
        else:
            work.bindings[spot] = last_binding(series)


def _first_of_link(series: Series) -> Binding | None:
    """Where the next address is given, only the first call of a series is built by us."""
    firsts = [sightings[0] for sightings in series.operation.by_run().values()]
    leaf = firsts[0].leaves.get(series.spot)
    if leaf is None:
        return None
    return Constant(constant=leaf.value, why="what the first call of a series says")


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
    )
