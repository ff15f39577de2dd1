"""What stands under the headings of a page, while it is read from the top to the bottom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from automation.wire.pagetext import Facts, put

WHOLE: Final = frozenset(
    {"section", "fieldset", "details", "article", "aside", "form", "footer", "td"}
)
"""Elements with which every heading inside them ends."""
_REMARK: Final = 8
"""Words up to which a text without digits below a heading says that there is nothing."""


@dataclass(slots=True)
class Section:
    """What stands under one heading.

    Attributes:
        facts: facts by label.
        lines: texts, in order.
        beside: what stands beside the text.
        lists: how many lists there are.
        names: what a list of blocks would be called here.
        more: something stood here that is no running text, though it may have said nothing: a part
            with a heading of its own, an item, a picture, a link to a thing, a pager.
    """

    facts: Facts = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    beside: Facts = field(default_factory=dict)
    lists: int = 0
    names: tuple[str, ...] = ()
    more: bool = False

    @property
    def text(self) -> str:
        """The texts, a line each."""
        return "\n".join(self.lines)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands here, or a remark that there is nothing."""
        if self.facts or self.lists or self.more:
            return False
        text = self.text
        short = len(text.split()) <= _REMARK and "\n" not in text
        return short and not any(map(str.isdigit, text))

    def document(self) -> dict[str, JsonValue]:
        """Its facts, and its text where there are some."""
        text = self.text
        return {**self.facts, **({"text": text} if text else {})} if self.facts else {}


class Sections:
    """The sections of a page, or of one block on it, with the headings that go on.

    Attributes:
        found: the sections by their headings; one that stands twice has the number of its turn.
        open: the headings above what is read now, with their levels, the outermost first.
    """

    def __init__(self) -> None:
        self.found: dict[str, Section] = {}
        self.open: Sequence[tuple[int, str]] = ()
        self._turns: dict[str, int] = {}

    @property
    def name(self) -> str:
        """The heading above what is read now; empty without one."""
        return self.open[-1][1] if self.open else ""

    @property
    def last(self) -> Section | None:
        """The section that is read now."""
        return self.found[self.name] if self.open else None

    def end(self, level: int) -> None:
        """A heading ends those of its level and below; those above it hold more than text."""
        self.open = [one for one in self.open if one[0] < level]
        self.more()

    def more(self, *, when: bool = True) -> None:
        """Note that something else than running text stands under the headings that go on."""
        for _, name in self.open if when else ():
            self.found[name].more = True

    def begin(self, level: int, text: str) -> Section:
        """Add the section of a heading."""
        name = self._free(text)
        section = self.found[name] = Section()
        self.open = [*self.open, (level, name)]
        return section

    def fact(self, name: str, label: str, value: JsonValue, beside: Facts) -> None:
        """Put a fact into the section of a name, or into the one that is read now."""
        if name := name or self.name:
            put(self.found.setdefault(name, Section()).facts, label, value, beside)

    def texts(self) -> Iterator[tuple[str, str, Facts]]:
        """The texts with their headings, and what stands beside them."""
        for name, section in self.found.items():
            if section.lines:
                yield name, section.text, section.beside

    def document(self) -> dict[str, JsonValue]:
        """The sections that hold facts."""
        return {name: said for name, one in self.found.items() if (said := one.document())}

    def _free(self, text: str) -> str:
        if text not in self.found:
            return text
        number = self._turns.get(text, 2)
        while (name := f"{text} ({number})") in self.found:
            number += 1
        self._turns[text] = number + 1
        return name
