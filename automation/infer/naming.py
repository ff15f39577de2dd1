"""Names of endpoints: the flow's own name for what the flow is about, else verb and noun."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from automation.infer.observe import Operation, OperationKey
from automation.infer.records import arrays
from automation.wire import VARIABLE, placeholder_class, words

_VERBS: Final = frozenset(
    {"get", "list", "load", "fetch", "read", "find", "search", "query", "data", "grid", "json",
     "async", "ajax", "all", "by", "for", "api", "rest", "index"}
)  # fmt: skip


_SLIGHT: Final = 2
"""Values in an answer up to which it is a sign on the page rather than its content."""


def names_of(
    operations: Sequence[Operation],
    weight: Mapping[OperationKey, int],
    writing: Collection[OperationKey] = (),
) -> Mapping[OperationKey, tuple[str, str]]:
    """Name every operation: (name, why).

    A flow gives its name to an operation with data: to one that may be what its verb says, that
    the fewest flows share, that the most of its steps caused, that shares words with it, that has
    the most data. Flows with fewer candidates choose first, those that search in a list of
    another flow after that. A flow that writes gives its name to what it writes, the last of
    it when that is several things, after the flows that read had their choice. Everything else is
    named after verb and noun of its address.

    Args:
        operations: the operations.
        weight: number of data values of each.
        writing: those that write.
    """
    names: dict[OperationKey, tuple[str, str]] = {}
    flows = _by_reading_flow(operations)
    for flow in sorted(flows, key=lambda f: (_searches(f, flows), len(flows[f]), f)):
        free = [o for o in flows[flow] if o.key not in names]
        if not free:
            continue
        best = min(free, key=lambda o: _rank(o, flow, weight))
        steps = len(_steps(best, flow))
        names[best.key] = (flow, f"what {flow} is about: {steps} of its steps make this call")
    for flow, operation in _written(operations, writing):
        if operation.key not in names:
            names[operation.key] = (flow, f"what {flow} writes")
    taken = {name for name, _ in names.values()}
    for operation in operations:
        if operation.key not in names:
            name = _unique(_verb_noun(operation), taken)
            taken.add(name)
            names[operation.key] = (name, "verb and noun of the address")
    return names


def _searches(flow: str, flows: Mapping[str, list[Operation]]) -> bool:
    """Whether a flow searches in what another one, of a plainer name, shows."""
    if words(flow)[:1] not in _SEARCHING:
        return False
    plain = [other for other in flows if words(other)[:1] == ("list",)]
    own = {operation.key for operation in flows[flow]}
    return any(own & {operation.key for operation in flows[other]} for other in plain)


_SEARCHING: Final = frozenset({("search",), ("find",), ("filter",)})


def _by_reading_flow(operations: Sequence[Operation]) -> dict[str, list[Operation]]:
    flows: dict[str, list[Operation]] = {}
    for operation in operations:
        for flow in operation.reading:
            flows.setdefault(flow, []).append(operation)
    return flows


def _written(
    operations: Sequence[Operation], writing: Collection[OperationKey]
) -> list[tuple[str, Operation]]:
    """What each flow that writes is about: of what it writes, what it writes last.

    What several of its steps call is rather a list that the screen asks for anew.
    """
    last: dict[str, tuple[tuple[int, int], Operation]] = {}
    for operation in operations:
        for sighting in operation.sightings if operation.key in writing else ():
            flow, seq = sighting.capture.flow, sighting.exchange.seq
            rank = (-len(_steps(operation, flow)), seq)
            best = last.get(flow)
            if sighting.capture.effect == "write" and (best is None or rank > best[0]):
                last[flow] = rank, operation
    return [(flow, last[flow][1]) for flow in sorted(last)]


def _rank(
    operation: Operation, flow: str, weight: Mapping[OperationKey, int]
) -> tuple[bool, bool, bool, int, int, int, int, str]:
    return (
        not _signs_in(operation),
        words(flow)[:1] == ("list",) and _is_of_one(operation),
        weight[operation.key] <= _SLIGHT * len(operation.sightings),
        len(operation.reading),
        -len(_steps(operation, flow)),
        -len(set(words(flow)) & set(words(operation.key.path))),
        -weight[operation.key],
        operation.key.path,
    )


def _is_of_one(operation: Operation) -> bool:
    """Whether it is asked for one thing, or by one of several procedures, and holds no list."""
    parts = [part for part in operation.key.template if part]
    one = operation.key.discriminator is not None or (bool(parts) and parts[-1] == VARIABLE)
    return one and not any(next(arrays(s.document), None) for s in operation.sightings)


def _signs_in(operation: Operation) -> bool:
    """A flow in which a password is sent is about that."""
    texts = (leaf.text for sighting in operation.sightings for leaf in sighting.leaves.values())
    return any((placeholder_class(text) or "").endswith(".password") for text in texts)


def _steps(operation: Operation, flow: str) -> set[str | None]:
    return {s.exchange.step for s in operation.sightings if s.capture.flow == flow} - {None}


def _verb_noun(operation: Operation) -> str:
    key = operation.key
    lists = any(next(arrays(s.document), None) for s in operation.sightings)
    verb = "list" if lists else {"GET": "get", "DELETE": "delete"}.get(key.method, "send")
    segments = [words(part) for part in key.template if part not in {VARIABLE, ""}]
    if key.discriminator:
        segments.append(words(key.discriminator[1]))
    nouns = [[word for word in segment if word not in _VERBS] for segment in segments]
    noun = next((segment for segment in reversed(nouns) if segment), ["data"])
    return "-".join([verb, *noun])


def _unique(name: str, taken: set[str]) -> str:
    number, candidate = 2, name
    while candidate in taken:
        candidate, number = f"{name}-{number}", number + 1
    return candidate
