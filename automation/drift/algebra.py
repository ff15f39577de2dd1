"""How evidence is joined: runs as sets, counts as sums, vocabularies as capped unions.

Each join is associative and commutative, so that the order in which runs, workers or days are
brought together says nothing. A set of runs is an integer whose bit *n* stands for run *n*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, ClassVar, Final, Self, TypeVar

from pydantic import BeforeValidator, PlainSerializer
from typing_extensions import override

from automation.model import Noun


def _read(value: object) -> object:
    return int(value, 16) if isinstance(value, str) else value


Runs = Annotated[int, BeforeValidator(_read), PlainSerializer(lambda runs: f"{runs:x}", str)]
"""A set of runs; written as a hexadecimal number."""

Marks = dict[str, Runs]
"""In which runs each of a few names was seen."""

Counts = dict[int, int]
"""How often each step of a scale was seen."""

ONE: Final = 1
"""The set that holds run 0 only: every signature begins as that of one run."""

_WORDS: Final = 64

T = TypeVar("T")
Join = Callable[[Any, Any], Any]


def summed(one: Counts, other: Counts) -> Counts:
    """Counts added key by key."""
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}


def either(one: dict[str, T], other: dict[str, T]) -> dict[str, T]:
    """What either names; what both name is the same."""
    return {**one, **other}


def size_of(runs: int) -> int:
    """How many runs a set holds."""
    return runs.bit_count()


def first_of(runs: int) -> int:
    """The earliest run of a set; 0 for an empty one."""
    return (runs & -runs).bit_length() - 1 if runs else 0


def since(runs: int, start: int) -> int:
    """The runs of a set from one on."""
    return runs >> start << start


def every(sets: Iterable[int]) -> int:
    """The runs that are in any of the sets."""
    joined = 0
    for runs in sets:
        joined |= runs
    return joined


class Mergeable(Noun):
    """Evidence of some runs, which can be joined with that of others.

    Integers are sets of runs, dictionaries are joined by key, nested evidence by its own rules.
    ``JOINS`` names the fields that are joined otherwise; these hold no runs. ``LATEST`` names
    those that are kept for each of the latest runs, keyed by run, and how many.
    """

    JOINS: ClassVar[dict[str, Join]] = {}
    LATEST: ClassVar[dict[str, int]] = {}

    def merge(self, other: Self) -> Self:
        """What both saw."""
        joined = {
            name: self._joined(name, getattr(self, name), getattr(other, name))
            for name in type(self).model_fields
        }
        return self.model_copy(update=joined)

    def later(self, by: int) -> Self:
        """The same evidence, with every run numbered that much higher.

        With a negative number runs that would stand before run 0 are forgotten.
        """
        changed = {
            name: self._later(name, getattr(self, name), by) for name in type(self).model_fields
        }
        return self.model_copy(update=changed)

    def within(self, runs: int) -> Self:
        """What some of the runs saw; what ``JOINS`` names is of all runs."""
        kept = {
            name: _within(getattr(self, name), runs)
            for name in type(self).model_fields
            if name not in self.JOINS and name not in self.LATEST
        }
        latest = {
            name: {run: value for run, value in getattr(self, name).items() if runs >> run & 1}
            for name in self.LATEST
        }
        return self.model_copy(update=kept | latest)

    def _joined(self, name: str, one: Any, other: Any) -> Any:  # noqa: ANN401 - any evidence
        if name in self.LATEST:
            both = {**one, **other}
            return {run: both[run] for run in sorted(both)[-self.LATEST[name] :]}
        return self.JOINS.get(name, join)(one, other)

    def _later(self, name: str, value: Any, by: int) -> Any:  # noqa: ANN401 - any evidence
        if name in self.JOINS:
            return value
        if name in self.LATEST:
            return {run + by: kept for run, kept in value.items() if run + by >= 0}
        return _shifted(value, by)


def join(one: Any, other: Any) -> Any:  # noqa: ANN401 - evidence of any one kind
    """Join two pieces of evidence of one kind."""
    if isinstance(one, Mergeable):
        return one.merge(other)
    if isinstance(one, dict):
        return {
            key: join(one[key], other[key]) if key in one and key in other else value
            for key, value in {**one, **other}.items()
        }
    return one | other


def _shifted(value: Any, by: int) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, Mergeable):
        return value.later(by)
    if isinstance(value, dict):
        return {key: _shifted(inner, by) for key, inner in value.items()}
    if isinstance(value, bool):
        return value
    return value << by if by >= 0 else value >> -by


def _within(value: Any, runs: int) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, Mergeable):
        return value.within(runs)
    if isinstance(value, dict):
        parts = {key: _within(inner, runs) for key, inner in value.items()}
        return {key: part for key, part in parts.items() if _is_seen(part)}
    if isinstance(value, bool):
        return value
    return value & runs


def _is_seen(part: Any) -> bool:  # noqa: ANN401 - as above
    """Whether any run is left: by what says so itself, else by anything in it."""
    if isinstance(part, Mergeable):
        return bool(getattr(part, "seen", True)) and part != type(part)()
    return bool(part)


def same(one: T, other: T) -> T:
    """Both are the same by their key; the first is as good as the other."""
    del other
    return one


class Vocabulary(Mergeable):
    """The few kinds of value that stand at a place, and in which runs; nothing once they are many.

    Attributes:
        words: each kind with the runs it was seen in.
        many: there were more than 64, so that none is kept.
    """

    words: Marks = {}
    many: bool = False

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """The vocabulary of one run."""
        distinct = set(words)
        if len(distinct) > _WORDS:
            return cls(many=True)
        return cls(words=dict.fromkeys(sorted(distinct), ONE))

    @override
    def merge(self, other: Self) -> Self:
        """The words of both; more than 64 are many, whichever way they came together."""
        joined: Marks = join(self.words, other.words)
        many = self.many or other.many or len(joined) > _WORDS
        return self.model_copy(update={"words": {} if many else joined, "many": many})

    def seen_in(self, runs: int) -> frozenset[str]:
        """The words of some of the runs."""
        return frozenset(word for word, when in self.words.items() if when & runs)


Ranked = TypeVar("Ranked", int, tuple[int, ...])


def largest(one: Ranked, other: Ranked) -> Ranked:
    """The larger of two."""
    return max(one, other)
