"""Items of an answer in, entities out; nothing is looked up and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final

from automation.entities import Entity
from automation.errors import AnswerNotUnderstood
from automation.model import Answer, Mapping, Practice
from automation.normalise.fields import Bases, holds
from automation.normalise.paths import compile_path, gone_of, held_by, leading_keys
from automation.normalise.presence import Presence
from automation.normalise.rows import RowMaker, Sections, Tables

PART: Final = 500
"""Entities that are made before those before them are handed over."""
_MOST: Final = 3


class Normaliser:
    """One mapping for one practice, compiled once for many answers.

    Args:
        mapping: what to read.
        practice: whose answers they are.
        tables: the items of the endpoints that the mapping looks up, by endpoint; a table that is
            missing has no rows.
        sections: the sections of the practice's profile that the mapping looks up, by name; one
            that is missing has no rows.

    Attributes:
        kind: the kind of entity it makes.
        beside: it reads what stands beside the items of an answer, and not the items.

    Raises:
        BadFile: the mapping does not fit the entity it is for.
        BadArgument: the practice's time zone does not exist.
    """

    def __init__(
        self,
        mapping: Mapping,
        practice: Practice,
        tables: Tables | None = None,
        sections: Sections | None = None,
    ) -> None:
        self._mapping = mapping
        self.kind = mapping.entity
        self.beside = mapping.of == "document"
        tables, sections = tables or {}, sections or {}
        named = {lookup.endpoint for lookup in mapping.lookups.values()}
        kept = {name: tuple(rows) for name, rows in tables.items() if name in named}
        self._rows = RowMaker(mapping, practice, kept, sections)
        self._presence = Presence(
            mapping,
            {
                name: kept.get(lookup.endpoint, ())
                if lookup.endpoint
                else sections.get(lookup.profile, {}).values()
                for name, lookup in mapping.lookups.items()
            },
        )
        self._each = compile_path(mapping.each) if mapping.each else None
        self._list = leading_keys(mapping.each) if mapping.each else ()
        self._gone = compile_path(mapping.gone) if mapping.gone else None

    def normalise(self, answer: Answer) -> tuple[Entity, ...]:
        """Make the entities of one answer, in order; an item that stands twice gives one.

        Raises:
            AnswerNotUnderstood: an item does not fit, a mapped key exists in no item, or two
                different items have the same id. Then nothing of the answer is returned.
        """
        return tuple(chain.from_iterable(self.in_parts(answer)))

    def in_parts(self, answer: Answer, most: int = PART) -> Iterator[tuple[Entity, ...]]:
        """Make the entities of one answer some at a time: an entity takes far more than its item.

        Args:
            answer: of any size.
            most: entities of one part; no part is empty.

        Raises:
            AnswerNotUnderstood: as :meth:`normalise`; the parts before an item that does not fit
                have been given, those after it are only looked through.
        """
        starts = list(self._starts(answer))
        self._refuse_absent(answer, starts)
        starts = [each for each in starts if not self._is_gone(each)]
        problems: list[str] = []
        made = self._distinct(starts, problems)
        while part := tuple(islice(made, most)):
            if not problems:
                yield part
        if problems:
            told = "; ".join(problems[:_MOST])
            raise self._not_understood(
                answer, f"{len(problems)} of {len(starts)} items do not fit: {told}"
            )

    def _distinct(self, starts: Iterable[Bases], problems: list[str]) -> Iterator[Entity]:
        """Each entity once; what does not fit becomes a problem."""
        hashes: dict[str, str] = {}
        for number, bases in enumerate(starts, start=1):
            try:
                made = self._rows.make(bases)
            except ValueError as error:
                problems.append(f"item {number}: {error}")
                continue
            known = hashes.setdefault(made.id, "")
            if not known:
                hashes[made.id] = made.content_hash
                yield made
            elif known != made.content_hash:
                problems.append(f"item {number}: key: a different item has the same")

    def gone(self, answer: Answer) -> tuple[str, ...]:
        """Our ids of what an answer shows as gone, though the portal keeps it.

        Raises:
            ValueError: such an item has no key.
        """
        gone = (each for each in self._starts(answer) if self._is_gone(each))
        return tuple(self._rows.id_of(each) for each in gone)

    def _is_gone(self, bases: Bases) -> bool:
        return self._gone is not None and holds(self._gone(bases.item))

    def _starts(self, answer: Answer) -> Iterator[Bases]:
        """Where paths start, for each entity to be."""
        for item in held_by(answer, self._mapping.of):
            if self._each is None:
                yield Bases(item, item, answer.parent, answer.document)
                continue
            found = self._each(item)
            for inner in found if isinstance(found, list) else [found]:
                if inner is not None:
                    yield Bases(inner, item, answer.parent, answer.document)

    def _refuse_absent(self, answer: Answer, starts: list[Bases]) -> None:
        """A key that no item has was renamed: emptying the column everywhere would be a lie."""
        absent = list(self._presence.absent(starts))
        if missing := gone_of(held_by(answer, self._mapping.of), self._list):
            absent.append(f'each reads "{missing}", which no item has')
        if absent:
            raise self._not_understood(answer, "; ".join(absent[:_MOST]))

    def _not_understood(self, answer: Answer, problem: str) -> AnswerNotUnderstood:
        name = self._mapping.mapping
        return AnswerNotUnderstood(
            f"{answer.endpoint}, page {answer.page}, mapping {name}: {problem}",
            remedy=f"Compare the answer with mappings/{name}.yaml: the portal or the mapping is "
            "wrong. Mark a field optional if the portal leaves its key out.",
        )


def normalise_answer(
    answer: Answer,
    mapping: Mapping,
    practice: Practice,
    tables: Tables | None = None,
    sections: Sections | None = None,
) -> tuple[Entity, ...]:
    """Make the entities of one answer; :class:`Normaliser` does it for many.

    Raises:
        AnswerNotUnderstood, BadFile, BadArgument: as :class:`Normaliser` and its method say.
    """
    return Normaliser(mapping, practice, tables, sections).normalise(answer)
