"""The DOM signature: what a page offers to somebody who works with it, without any value.

A text of the page is kept as it is only where our own files name it; any other is a digest with
its class: ``#1f3a word``. So a name on a button can be seen to change, and no name of a patient is
ever kept.
"""

from __future__ import annotations

from typing import ClassVar, Self

from typing_extensions import override

from automation.drift.algebra import (
    Counts,
    Join,
    Marks,
    Mergeable,
    Runs,
    Vocabulary,
    either,
    summed,
)

State = dict[str, int]
"""The multiset of the structure of one page: how often each entry of it is there."""


class ElementSignature(Mergeable):
    """What is known of one control of a page.

    Attributes:
        seen: runs in which it was there.
        several: runs in which more than one control answered to its key.
        data: runs in which it lay in a row of data.
        evidence: what was seen of it, by name of the evidence: ``role``, ``name``, ``tag``,
            ``type``, ``kind`` and those of :class:`automation.model.Element`.
    """

    seen: Runs = 0
    several: Runs = 0
    data: Runs = 0
    evidence: dict[str, Vocabulary] = {}


class TableSignature(Mergeable):
    """What is known of one table.

    Attributes:
        seen: runs in which it was there.
        headers: its column headers.
        orders: the headers in order, as one text.
        cells: token classes of the cells below each header.
        empty: runs in which it had no rows.
        rows: magnitudes of the number of its rows.
    """

    seen: Runs = 0
    headers: Marks = {}
    orders: Marks = {}
    cells: dict[str, Vocabulary] = {}
    empty: Runs = 0
    rows: Counts = {}

    JOINS: ClassVar[dict[str, Join]] = {"rows": summed}


class StepSignature(Mergeable):
    """What is known of the page after one step of a flow.

    Attributes:
        seen: runs in which the step came to rest.
        addresses: class of the host and template of the path.
        landmarks: roles of its landmarks, with their names.
        headings: its headings.
        dialogs: dialogs over it.
        frames: runs in which it had inner frames.
        traits: what its words say it asks for.
        elements: its controls, by key.
        forms: method, address and encoding of each of its forms.
        tables: its tables.
        opened: what the step opened besides it.
        drawn: how tables hold their rows, by name.
        states: of the latest runs, its structure, without texts.
        variants: the ways in which it is shown, by a name made of the structure.
        models: the structure of the first page of each of these.
    """

    seen: Runs = 0
    addresses: Marks = {}
    landmarks: Marks = {}
    headings: Marks = {}
    dialogs: Marks = {}
    frames: Runs = 0
    traits: Marks = {}
    elements: dict[str, ElementSignature] = {}
    forms: dict[str, Marks] = {}
    tables: dict[str, TableSignature] = {}
    opened: Marks = {}
    drawn: dict[str, Marks] = {}
    states: dict[int, State] = {}
    variants: Marks = {}
    models: dict[str, State] = {}

    JOINS: ClassVar[dict[str, Join]] = {"models": either}
    LATEST: ClassVar[dict[str, int]] = {"states": 8}

    @override
    def later(self, by: int) -> Self:
        """The same, numbered otherwise; a way in which no run is left is forgotten."""
        moved = super().later(by)
        variants = {name: runs for name, runs in moved.variants.items() if runs}
        models = {name: model for name, model in moved.models.items() if name in variants}
        return moved.model_copy(update={"variants": variants, "models": models})


class PageSignature(Mergeable):
    """What is known of the pages of one flow.

    Attributes:
        runs: the runs it is made of.
        steps: by path of the step.
    """

    runs: Runs = 0
    steps: dict[str, StepSignature] = {}


def alike(one: State, other: State) -> float:
    """Jaccard similarity of two multisets; 1.0 for two empty ones."""
    common = sum(min(count, other.get(key, 0)) for key, count in one.items())
    either = sum(one.values()) + sum(other.values()) - common
    return common / either if either else 1.0
