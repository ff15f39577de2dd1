"""What a call that writes says is said by its caller: content never becomes a constant.

A reading repeats what the recording asked. A writing must not: what was written then, a text, a
choice, the thing that it was about, is an input without a default, so that forgetting it is an
error and not the recorded client once more.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from selectolax.lexbor import LexborHTMLParser

from automation.infer.series import Series
from automation.model import (
    Binding,
    Capture,
    Chosen,
    Constant,
    Derived,
    FromSession,
    Input,
    Random,
    Unknown,
)
from automation.wire import (
    VARIABLE,
    Place,
    form_of,
    information,
    is_html,
    is_placeholder,
    moments,
    parse_html,
    path_segments,
    query_pairs,
    words,
)

Spot = tuple[Place, str]
_Type = Literal["text", "number", "boolean", "date", "datetime", "file"]

_OFFERS: Final = "option[value], input[type=radio][value], input[type=checkbox][value]"
_OPAQUE: Final = 60
"""Bits from which a value without spaces is nothing that people write."""
_PLURAL: Final = re.compile(r"(?<=\w)(ies|(?<=[^sui])s)\Z")
_FIELDS: Final = "select[name], textarea[name], input[name]"
_NOBODY_FILLS: Final = frozenset({"hidden", "submit", "button", "image", "reset"})
_VERBS: Final = frozenset(
    {"accept", "add", "approve", "cancel", "close", "complete", "create", "decline", "delete",
     "edit", "finalize", "make", "move", "new", "process", "save", "send", "set", "submit",
     "update", "upload"}
)  # fmt: skip
"""Words of an address that say what is done, and not to what."""


def said_by_caller(
    series: Mapping[Spot, Series], bindings: Mapping[Spot, Binding], template: tuple[str, ...]
) -> dict[Spot, Binding]:
    """The bindings of a call that writes, with what is content as inputs.

    Content is what was typed; what changed; what names a thing, wherever it was found; what is
    true or false; and what stands in a field that people fill. A field that was left empty is
    one that may be left empty. A token stays what it is, and so does everything that the page
    says by itself each time.

    Args:
        series: the leaves.
        bindings: what each was taken for.
        template: the segments of the address.
    """
    captures = {id(s.capture): s.capture for one in series.values() for s in one.present}
    seen = _Seen()
    for capture in captures.values():
        seen.add(capture)
    found: dict[Spot, Binding] = {}
    taken: dict[str, tuple[str, ...]] = {
        one.input: () for one in bindings.values() if isinstance(one, Input)
    }
    for spot, binding in bindings.items():
        leaf = series[spot]
        found[spot] = binding
        if spot[0] is Place.HEADER:
            continue
        if isinstance(binding, Input) and _was_typed(leaf, binding):
            found[spot] = _typed(leaf, binding)
        elif why := _content(leaf, binding, seen):
            name = _free(_name(leaf, template), leaf.texts, taken)
            taken[name] = leaf.texts
            found[spot] = _input(leaf, name, why)
    return found


def _was_typed(leaf: Series, binding: Input) -> bool:
    return any(binding.input in s.capture.inputs for s in leaf.present)


def _typed(leaf: Series, binding: Input) -> Input:
    kind, pattern = _type_of(leaf)
    default = binding.default if binding.default in {"", None} else None
    optional = binding.optional and default is None
    update = {"type": kind, "format": pattern, "default": default, "optional": optional}
    return binding.model_copy(update={} if binding.wrap else update)


def _input(leaf: Series, name: str, why: str) -> Input:
    kind, pattern = _type_of(leaf)
    empty = not any(leaf.texts)
    return Input(
        input=name,
        type=kind,
        format=pattern,
        default=leaf.values[0] if empty else None,
        optional=leaf.optional or (empty and leaf.values[0] is None),
        why=why,
    )


def _content(leaf: Series, binding: Binding, seen: _Seen) -> str | None:
    """Why a leaf is content; None when it is not."""
    why: str | None = None
    match binding:
        case Derived() | Chosen() | Input():
            why = f"content; {binding.why}"
        case Unknown() if all(information(text) < _OPAQUE or " " in text for text in leaf.texts):
            why = f"content; {binding.why}"
        case FromSession() | Random() if _names_a_thing(leaf, seen):
            why = "content; it names a thing that a page is about, or offered"
        # of an empty list or object, nothing tells what could be in it
        case Constant() if not any(isinstance(value, dict | list) for value in leaf.values):
            why = _open_constant(leaf, seen.fields)
        case _:
            pass
    return why


def _open_constant(leaf: Series, fields: Collection[str]) -> str | None:
    if leaf.spot[0] is Place.PATH:
        return "a part of the address that varies"
    if all(isinstance(value, bool) for value in leaf.values):
        return "true or false: somebody decided"
    if leaf.name in fields:
        return f"a page has a field {leaf.name} that people fill"
    if not any(leaf.texts) and leaf.spot[0] in {Place.FORM, Place.JSON}:
        return "left empty"
    return None


def _names_a_thing(leaf: Series, seen: _Seen) -> bool:
    """A number, or an identifier that was offered or that an address was made of."""
    return all(
        not is_placeholder(text) and (form_of(text) == "integer" or text in seen.things)
        for text in leaf.texts
    )


@dataclass(slots=True)
class _Seen:
    """What the pages and addresses of the captures say.

    Attributes:
        fields: the names of the fields that people can fill.
        things: what may be chosen there, and what addresses are made of.
    """

    fields: set[str] = field(default_factory=set)
    things: set[str] = field(default_factory=set)

    def add(self, capture: Capture) -> None:
        """Look at one capture."""
        for exchange in capture.exchanges:
            self.things.update(path_segments(exchange.request.url))
            self.things.update(value for _, value in query_pairs(exchange.request.url))
            response = exchange.response
            if response is not None and response.body is not None and is_html(response):
                self._add_page(parse_html(response.body.text))

    def _add_page(self, tree: LexborHTMLParser) -> None:
        for node in tree.css(_FIELDS):
            if (node.attributes.get("type") or "").lower() not in _NOBODY_FILLS:
                self.fields.add(node.attributes.get("name") or "")
        self.things.update(node.attributes.get("value") or "" for node in tree.css(_OFFERS))


def _type_of(leaf: Series) -> tuple[_Type, str | None]:
    if all(sighting.leaves[leaf.spot].file for sighting in leaf.present):
        return "file", None
    values = [value for value in leaf.values if value != "" and value is not None]
    if values and all(isinstance(value, bool) for value in values):
        return "boolean", None
    if values and all(isinstance(value, int | float) for value in values):
        return "number", None
    texts = [text for text in leaf.texts if text]
    shared: set[str] = set.intersection(*(set(moments(text)) for text in texts)) if texts else set()
    if len(shared) != 1 or all(text.isdigit() for text in texts):
        return "text", None
    (pattern,) = shared
    return ("datetime" if "%H" in pattern else "date"), pattern


def _name(leaf: Series, template: tuple[str, ...]) -> str:
    """The key; of a part of the address what the words before it are about, in the singular."""
    if leaf.spot[0] is not Place.PATH:
        return "_".join(words(leaf.name)) or "value"
    before = (words(part) for part in reversed(template[: int(leaf.spot[1])]) if part != VARIABLE)
    nouns = ([word for word in part if word not in _VERBS] for part in before)
    *rest, last = next((part for part in nouns if part), ["thing"])
    return "_".join((*rest, _PLURAL.sub(_singular, last), "id"))


def _singular(found: re.Match[str]) -> str:
    return "y" if found[0] == "ies" else ""


def _free(name: str, texts: tuple[str, ...], taken: Mapping[str, tuple[str, ...]]) -> str:
    """A name of its own, unless the very same is said in another place of the call."""
    number, candidate = 2, name
    while taken.get(candidate, texts) != texts:
        candidate, number = f"{name}_{number}", number + 1
    return candidate
