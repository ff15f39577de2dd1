"""What a rule looks at: a run beside its baseline, and what is used of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from automation.drift.acting import Acted, Screen, acted_on, screens_of
from automation.drift.baseline import Comparison
from automation.drift.consumption import Consumption, FieldUse, OperationUse, Use
from automation.drift.fields import Fields, FieldSignature, parent_of
from automation.drift.network import OperationSignature
from automation.drift.presence import presence
from automation.model import Severity
from automation.wire import VARIABLE, words

_ALIKE: Final = 0.6
_SUCCESS: Final = range(200, 300)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference that a rule saw.

    Attributes:
        subject: what differs.
        before: the shape it had.
        after: the shape it has.
        use: what we do with it.
        step: path of the step.
        severity: of a change of something that is used; None leaves it to the rule.
        unused: of a change of something that is not used; None leaves it to the rule.
        environment: it is trouble, and no drift.
        heal: a repair is known.
    """

    subject: str
    before: str = ""
    after: str = ""
    use: Use = "none"
    step: str = ""
    severity: Severity | None = None
    unused: Severity | None = None
    environment: bool = False
    heal: bool = False


@dataclass(frozen=True)
class Call:
    """One operation that was called both before and now.

    Attributes:
        key: its key.
        before: in the accepted runs.
        now: in the latest run.
        whole: in all runs.
        use: what we do with it; None for nothing.
    """

    key: str
    before: OperationSignature
    now: OperationSignature
    whole: OperationSignature
    use: OperationUse | None

    @property
    def kind(self) -> Use:
        """What we do with the operation as a whole."""
        if self.use is None:
            return "none"
        return "written" if self.use.writes else "read"

    @property
    def direct(self) -> bool:
        """Whether we make the request ourselves."""
        return self.use is not None and self.use.direct

    @property
    def answered(self) -> bool:
        """Whether the latest run was told what it asked for."""
        return any(status in _SUCCESS for status in self.now.statuses)

    @property
    def comparable(self) -> bool:
        """Whether what was answered is a document of the kind it was: a page is none of data."""
        return (
            self.answered and bool(self.now.fields) and _is_page(self.before) == _is_page(self.now)
        )

    def places(self) -> Iterator[Place]:
        """The places of its answers that stood in the accepted runs and stand now."""
        yield from self._places

    @cached_property
    def _places(self) -> tuple[Place, ...]:
        return tuple(
            Place(self, path, before, now, self.use.field(path) if self.use else None)
            for path, now in self.now.fields.items()
            if (before := self.before.fields.get(path)) is not None
        )

    def field_use(self, path: str) -> FieldUse | None:
        """What we do with a place of its answers."""
        return self.use.field(path) if self.use else None


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the answers of an operation, before and now."""

    call: Call
    path: str
    before: FieldSignature
    now: FieldSignature
    use: FieldUse | None

    @property
    def subject(self) -> str:
        """The operation with the place."""
        return f"{self.call.key} {self.path}"

    @property
    def kind(self) -> Use:
        """What we do with the place."""
        return self.use.use if self.use else "none"


@dataclass(frozen=True, slots=True)
class Shift:
    """One operation that took the place of another."""

    old: OperationSignature
    new: OperationSignature
    rule: str


class View:
    """A run beside its baseline, and what is used of it.

    Args:
        comparison: the run and its baseline.
        consumption: what is used.
    """

    def __init__(self, comparison: Comparison, consumption: Consumption) -> None:
        self.comparison = comparison
        self.consumption = consumption
        self.before = comparison.before.network
        self.now = comparison.now.network
        self.learning = comparison.baseline.learning

    @cached_property
    def screens(self) -> dict[str, Screen]:
        """The pages that were shown both before and now, by step."""
        one = self.comparison
        return screens_of(one.before.pages, one.now.pages, one.whole.pages)

    @cached_property
    def acted(self) -> tuple[Acted, ...]:
        """The controls that the flow acts on and that the accepted runs had."""
        return acted_on(self.screens, self.consumption)

    def use_of(self, operation: OperationSignature) -> OperationUse | None:
        """What we do with an operation."""
        plain = f"{operation.method} {operation.path}"
        uses = self.consumption.operations
        return uses.get(f"{plain} {operation.kind}".rstrip()) or uses.get(plain)

    @cached_property
    def whole(self) -> dict[str, OperationSignature]:
        """The operations of all runs."""
        return self.comparison.whole.network.operations

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """The operations that were called both before and now."""
        return tuple(
            Call(key, before, now, self.whole[key], self.use_of(before))
            for key, now in self.now.operations.items()
            if (before := self.before.operations.get(key)) is not None
        )

    @cached_property
    def absent(self) -> tuple[OperationSignature, ...]:
        """The operations that could have been called now and were not.

        A replay calls what we want and nothing else: what it leaves out is not absent.
        """
        if self.comparison.now.direct:
            return ()
        return tuple(
            operation
            for key, operation in self.before.operations.items()
            if key not in self.now.operations and self._possible(operation) & self.now.runs
        )

    @cached_property
    def fresh(self) -> tuple[OperationSignature, ...]:
        """The operations that no accepted run called."""
        return tuple(
            operation
            for key, operation in self.now.operations.items()
            if key not in self.before.operations
        )

    def missing(self, operation: OperationSignature) -> bool:
        """Whether an absent operation is gone: beyond chance, or at once where we use it."""
        runs = self._possible(operation)
        found = presence(self.whole[operation.key].seen, runs)
        at_once = self.use_of(operation) is not None and found.steady
        return found.gone or (at_once and found.missed > 0)

    @cached_property
    def shifts(self) -> tuple[Shift, ...]:
        """The operations that took the place of others, each at most once."""
        found: list[Shift] = []
        taken: set[str] = set()
        steady = [one for one in self.absent if presence(one.seen, self._possible(one)).steady]
        for old in steady:
            for new in self.fresh:
                rule = _shifted(old, new) if new.key not in taken else None
                if rule:
                    found.append(Shift(old, new, rule))
                    taken.add(new.key)
                    break
        return tuple(found)

    def _possible(self, operation: OperationSignature) -> int:
        """The runs in which the step that calls it came to rest, or a later one did anything."""
        network, pages = self.comparison.whole.network, self.comparison.whole.pages
        if "-" in operation.steps or not operation.steps:
            return network.runs
        first = min(map(_number, operation.steps))
        runs = 0
        for step, seen in self._active.items():
            if _number(step) >= first:
                runs |= seen
        for step, page in pages.steps.items():
            if _number(step) >= first:
                runs |= page.seen
        return runs

    @cached_property
    def _active(self) -> dict[str, int]:
        """The runs in which each step called anything."""
        runs: dict[str, int] = {}
        for operation in self.whole.values():
            for step, seen in operation.steps.items():
                if step != "-":
                    runs[step] = runs.get(step, 0) | seen
        return runs


def _is_page(operation: OperationSignature) -> bool:
    """Whether it is answered by pages."""
    return any("html" in kind for kind in operation.types)


def _number(step: str) -> tuple[int, ...]:
    """The path of a step as numbers, so that 10 comes after 9."""
    return tuple(int(part) for part in step.split(".") if part.isdigit())


def _shifted(old: OperationSignature, new: OperationSignature) -> str | None:
    """The rule by which one operation took the place of another."""
    same_host, same_path = old.host == new.host, old.path == new.path
    if same_path and same_host and old.method != new.method and old.kind == new.kind:
        return "net.op.method"
    if same_path and old.method == new.method and not same_host:
        return "net.op.host"
    if old.method == new.method and same_host and same_but_version(old.path, new.path):
        return "net.op.graphql" if same_path else "net.op.version"
    together = set(old.steps) & set(new.steps)
    if together and old.fields and likeness(old.fields, new.fields) >= _ALIKE:
        return "net.op.replaced"
    return None


def same_but_version(one: str, other: str) -> bool:
    """Whether two paths differ in their version only; what is a value stands for any."""
    old, new = ([part for part in path.split("/") if not is_version(part)] for path in (one, other))
    fitting = (a == b or VARIABLE in {a, b} for a, b in zip(old, new, strict=False))
    return len(old) == len(new) and all(fitting)


def is_version(part: str) -> bool:
    """Whether a segment is a version: ``v2``, ``2.1``."""
    bare = part.lower().removeprefix("v")
    return bare.replace(".", "").isdigit() and (part.lower().startswith("v") or "." in part)


def likeness(one: Fields, other: Fields) -> float:
    """How many places two answers share, of all they have; envelopes around them left out."""
    mine, yours = ({_tail(path) for path in fields} for fields in (one, other))
    return len(mine & yours) / len(mine | yours)


def _tail(path: str) -> str:
    around = parent_of(path)
    return path[len(around) :].lstrip(".") if around != "@" else path


def resembles(name: str, names: set[str]) -> bool:
    """Whether a name has a word of weight in common with one of others."""
    own = {word for word in words(name) if len(word) > 2}  # noqa: PLR2004 - "id", "is", "of"
    return any(own & set(words(other)) for other in names)


def last_name(path: str) -> str:
    """The key at the end of a path: ``name`` of ``rows[].owner.name``."""
    return path.rsplit(".", 1)[-1].strip('"').removesuffix("[]")
