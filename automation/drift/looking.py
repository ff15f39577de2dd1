"""Snapshots of the pages of one run become a DOM signature."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from automation.drift.algebra import ONE, Vocabulary
from automation.drift.consumption import NOTHING, Consumption
from automation.drift.hosts import Hosts
from automation.drift.pages import (
    ElementSignature,
    PageSignature,
    StepSignature,
    TableSignature,
)
from automation.drift.tokens import digest, magnitude, token_class
from automation.drift.traits import traits_of
from automation.model import Element, Snapshot
from automation.page import Node, control_kind, outline
from automation.wire import form_of

_LANDMARKS: Final = frozenset(
    {"banner", "complementary", "contentinfo", "form", "main", "navigation", "region", "search"}
)
_DIALOGS: Final = frozenset({"dialog", "alertdialog"})
_TABLES: Final = frozenset({"table", "grid", "treegrid"})
_CELLS: Final = frozenset({"cell", "gridcell", "rowheader"})
_DATA: Final = frozenset({"row", "cell", "gridcell", "listitem", "option", "treeitem"})
_SPOKEN: Final = frozenset({"heading", "text", "paragraph", "alert", "status", "button", "label"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CLEAR: Final[dict[str, frozenset[str]]] = {
    "role": _words(
        "button cell checkbox columnheader combobox dialog gridcell link listbox menuitem"
        " menuitemcheckbox menuitemradio option radio row searchbox slider spinbutton switch tab"
        " textbox treeitem"
    ),
    "tag": _words("a button details div input li select span summary td textarea"),
    "type": _words(
        "button checkbox color date datetime-local email file hidden image month number password"
        " radio range reset search submit tel text time url week"
    ),
    "kind": _words("button checkbox choice link option radio secret slider text"),
    "autocomplete": _words(
        "bday cc-number current-password email name new-password off on one-time-code organization"
        " postal-code street-address tel username webauthn"
    ),
    "required": _words("yes no"),
    "disabled": _words("yes no"),
    "covered": _words("yes no"),
}
"""Evidence whose words are of a standard, and these words; others become digests."""
_PART: Final = re.compile(r"[-_:.\s]+")
_VOWELLESS: Final = re.compile(r"[^aeiouy\W\d_]{4,}", re.IGNORECASE)
_MADE: Final = re.compile(
    r"\A(?:css|sc|jsx|svelte|emotion|headlessui|ember|radix|react|mui|ext|yui|gwt|cdk|mat|ng)[-_]?"
    r"|\A:|:\Z|\A_[a-z0-9]{4,}_\d|\d{3,}",
    re.IGNORECASE,
)


class PageWatch:
    """Collects the pages of one run of one flow.

    Args:
        base_url: the practice's own address.
        portal: further hosts of the portal.
        consumption: what we use of it: only texts that it names are kept as they are.
    """

    def __init__(
        self,
        base_url: str,
        *,
        portal: tuple[str, ...] = (),
        consumption: Consumption = NOTHING,
    ) -> None:
        self._hosts = Hosts(base_url, portal, consumption.templates)
        self._labels = consumption.labels
        self._steps: dict[str, StepSignature] = {}

    def add(self, snapshot: Snapshot) -> None:
        """Look at one page; a later one of the same step takes its place.

        What the step opened stays known: the page where a flow came to no end opens nothing more.
        """
        before = self._steps.get(snapshot.step)
        opened = {*snapshot.opened, *(before.opened if before else ())}
        nodes = tuple(outline(snapshot.aria))
        rows = _in_rows(snapshot.elements, nodes)
        self._steps[snapshot.step] = StepSignature(
            seen=ONE,
            addresses={self._hosts.place_of(snapshot.url): ONE},
            landmarks=self._named(nodes, _LANDMARKS),
            headings=self._named(nodes, {"heading"}),
            dialogs=self._named(nodes, _DIALOGS),
            frames=ONE if any(node.role == "iframe" for node in nodes) else 0,
            traits=dict.fromkeys(sorted(traits_of(_spoken(snapshot, nodes))), ONE),
            elements=self._elements(snapshot.elements, rows),
            forms=self._forms(snapshot.elements),
            tables=self._tables(nodes),
            opened=dict.fromkeys(sorted(opened), ONE),
            drawn={self._table_name(name): {how: ONE} for name, how in snapshot.drawn.items()},
            states={0: _state(snapshot.elements, nodes, rows)},
        )

    def signature(self) -> PageSignature:
        """What is known after the run."""
        return PageSignature(runs=ONE, steps=dict(self._steps))

    def word(self, text: str) -> str:
        """What may be kept of a text: itself where our files name it, else digest and class."""
        folded = " ".join(text.split())
        if not folded:
            return ""
        return folded if folded in self._labels else f"#{digest(folded)} {token_class(folded)}"

    def _named(self, nodes: Sequence[Node], roles: Collection[str]) -> dict[str, int]:
        outer = [n for n in nodes if n.role in roles and not _DATA.intersection(n.above)]
        return {f"{node.role} {self.word(node.name)}".rstrip(): ONE for node in outer}

    def _elements(
        self, elements: Sequence[Element], rows: Sequence[bool]
    ) -> dict[str, ElementSignature]:
        found: dict[str, list[dict[str, str]]] = defaultdict(list)
        data: set[str] = set()
        groups = _groups(elements)
        often = Counter(element.field for element in elements)
        for element, in_row in zip(elements, rows, strict=True):
            evidence = self._evidence(element, groups)
            key = _key(evidence, in_row=in_row, alone=often[element.field] == 1)
            found[key].append(evidence)
            if in_row:
                data.add(key)
        return {
            key: ElementSignature(
                seen=ONE,
                several=ONE if len(several) > 1 else 0,
                data=ONE if key in data else 0,
                evidence=_joined(several, only=_CLEAR if key in data else None),
            )
            for key, several in found.items()
        }

    def _evidence(self, element: Element, groups: dict[str, str]) -> dict[str, str]:
        """All that is known of a control, with texts replaced."""
        beside = dict(element.evidence)
        if beside.get("form") in groups:
            beside["group"] = groups[beside.pop("form")]
        known = {
            "role": element.role,
            "name": element.name,
            "tag": element.tag,
            "id": element.id if is_stable(element.id) else "",
            "field": element.field if is_stable(element.field) else "",
            "type": element.type,
            "kind": control_kind(element.tag, element.type, element.role),
            "disabled": "yes" if element.disabled else "no",
            **beside,
        }
        return {name: self._kept(name, value) for name, value in known.items() if value}

    def _kept(self, name: str, value: str) -> str:
        if value.lower() in _CLEAR.get(name, ()):
            return value.lower()
        match name:
            case "href" | "frame":
                kept = self._hosts.place_of(value)
            case "action":
                kept = self._action(value)
            case "options":
                kept = "\n".join(sorted(map(self.word, value.splitlines())))
            case "box":
                kept = " ".join(str(magnitude(float(n))) for n in value.split() if n.isdigit())
            case _:
                kept = self.word(value)
        return kept

    def _action(self, value: str) -> str:
        """Method, address and encoding of a form; the address as a template."""
        method, _, rest = value.partition(" ")
        address, _, encoding = rest.partition(" ")
        return f"{method.upper()} {self._hosts.place_of(address)} {encoding}".rstrip()

    def _forms(self, elements: Sequence[Element]) -> dict[str, dict[str, int]]:
        forms: dict[str, dict[str, int]] = {}
        groups = _groups(elements)
        for element in elements:
            form = element.evidence.get("form", "")
            form = groups.get(form, form)
            if form:
                action = self._action(element.evidence.get("action", ""))
                forms.setdefault(self.word(form), {})[action] = ONE
        return forms

    def _tables(self, nodes: Sequence[Node]) -> dict[str, TableSignature]:
        tables: dict[str, TableSignature] = {}
        for number, node in enumerate(nodes):
            if node.role in _TABLES and not _TABLES.intersection(node.above):
                depth = len(node.above)
                inner: list[Node] = []
                for later in nodes[number + 1 :]:
                    if len(later.above) <= depth:
                        break
                    inner.append(later)
                name = self.word(node.name) or str(len(tables) + 1)
                tables[name] = self._table(inner)
        return tables

    def _table_name(self, name: str) -> str:
        """A table as :meth:`_tables` calls it."""
        return name if name.isdigit() or name == "canvas" else self.word(name)

    def _table(self, nodes: Sequence[Node]) -> TableSignature:
        headers = [self.word(n.name) or "-" for n in nodes if n.role == "columnheader"]
        rows: dict[int, list[str]] = defaultdict(list)
        for node in nodes:
            if node.role in _CELLS:
                rows[node.place[-1] if node.place else 0].append(node.name)
        whole = [cells for cells in rows.values() if len(cells) == len(headers)]
        return TableSignature(
            seen=ONE,
            headers=dict.fromkeys(headers, ONE),
            orders={"|".join(headers): ONE},
            cells={
                header: Vocabulary.of(token_class(cells[column]) for cells in whole)
                for column, header in enumerate(headers)
            },
            empty=0 if rows else ONE,
            rows={magnitude(len(rows)): 1},
        )


def is_stable(name: str) -> bool:
    """Whether an id or class was written by a person, and not made up by a program for one day."""
    if not name or form_of(name) is not None or _MADE.search(name):
        return False
    parts = [part for part in _PART.split(name) if part]
    return all(not _VOWELLESS.search(part) or part.isupper() for part in parts)


def _groups(elements: Sequence[Element]) -> dict[str, str]:
    """What stands for the number of a form without a name, as another form may come before it.

    It is the first field that no other form of the page has.
    """
    often = Counter(element.field for element in elements)
    groups: dict[str, str] = {}
    for element in elements:
        form = element.evidence.get("form", "")
        if form.isdigit() and groups.get(form, form) == form:
            own = often[element.field] == 1 and is_stable(element.field)
            groups[form] = f"with {element.field}" if own else form
    return groups


def _key(evidence: dict[str, str], *, in_row: bool, alone: bool) -> str:
    """By what a control is known from run to run: what its author wrote first, its text last.

    The form tells fields of one name apart; one without a name is asked only where it has to be.
    """
    kind = evidence.get("kind", "")
    if in_row:
        return f"{kind} in rows"
    for name in ("field", "id", "test_id", "label", "name", "placeholder", "title", "href"):
        if value := evidence.get(name):
            form = evidence.get("form") or ("" if alone else evidence.get("group"))
            return f"{kind} {name}={value}" + (f" of {form}" if name == "field" and form else "")
    return f"{kind} unnamed"


def _joined(
    several: Sequence[dict[str, str]], *, only: Collection[str] | None
) -> dict[str, Vocabulary]:
    names = {name for evidence in several for name in evidence if only is None or name in only}
    return {
        name: Vocabulary.of(evidence[name] for evidence in several if name in evidence)
        for name in sorted(names)
    }


def _spoken(snapshot: Snapshot, nodes: Sequence[Node]) -> Iterable[str]:
    """What the page itself says, rows of data left out."""
    yield snapshot.title
    for node in nodes:
        if node.role in _SPOKEN | _DIALOGS and not _DATA.intersection(node.above):
            yield node.name


def _in_rows(elements: Iterable[Element], nodes: Sequence[Node]) -> tuple[bool, ...]:
    """Which controls lie in rows of data: as they say themselves, or by their name."""
    inside = {node.name for node in nodes if _DATA.intersection(node.above)} - {""}
    return tuple(
        bool(element.evidence.get("row")) or (element.name in inside and not element.field)
        for element in elements
    )


def _state(
    elements: Sequence[Element], nodes: Sequence[Node], rows: Sequence[bool]
) -> dict[str, int]:
    """The multiset that tells states of a page apart: paths of roles, and controls without texts.

    Rows of data count once, however many there are.
    """
    entries: Counter[str] = Counter()
    for node in nodes:
        path = ">".join((*node.above, node.role))
        if _DATA.intersection((*node.above, node.role)):
            entries[path] = 1
        else:
            entries[path] += 1
    for element, in_row in zip(elements, rows, strict=True):
        if not in_row:
            field = element.field if is_stable(element.field) else ""
            entries[
                f"{element.tag} {digest(field) if field else ''} {element.type} {element.role}"
            ] += 1
    return {digest(entry): count for entry, count in entries.items()}
