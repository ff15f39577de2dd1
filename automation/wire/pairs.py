"""Labels with their values: what a page says of one thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from selectolax.lexbor import LexborNode

from automation.wire.chrome import classes_of
from automation.wire.pagetext import (
    Facts,
    beside_of,
    labels_of,
    says_something,
    shown,
    shown_together,
    tidy,
    value_parts,
)
from automation.wire.tablehead import cells_of, is_headed, own_rows
from automation.wire.tables import sums_of
from automation.wire.values import words

_LONGEST: Final = 60
_LABEL_WORDS: Final = frozenset({"label", "lbl", "key", "term", "caption"})
_LABEL_TAGS: Final = frozenset({"label", "b", "strong", "span", "small", "em", "div", "p", "td"})
_FIELDS: Final = "input, select, textarea"
_LARGER: Final = (
    "table, dl, article, form, fieldset, h1, h2, h3, h4, h5, h6, input, select, textarea"
)


class Pair(NamedTuple):
    """A label and what stands beside it.

    Attributes:
        label: the label, without its colon.
        value: the text of the value.
        beside: links and pictures in it, by suffix.
        section: the label across the rows above it; empty when there is none.
    """

    label: str
    value: str
    beside: Facts
    section: str = ""


def pairs_of_list(node: LexborNode) -> Iterator[Pair]:
    """The pairs of a ``dl``; several values of one label are lines."""
    terms: list[str] = []
    values: list[tuple[str, Facts]] = []
    for part in _parts(node):
        if part.tag == "dt":
            if values:
                yield from _joined(terms, values)
                terms, values = [], []
            terms.append(shown(part))
        elif terms:
            values.append(value_parts(part, shown(part)))
    yield from _joined(terms, values)


def _parts(node: LexborNode) -> Iterator[LexborNode]:
    for inner in node.iter():
        if inner.tag in {"dt", "dd"}:
            yield inner
        elif inner.tag == "div":
            yield from (part for part in inner.iter() if part.tag in {"dt", "dd"})


def _joined(terms: Sequence[str], values: Sequence[tuple[str, Facts]]) -> Iterator[Pair]:
    text = "\n".join(text for text, _ in values if text)
    beside = values[0][1] if values else {}
    yield from (Pair(_label(term), text, beside) for term in terms)


def is_pair_table(table: LexborNode) -> bool:
    """Whether the rows of a table are labels with values: cells alternate.

    It has no header, and its rows have no identities.
    """
    rows = [row for row, _ in own_rows(table)]
    if is_headed(table) or any(key.startswith("@data-") for row in rows for key in labels_of(row)):
        return False
    lines = [cells for row in rows if len(cells := cells_of(row)) > 1]
    return bool(lines) and all(map(_alternates, lines))


def says_labels(table: LexborNode) -> bool:
    """Whether the labels of such a table say that they are: header cells, or a colon."""
    lines = [cells for row, _ in own_rows(table) if len(cells := cells_of(row)) > 1]
    return all(_is_label_cell(cell) for cells in lines for cell in cells[::2])


def _alternates(cells: Sequence[LexborNode]) -> bool:
    if len(cells) % 2 or any(cell.tag != "td" for cell in cells[1::2]):
        return False
    return len(cells) == 2 or all(map(_is_label_cell, cells[::2]))  # noqa: PLR2004 - one pair


def _is_label_cell(cell: LexborNode) -> bool:
    return cell.tag == "th" or shown(cell).endswith(":") or _is_classed(cell)


def pairs_of_table(table: LexborNode) -> Iterator[Pair]:
    """The pairs of a table of labels; a cell of its own heads the rows below it."""
    section = ""
    for row, _ in own_rows(table):
        cells = cells_of(row)
        if len(cells) == 1:
            section = _label(shown(cells[0]))
        for label, value in zip(cells[::2], cells[1::2], strict=False):
            yield Pair(_label(shown(label)), *value_parts(value, shown(value)), section)


def pairs_in_cells(table: LexborNode) -> list[Pair]:
    """The pairs of a table whose cells each hold labels with their values; none when one is not so.

    Such a table has no header: it only puts what is said beside each other.
    """
    if is_headed(table):
        return []
    cells = [cell for row, _ in own_rows(table) for cell in cells_of(row) if shown(cell)]
    found = [
        pairs_in([part for part in cell.iter(include_text=True) if says_something(part)])
        for cell in cells
    ]
    said = all(pairs and all(pair.value for pair in pairs) for pairs in found)
    return [pair for pairs in found for pair in pairs] if said else []


def pairs_of_sums(table: LexborNode) -> Iterator[Pair]:
    """What a table says at its end of all of it: totals by their labels."""
    for label, value in sums_of(table):
        yield Pair(_label(shown(label)), *value_parts(value, shown(value)))


def pairs_in(children: Sequence[LexborNode]) -> list[Pair]:
    """The pairs that the parts of an element make: labels, each followed by its value.

    A label is a ``label``, bold or classed so, or ends with a colon. Nothing stands before the
    first one, and what follows holds nothing larger: then there are no pairs.
    """
    starts = [at for at, node in enumerate(children) if _is_label(children, at)]
    if not starts or starts[0] != 0:
        return []
    pairs = []
    for at, end in zip(starts, [*starts[1:], len(children)], strict=True):
        values = children[at + 1 : end]
        if any(node.is_element_node and _is_larger(node) for node in values):
            return []
        if values:
            text = tidy(shown_together(values).removeprefix(":"))
            pairs.append(Pair(_label(shown(children[at])), text, beside_of(values)))
    return pairs


def _is_label(children: Sequence[LexborNode], at: int) -> bool:
    node = children[at]
    if not node.is_element_node or node.tag not in _LABEL_TAGS:
        return False
    text = shown(node)
    if not 0 < len(text) <= _LONGEST or "\n" in text or node.css_first(_FIELDS) is not None:
        return False
    if node.tag == "label" or text.endswith(":") or _is_classed(node):
        return True
    after = children[at + 1] if at + 1 < len(children) else None
    bold = node.tag in {"b", "strong"} and after is not None and after.is_text_node
    return (
        bold and (after.text_content or "").lstrip().startswith(":") if after is not None else False
    )


def _is_classed(node: LexborNode) -> bool:
    """Whether a class says label; ``label label-danger`` is how some frameworks write badges."""
    names = classes_of(node)
    if any(name.startswith("label-") for name in names):
        return False
    return any(word in _LABEL_WORDS for name in names for word in words(name)[-1:])


def _is_larger(node: LexborNode) -> bool:
    return node.css_first(_LARGER) is not None


def _label(text: str) -> str:
    return " ".join(text.split()).rstrip(" :*")
