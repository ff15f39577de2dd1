"""Target: the ranked locators of one element, and its fingerprint."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from automation.model.noun import Noun


class Evidence(StrEnum):
    """Where a locator's knowledge comes from; agreement counts only across sources."""

    ACCESSIBILITY = "accessibility"
    AUTHOR = "author"
    TEXT = "text"
    STRUCTURE = "structure"


class Locator(Noun):
    """One way to find an element.

    Attributes:
        kind: a field name of :class:`Target` ("role", "css", ...).
        expression: the value of that field.
        name: accessible name, for kind ``role`` only.
        evidence: the independent source this kind draws from.
        cost: lower is tried first; the prior follows the cost table of Playwright's own
            selector generator.
    """

    kind: str
    expression: str
    name: str | None = None
    evidence: Evidence
    cost: int


KINDS: Final[tuple[tuple[str, Evidence, int], ...]] = (
    ("test_id", Evidence.AUTHOR, 1),
    ("role", Evidence.ACCESSIBILITY, 100),
    ("placeholder", Evidence.AUTHOR, 120),
    ("label", Evidence.ACCESSIBILITY, 140),
    ("alt", Evidence.ACCESSIBILITY, 160),
    ("text", Evidence.TEXT, 180),
    ("title", Evidence.AUTHOR, 200),
    ("id", Evidence.AUTHOR, 500),
    ("field", Evidence.AUTHOR, 520),
    ("near", Evidence.TEXT, 600),
    ("css", Evidence.STRUCTURE, 10_000),
    ("xpath", Evidence.STRUCTURE, 20_000),
)


class Fingerprint(Noun):
    """What the element looked like when it was recorded; used to heal by similarity.

    Attributes:
        tag: lower-case tag name.
        attributes: stable attributes (no values typed by people).
        text: visible text of the element, shortened to 80 characters.
        neighbours: visible texts next to it, nearest first, at most four.
        box: x, y, width, height in CSS pixels of the recorded viewport.
    """

    tag: str
    attributes: dict[str, str] = {}
    text: str = ""
    neighbours: tuple[str, ...] = ()
    box: tuple[int, int, int, int] | None = None


class Target(Noun):
    """The ranked locators of one element.

    Attributes:
        test_id: ``attribute=value`` of a test attribute (``data-testid=save``).
        role: ARIA role; with ``name`` the accessible name (exact, after whitespace folding).
        placeholder: placeholder text.
        label: text of the associated label.
        alt: alternative text of an image.
        text: own visible text, whole, after whitespace folding; the innermost element with this
            text may lie inside the element that is meant.
        title: title attribute.
        id: id attribute, never a generated one.
        field: the ``name`` attribute.
        near: tag and a text before it, ``input|Search``: the first visible ``input`` that begins,
            in document order, after the beginning of the only visible element whose whole text
            is ``Search`` (whitespace folded; of nested ones with this text the innermost).
        css: a short structural path.
        xpath: a path relative to a landmark or heading.
        frame: CSS selectors of the frames to enter, outermost first.
        fingerprint: evidence for healing; not part of the identity of a flow.
    """

    test_id: str | None = None
    role: str | None = None
    name: str | None = None
    placeholder: str | None = None
    label: str | None = None
    alt: str | None = None
    text: str | None = None
    title: str | None = None
    id: str | None = None
    field: str | None = None
    near: str | None = None
    css: str | None = None
    xpath: str | None = None
    frame: tuple[str, ...] = ()
    fingerprint: Fingerprint | None = None

    def locators(self) -> tuple[Locator, ...]:
        """All locators of this target, cheapest first; a role without a name costs more."""
        found = [
            Locator(
                kind=kind,
                expression=expression,
                name=self.name if kind == "role" else None,
                evidence=evidence,
                cost=510 if kind == "role" and self.name is None else cost,
            )
            for kind, evidence, cost in KINDS
            if isinstance(expression := getattr(self, kind), str)
        ]
        return tuple(sorted(found, key=lambda locator: locator.cost))

    def describe(self) -> str:
        """A short phrase for people: ``button "Sign in"``."""
        if self.role and self.name:
            return f'{self.role} "{self.name}"'
        best = self.locators()
        return f"{best[0].kind} {best[0].expression!r}" if best else "an empty target"
