"""A page as one document: what is said on it, by the names people call it by.

::

    {"title": "Rex", "Species": "Canine", "SpeciesId": "3", "SpeciesId@text": "Canine",
     "sections": {"Owner": {"Name": "Ada Byron", "Name@href": "/Clients/5", "Name@href/2": "5"}},
     "tables": {"Visits": [{"Date": "03/04/2026", "@data-visit-id": "9"}]},
     "blocks": {"Notes": [{"title": "SOAP", "Subjective": "calm", "@data-note-id": "55"}]},
     "links": {"next": "?page=2"}, "pages": 12}

- Facts stand at the top by their label: cells beside each other, ``dt`` with its ``dd``, a label
  and what follows it, text under a heading, fields by their name. When a label stands twice, the
  first one counts; ``sections`` keeps apart what stands under different headings.
- ``tables`` and ``blocks`` hold what repeats. A name is the caption, the ``aria-label``, the
  heading in front, the id, or a number. What has an id and another name is there as ``#id`` too.
- ``links`` and ``pages`` say where the page leads and how many there are of it, ``posts`` what its
  links post where they lead nowhere.

Menus, the head and foot of the page, searching forms, dialogs and tokens say nothing of a thing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from pydantic import JsonValue
from selectolax.lexbor import LexborHTMLParser, LexborNode

from automation.wire.chrome import asks, is_action, is_chrome, is_machinery, pager_links
from automation.wire.headings import (
    SMALL,
    TITLE,
    bold_title,
    heading_level,
    heading_text,
    own_id,
    own_names,
    title_of_item,
)
from automation.wire.items import (
    ITEM_TAGS,
    groups_of,
    is_no_text,
    is_run,
    is_wrapper,
    item_kind,
    lead_apart,
    leads_to_thing,
)
from automation.wire.lists import Lists, Part
from automation.wire.pagetext import (
    DEEPEST,
    UNREAD,
    Facts,
    address_of,
    address_parts,
    beside_of,
    chosen_option,
    field_value,
    labels_field,
    labels_of,
    put,
    says_something,
    shown,
    shown_together,
    tidy,
    value_parts,
)
from automation.wire.pairs import (
    Pair,
    is_pair_table,
    pairs_in,
    pairs_in_cells,
    pairs_of_list,
    pairs_of_sums,
    pairs_of_table,
    says_labels,
)
from automation.wire.sections import WHOLE, Section, Sections
from automation.wire.tablehead import cells_of, own_rows
from automation.wire.tables import is_layout, rows_of
from automation.wire.ways import Ways, leads_to_other, names_thing, said_of, says_page

AROUND: Final = ("links", "posts", "pages")
"""What a document says of the page, not of the thing the page is about."""

_FIELDS: Final = frozenset({"input", "select", "textarea", "button"})
_BLOCK: Final = 3
"""Levels that a block counts for: reading it takes more calls in each other than an element."""


def page_document(tree: LexborHTMLParser) -> Facts:
    """Everything that a page, or a part of one, says; the module tells the form."""
    main = tree.css_first("main, [role=main]")
    root = main or tree.body or tree.root
    page = _Scope(tree)
    if root is None:
        return page.document()
    if main is not None:
        page.facts |= {k: v for k, v in labels_of(main).items() if k != "@id"}
        for anchor in pager_links(tree.body or main):
            page.ways.add(anchor)
    page.walk(root, inside=main is not None)
    return page.document()


class _Scope:
    """Collects what is said of one thing: of the page, or of one block on it.

    Args:
        tree: the page.
        item: the block; None for the page itself.
        known: what was read of parts of the page, by their place in memory.
    """

    def __init__(
        self,
        tree: LexborHTMLParser,
        item: LexborNode | None = None,
        known: dict[int, _Scope] | None = None,
    ) -> None:
        self._tree = tree
        self._item = item
        self._known = {} if known is None else known
        self._title = title_of_item(item) if item is not None else None
        self._collected = 0
        self._lists = Lists(tree)
        self._sections = Sections()
        self._lines: list[str] = []
        self._headwords: list[Pair] = []
        self.title = ""
        self.facts: Facts = {}
        self.labels: frozenset[str] = frozenset()
        self.ways = Ways()

    # ------------------------------------------------------------ what comes out

    def document(self) -> Facts:
        """Everything, the empty parts of a block left out."""
        for name, text, beside in self._sections.texts():
            put(self.facts, name, text, beside)
        for name, section in self._sections.found.items():
            if self._item is None and section.is_empty:
                self._lists.add_empty(section.names or (name,))
        for word in self._headwords:  # last: whoever writes a text may use any word
            put(self.facts, word.label, word.value, word.beside)
        parts: dict[str, dict[str, JsonValue]] = {
            "sections": self._sections.document(),
            "tables": self._lists.tables,
            "blocks": self._lists.blocks,
        }
        title = {"title": self.title} if self.title else {}
        if self._item is None:
            return {**title, **self.facts, **parts, **self.ways.document()}
        text = "\n".join(self._lines)
        kept = {name: part for name, part in parts.items() if part}
        return {**title, **self.facts, **({"text": text} if text else {}), **kept}

    # ------------------------------------------------------------ the walk

    def walk(self, node: LexborNode, *, inside: bool, asked: bool = False, depth: int = 0) -> None:
        """Read the parts of an element in order.

        Args:
            node: the element.
            inside: it stands inside of the content.
            asked: it stands in a form that searches: its labels and fields say nothing.
            depth: levels above it.
        """
        if depth > DEEPEST:
            self._say(tidy(node.text()))
            return
        parts = [part for part in node.iter(include_text=True) if says_something(part)]
        if node.tag == "label":
            parts = [part for part in parts if part.is_element_node]
        elif not asked and self._pairs(parts):
            return
        items = self._items(node, parts, depth)
        run: list[LexborNode] = []
        for part in parts:
            self._sections.more(when=not asked and is_no_text(part))
            if is_run(part):
                run.append(part)
                continue
            self._run_before(part, run, asked=asked)
            run = []
            if part.mem_id in items:
                self._block(node, part, items[part.mem_id], depth)
            elif part.is_element_node:
                self._element(part, inside=inside, asked=asked, depth=depth)
        self._run(run, asked=asked)

    def _run_before(self, part: LexborNode, run: Sequence[LexborNode], *, asked: bool) -> None:
        """Text in front of a larger part; words in bold in front of a table head it."""
        title = bold_title(run) if part.tag == "table" and not is_layout(part) else None
        if title is None:
            self._run(run, asked=asked)
        else:
            self._open(title, SMALL)

    def _run(self, run: Sequence[LexborNode], *, asked: bool) -> None:
        """Text and what stands in it, up to the next larger part; links after text are actions."""
        elements = [part for part in run if part.is_element_node]
        anchors = [anchor for part in elements for anchor in part.css("a")]
        pages = [self.ways.add(anchor) for anchor in anchors]
        section = self._sections.last
        lines = section.lines if section else self._lines
        offers = len(anchors) > 1 or bool(lines) or any(map(is_action, anchors))
        other = offers and not lines and any(leads_to_other(one, self.facts) for one in anchors)
        self._sections.more(when=other or any(pages))
        rest = shown_together(part for part in run if part.tag != "a")
        told = bool(rest) and not says_page(rest) and any(map(names_thing, anchors))
        if anchors and not told and all(says_page(said_of(anchor)) for anchor in anchors):
            self._sections.more()
            return  # a pager
        silent = (any(pages) and not told) or (offers and all(part.tag == "a" for part in run))
        if not run or asked or silent:
            return
        if self._pairs(run):
            return
        text = shown_together(part for part in run if not labels_field(part))
        if section and text:
            section.beside = section.beside or beside_of(elements)
        self._say(text)

    def _element(self, node: LexborNode, *, inside: bool, asked: bool, depth: int) -> None:
        tag = node.tag or ""
        if tag in UNREAD:
            return
        if is_chrome(node, inside=inside):
            for anchor in pager_links(node):
                self.ways.add(anchor)
                self._sections.more()
        elif (level := heading_level(node)) is not None:
            self._open(node, level)
        elif tag == "table":
            self._table(node, inside=inside, asked=asked, depth=depth)
        elif tag == "dl":
            self._put(pairs_of_list(node))
        elif tag in _FIELDS:
            self._field(node, asked=asked)
        else:
            self._container(node, inside=inside, asked=asked or asks(node), depth=depth)

    def _container(self, node: LexborNode, *, inside: bool, asked: bool, depth: int) -> None:
        """An element with parts; headings inside end with it unless it holds nothing else."""
        before, collected = self._sections.open, self._collected
        inside = inside or node.tag in {"main", "article", "section"}
        if node.tag == "footer":
            self._sections.open = ()
        self.walk(node, inside=inside, asked=asked, depth=depth + 1)
        named = own_names(node, self._tree) or (own_id(node) and node.tag != "section")
        if self._collected == collected and node.tag in {"ul", "ol", "section"} and named:
            self._keep("blocks", node, [])
        if self._collected > collected or node.tag in WHOLE:
            self._sections.open = before

    # ------------------------------------------------------------ what is found

    def _open(self, node: LexborNode, level: int) -> None:
        for anchor in node.css("a"):
            self.ways.add(anchor)
        text = heading_text(node)
        if self._is_title(node, level):
            self.title = text
            if self._item is None or not self.facts:
                return  # else it heads a text, too: what names a thing stands before its facts
        self._sections.end(level)
        if text:
            section = self._sections.begin(level, text)
            section.names = self._lists.names_around(node, self._sections.name)

    def _is_title(self, node: LexborNode, level: int) -> bool:
        if self.title:
            return False
        if self._item is None:
            return level == TITLE
        if self._title is None:
            return level > 6 and not self._sections.found  # noqa: PLR2004 - legend, summary, caption
        return node.mem_id == self._title.mem_id

    def _say(self, text: str) -> None:
        if not text:
            return
        if section := self._sections.last:
            section.lines.append(text)
            self._collected += 1
        elif self._item is not None:
            self._lines.append(text)

    def _pairs(self, parts: Sequence[LexborNode]) -> bool:
        """Take labels with their values; below a heading, text with words in bold is text, too."""
        pairs = pairs_in(parts)
        section = self._sections.last or Section()
        bold = bool(parts) and parts[0].tag in {"b", "strong"} and all(map(is_run, parts))
        if (
            not pairs
            or not bold
            or not self._sections.open
            or (section.facts and not section.lines)
        ):
            self._put(pairs)
            return bool(pairs)
        self._say(shown_together(parts))
        self._headwords += pairs
        for pair in pairs:
            put(section.facts, pair.label, pair.value, pair.beside)
        return True

    def _put(self, pairs: Iterable[Pair]) -> None:
        for pair in pairs:
            self._fact(pair.label, pair.value, pair.beside, pair.section)

    def _fact(self, label: str, value: JsonValue, beside: Facts, section: str = "") -> None:
        self._collected += 1
        put(self.facts, label, value, beside)
        self._sections.fact(section, label, value, beside)

    def _field(self, node: LexborNode, *, asked: bool) -> None:
        name = node.attributes.get("name") or ""
        value = field_value(node)
        if asked or not name or value is None or is_machinery(node):
            return
        chosen = chosen_option(node) if node.tag == "select" else None
        self._fact(name, value, {} if chosen is None else {"@text": shown(chosen)})

    def _table(self, node: LexborNode, *, inside: bool, asked: bool, depth: int) -> None:
        if is_layout(node):
            for cell in (cell for row, _ in own_rows(node) for cell in cells_of(row)):
                self._container(cell, inside=inside, asked=asked, depth=depth + 1)
            return
        for anchor in node.css("td[colspan] a"):  # a pager may be the last row
            self.ways.add(anchor)
        if not asked and (said := pairs_in_cells(node)):
            self._put(said)
            return
        if is_pair_table(node) and not asked:
            self._put(pairs_of_table(node))
            if says_labels(node):
                return
        self._keep("tables", node, rows_of(node))
        self._put(pairs_of_sums(node))

    # ------------------------------------------------------------ blocks

    def _items(self, node: LexborNode, parts: Sequence[LexborNode], depth: int) -> dict[int, str]:
        """The parts that are things of one kind, with the kind, by their place in memory."""
        found = [part for part in parts if part.is_element_node and part.tag in ITEM_TAGS]
        if node.tag in {"ul", "ol"} and found and all(map(leads_to_thing, found)):
            return {part.mem_id: "li" for part in found}
        kinds = {part.mem_id: kind for part in found if (kind := item_kind(part))}
        often = Counter(kinds.values())
        items = {}
        for part in found:
            kind = kinds.get(part.mem_id)
            if kind and often[kind] == 1 and is_wrapper(part):
                said = {k: v for k, v in labels_of(part).items() if k != "@id"}
                self.facts = {**said, **self.facts}
            elif kind:
                items[part.mem_id] = kind
        return items or self._alike(found, depth)

    def _alike(self, parts: Sequence[LexborNode], depth: int) -> dict[int, str]:
        """Neighbours of a kind with the same labels, or that lead to things of their own."""
        items: dict[int, str] = {}
        for kind, group in groups_of(parts).items():
            labels = {self._read(part, depth).labels for part in group}
            if (len(labels) == 1 and labels != {frozenset()}) or lead_apart(group):
                items |= {part.mem_id: kind for part in group}
        return items

    def _read(self, node: LexborNode, depth: int) -> _Scope:
        """A part for itself; kept, since it is compared first and taken as a block afterwards."""
        scope = self._known.get(node.mem_id)
        if scope is None:
            scope = self._known[node.mem_id] = _Scope(self._tree, node, self._known)
            scope.walk(node, inside=True, depth=depth + _BLOCK)
            scope.labels = frozenset(scope.facts if len(scope.facts) > 1 else ())
        return scope

    def _block(self, around: LexborNode, node: LexborNode, kind: str, depth: int) -> None:
        scope = self._read(node, depth)
        _, beside = value_parts(node, "-")
        if "@href" not in beside and (address := address_of(node)):
            beside |= address_parts(address)
        beside.pop("@checked", None)
        item = {**labels_of(node), **beside, **scope.document()}
        self._keep("blocks", around, [item], kind)

    def _keep(self, part: Part, node: LexborNode, found: list[JsonValue], kind: str = "") -> None:
        self._collected += 1
        section, heading = self._sections.last, self._sections.name
        if section and self._item is not None and section.lines:
            heading = ""  # it heads the text of the thing; what follows has another name
        elif section:
            section.lists += 1
        self._lists.add(part, node, found, around=(heading, self.title), kind=kind)
