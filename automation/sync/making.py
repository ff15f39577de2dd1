"""What is made of answers, once the tables that mappings look up are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from automation import normalise
from automation.entities import Entity
from automation.model import Answer, Coverage, Ended, Practice, Profile
from automation.sync.plan import Plan


class Making:
    """Turns answers into entities.

    Args:
        plan: what is made of what.
        practice: whose.

    Attributes:
        lacking: endpoints of which not everything can be made, with the table that is not there.
    """

    def __init__(self, plan: Plan, practice: Practice) -> None:
        self._plan, self._practice = plan, practice
        self._normalisers: dict[str, list[normalise.Normaliser]] = defaultdict(list)
        self.lacking: dict[str, str] = {}

    def compile(self, answers: Mapping[str, Sequence[Answer]], profile: Profile | None) -> None:
        """Make ready with what was read of tables; a mapping that misses one makes nothing."""
        tables = {name: _items(found) for name, found in answers.items()}
        sections = profile.sections if profile else {}
        there = {*tables, *sections}
        for mapping in self._plan.mappings:
            lookups = mapping.lookups.values()
            gone = [o for o in lookups if (o.endpoint or o.profile) not in there]
            if gone:
                table = min(self._plan.profile.source_of(lookup) for lookup in gone)
                self.lacking |= dict.fromkeys(mapping.endpoints, table)
                continue
            normaliser = normalise.Normaliser(mapping, self._practice, tables, sections)
            for name in mapping.endpoints:
                self._normalisers[name].append(normaliser)

    def made(
        self, name: str, answer: Answer, *, alone: bool = False
    ) -> Iterator[tuple[Entity, ...]]:
        """The entities of an answer of an endpoint, some at a time.

        Args:
            name: of the endpoint.
            answer: what it gave.
            alone: the items only; the list around them is not there.
        """
        for normaliser in self._normalisers.get(name, ()):
            if not (alone and normaliser.beside):
                yield from normaliser.in_parts(answer)

    def gone(self, name: str, answer: Answer) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Our ids of what an answer shows as gone, by kind."""
        for each in self._normalisers.get(name, ()):
            if ids := each.gone(answer):
                yield each.kind, ids

    def digest(self, name: str) -> str:
        """Of the files that made what was made; empty, and never met again, where a table lacks."""
        return "" if name in self.lacking else self._plan.digest(name)

    def without_table(self, name: str, coverage: Mapping[str, Coverage]) -> dict[str, object]:
        """How an endpoint ended that lacks a table: as that did; empty for one that lacks none."""
        table = self.lacking.get(name)
        if table is None:
            return {}
        of_table = coverage[table]
        ended: Ended = "not_permitted" if of_table.ended == "not_permitted" else "failed"
        said = f"nothing is made of it: {table}: {of_table.said or 'it was not understood'}"
        return {"ended": ended, "error": of_table.error, "said": said}


def _items(answers: Sequence[Answer]) -> list[JsonValue]:
    return [item for answer in answers for item in answer.items]
