"""See that an operation fits the endpoints and the profile of its portal, place by place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from automation.entities import ENTITIES
from automation.model import (
    Condition,
    Derived,
    Endpoint,
    Filled,
    Input,
    Match,
    Operation,
    OperationInput,
    PriorRead,
    ReadBack,
    WriteStep,
    names_in,
)
from automation.wire import canonical

Place = tuple[int | str, ...]
Problem = tuple[Place, str]
Endpoints = Callable[[str], Endpoint]

_WINDOW: Final = ("since", "until")
"""What a list of a span of days is asked by."""
_WRITE: Final = ("marker", "at")


def unfit_places(
    operation: Operation,
    endpoints: Endpoints,
    *,
    names: Iterable[str],
    sections: Iterable[str],
    topics: Callable[[], Iterable[str]],
) -> Iterator[Problem]:
    """What does not fit, with its place in the file.

    Args:
        operation: as its file says it.
        endpoints: gives the endpoint of one of the names.
        names: of all endpoints of the portal.
        sections: of the profile of the portal.
        topics: gives those of what the portal tells by itself.
    """
    check = _Checking(operation, endpoints, tuple(names), tuple(sections))
    yield from check.inputs()
    if operation.entity is not None and operation.entity not in ENTITIES:
        yield ("entity",), _unknown("kind of entity", operation.entity, tuple(ENTITIES))
    if operation.pays is not None:
        yield from check.path(("pays",), operation.pays)
    yield from check.settings()
    yield from check.reads()
    yield from check.conditions(("checks",), operation.checks)
    if operation.states is not None:
        yield from check.path(("states", "now"), operation.states.now)
        yield from check.path(("states", "wanted"), operation.states.wanted)
    yield from check.steps()
    for name, path in operation.result.items():
        yield from check.path(("result", name), path)
    known = tuple(topics()) if operation.rereads else ()
    for name, path in operation.rereads.items():
        if name not in known:
            yield ("rereads", name), _unknown("topic of inbound.yaml", name, known)
        yield from check.path(("rereads", name), path)


@dataclass
class _Checking:
    """Goes through a file from top to bottom; what a place may look at grows on the way."""

    operation: Operation
    endpoints: Endpoints
    names: tuple[str, ...]
    sections: tuple[str, ...]
    known: dict[str, dict[str, tuple[str, ...] | None]] = field(default_factory=dict)
    """Roots, what stands below each, and below that; None where that is the portal's."""

    def inputs(self) -> Iterator[Problem]:
        for name, one in self.operation.inputs.items():
            if one.allowed and one.default is not None:
                text = canonical(one.default)
                if text not in one.allowed:
                    told = f'"{text}" is not allowed; allowed: {", ".join(one.allowed)}'
                    yield ("inputs", name, "default"), told
            yield from self._refers(("inputs", name), one)
        self.known["inputs"] = dict.fromkeys(self.operation.inputs)

    def _refers(self, place: Place, one: OperationInput) -> Iterator[Problem]:
        if one.refers is not None and one.refers not in ENTITIES:
            yield (*place, "refers"), _unknown("kind of entity", one.refers, tuple(ENTITIES))
        for name, part in one.fields.items():
            yield from self._refers((*place, "fields", name), part)

    def settings(self) -> Iterator[Problem]:
        for name, one in self.operation.settings.items():
            if one.section not in self.sections:
                place = ("settings", name, "section")
                yield place, _unknown("section of the profile", one.section, self.sections)
            if one.key is not None:
                yield from self.path(("settings", name, "key"), one.key)
        self.known["settings"] = dict.fromkeys(self.operation.settings)

    def reads(self) -> Iterator[Problem]:
        self.known["reads"] = {}
        for name, one in self.operation.reads.items():
            place = ("reads", name)
            yield from self._called(place, one.endpoint, one.values, effect="read")
            yield from self._matches((*place, "match"), one.match)
            listed = one.endpoint not in self.names or self.endpoints(one.endpoint).response.items
            if one.match and listed is None:
                yield (*place, "match"), f"{one.endpoint} gives no list to look through"
            if not one.whole and self._may_go_on(one):
                told = f"{one.endpoint} does not say how its list goes on, so a part may be all"
                yield place, f"{told} that is seen; write whole: true where one answer has it all"
            for looked in names_in(one.path):
                if looked[0] not in {"document", "items"}:
                    yield (*place, "path"), _unknown("root", looked[0], ("document", "items"))
            if one.when is not None:
                yield from self.path((*place, "when"), one.when)
            self.known["reads"][name] = None

    def _may_go_on(self, read: PriorRead) -> bool:
        """Whether items are looked for in a list of which nobody knows whether it goes on."""
        looks = read.match or any(looked[0] == "items" for looked in names_in(read.path))
        if not looks or read.endpoint not in self.names:
            return False
        endpoint = self.endpoints(read.endpoint)
        return endpoint.response.items is not None and endpoint.pagination is None

    def steps(self) -> Iterator[Problem]:
        self.known["write"] = dict.fromkeys(_WRITE)
        self.known["steps"] = {}
        for number, step in enumerate(self.operation.steps):
            place = ("steps", number)
            if step.step in self.known["steps"]:
                yield (*place, "step"), f'"{step.step}" is the name of an earlier step'
            yield from self._before(place, step)
            yield from self._read_back((*place, "read_back"), step.read_back)
            self.known["steps"][step.step] = tuple(step.keep)
            if step.undo is not None:
                below = (*place, "undo")
                yield from self._called(below, step.undo.endpoint, step.undo.values, effect="write")
                if step.undo.when is not None:
                    yield from self.path((*below, "when"), step.undo.when)
                if step.undo.read_back is not None:
                    yield from self._read_back((*below, "read_back"), step.undo.read_back)

    def _before(self, place: Place, step: WriteStep) -> Iterator[Problem]:
        """What is used to send a step: what the steps before it kept."""
        yield from self._called(place, step.endpoint, step.values, effect="write")
        if step.when is not None:
            yield from self.path((*place, "when"), step.when)
        yield from self.conditions((*place, "needs"), step.needs)

    def _read_back(self, place: Place, plan: ReadBack) -> Iterator[Problem]:
        yield from self._called(place, plan.endpoint, plan.values, effect="read")
        yield from self._matches((*place, "match"), plan.match)

    def _matches(self, place: Place, matches: Iterable[Match]) -> Iterator[Problem]:
        for number, match in enumerate(matches):
            yield from self._value((*place, number, "equals"), match.equals)

    def conditions(self, place: Place, conditions: Iterable[Condition]) -> Iterator[Problem]:
        """The conditions of a list."""
        for number, condition in enumerate(conditions):
            yield from self.path((*place, number, "holds"), condition.holds)

    def path(self, place: Place, path: str) -> Iterator[Problem]:
        """What a path looks at has to be known where it stands."""
        for looked in names_in(path):
            level: Iterable[str] | None = self.known
            for depth, name in enumerate(looked):
                if level is None:
                    break  # the portal's own names
                if name not in level:
                    kind = f"name below {'.'.join(looked[:depth])}" if depth else "root"
                    yield place, _unknown(kind, name, tuple(level))
                    break
                below = self.known[looked[0]]
                level = below if depth == 0 else below.get(name) if depth == 1 else None

    def _value(self, place: Place, value: Filled) -> Iterator[Problem]:
        yield from self.path(place, value.path)
        looked = names_in(value.path)
        if any(one[0] == "steps" for one in looked) and value.path != ".".join(looked[0]):
            yield place, f'"{value.path}" should be plain, like steps.sale.id: keep what it makes'

    def _called(
        self, place: Place, name: str, values: Mapping[str, Filled], *, effect: str
    ) -> Iterator[Problem]:
        if name not in self.names:
            yield (*place, "endpoint"), _unknown("endpoint", name, self.names)
            return
        endpoint = self.endpoints(name)
        if endpoint.effect != effect:
            told = f'"{name}" has the effect {endpoint.effect}; a {effect} is needed here'
            yield (*place, "endpoint"), told
        refused = {one.method for one in self.operation.refuses}
        if effect == "write" and endpoint.request.method in refused:
            told = f'"{name}" sends {endpoint.request.method}, which stands under "refuses"'
            yield (*place, "endpoint"), told
        yield from self._filled((*place, "values"), endpoint, values)

    def _filled(
        self, place: Place, endpoint: Endpoint, values: Mapping[str, Filled]
    ) -> Iterator[Problem]:
        paging = endpoint.pagination
        window = paging is not None and paging.kind == "window"
        taken: dict[str, bool] = dict.fromkeys(_WINDOW if window else (), True)
        asked = endpoint.named(values) if endpoint.effect == "read" else endpoint
        for _, name, binding in asked.request.bindings():
            if isinstance(binding, Input):
                needed = not binding.optional and binding.default is None
                taken[binding.input] = needed or taken.get(binding.input, False)
            elif isinstance(binding, Derived):
                told = f"{endpoint.endpoint} takes values from {binding.derived}; give it inputs"
                told += f", here {name}" if endpoint.effect == "read" else ""
                yield (*place[:-1], "endpoint"), told
        for name, value in values.items():
            if name not in taken:
                kind = f"input of {endpoint.endpoint}"
                yield (*place, name), _unknown(kind, name, tuple(taken))
            yield from self._value((*place, name), value)
        for name, needed in taken.items():
            if needed and name not in values:
                yield place, f'"{name}" is missing; {endpoint.endpoint} needs it'


def _unknown(kind: str, name: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(name, known, n=1)
    meant = f', did you mean "{close[0]}"?' if close else ""
    return f'there is no {kind} "{name}"{meant}; known: {", ".join(sorted(known)) or "none"}'
