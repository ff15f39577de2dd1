"""From an element as it was seen to a target that finds it on another day."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from automation.browser import Candidate, SeenElement
from automation.model import Fingerprint, Target
from automation.record.data import NOTHING, Data
from automation.record.known import LABEL, Known

_OF_ANOTHER_DAY: Final = re.compile(r"\d{3,}|\d[./:-]\d|\(\d+\)")
"""Numbers, dates, times and counts: the words around them will be others."""
_TELLING: Final = 3
"""Letters from which on it is no chance that a typed text stands in another one."""
_WORDS: Final = frozenset({"role", "placeholder", "label", "alt", "text", "title", "near"})
_NAMES: Final = frozenset({"title", "alt", "aria-label"})
_PLACES: Final = frozenset({"near", "css", "xpath"})


def target_of(
    element: SeenElement,
    known: Known,
    *,
    frame: tuple[str, ...] = (),
    typed: Collection[str] = (),
    data: Data = NOTHING,
) -> Target:
    """Keep what will find this element again: unique now, and not made of today's data.

    Args:
        element: what was seen.
        known: what is known of the practice; its label becomes a template.
        frame: selectors of the frames around it.
        typed: what was typed in the journey before; what was found by it is data.
        data: which texts are data of the practice; none of them is kept.
    """
    if _carries(element, known.label) and (fields := _labelled(element, known)):
        return Target(**fields, frame=frame)  # a likeness of it could be another practice
    found = _was_found(element, typed)
    in_row = element.row or found
    told = [each for each in element.candidates if not _tells(each, element, data)]
    usable = [each for each in told if _lasts(each, known, in_row=in_row)]
    fields = _fields(usable)
    if not fields:
        fields = _fields([each for each in element.candidates if each.kind == "css"])
    likeness = _fingerprint(element.fingerprint, known, data)
    if found or element.thing:
        kept = {key: value for key, value in likeness.attributes.items() if key not in _NAMES}
        likeness = likeness.model_copy(update={"text": "", "attributes": kept})
    return Target(**fields, frame=frame, fingerprint=likeness)


def _was_found(element: SeenElement, typed: Collection[str]) -> bool:
    """Tell whether an element shows what was looked for: a suggestion, say, but no button."""
    if any(each.kind == "role" and each.value == "button" for each in element.candidates):
        return False
    shown = " ".join([element.fingerprint.text, *(part.value for part in element.parts)])
    looked_for = (text for text in typed if len(text) >= _TELLING)
    return any(re.search(rf"\b{re.escape(text)}", shown, re.IGNORECASE) for text in looked_for)


def _tells(candidate: Candidate, element: SeenElement, data: Data) -> bool:
    """Tell whether a way to an element says what somebody or something is called."""
    if element.thing and candidate.kind in _WORDS - _PLACES:
        return True
    if candidate.kind == "css":
        return False
    return any(data.stands_in(text) for text in (candidate.value, candidate.name or ""))


def _lasts(candidate: Candidate, known: Known, *, in_row: bool) -> bool:
    words = candidate.name if candidate.kind == "role" else candidate.value
    if candidate.matches != 1 or known.stands_in(words or ""):
        return False
    if in_row and candidate.kind not in _PLACES:
        return False
    if known.label and known.label in (words or ""):
        return False
    return not (candidate.kind in _WORDS and _OF_ANOTHER_DAY.search(words or ""))


def _fields(candidates: list[Candidate]) -> dict[str, str]:
    fields = {each.kind: each.value for each in candidates}
    names = [each.name for each in candidates if each.kind == "role" and each.name]
    return fields | {"name": names[0]} if names else fields


def _carries(element: SeenElement, label: str) -> bool:
    """Tell whether the element is meant by the name of the practice."""
    return bool(label) and any(
        label in {each.value, each.name} for each in (*element.candidates, *element.parts)
    )


def _labelled(element: SeenElement, known: Known) -> dict[str, str]:
    """An element of one practice: for another one, only the label says which it is."""
    fields: dict[str, str] = {}
    for each in (*element.candidates, *element.parts):
        if each.matches != 1:
            continue
        if each.kind == "role" and each.name == known.label:
            fields |= {"role": each.value, "name": LABEL}
        elif each.kind in _WORDS and each.value == known.label:
            fields[each.kind] = LABEL
    return fields


def _fingerprint(seen: Fingerprint, known: Known, data: Data) -> Fingerprint:
    def shown(text: str) -> str | None:
        if known.stands_in(text) or data.stands_in(text):
            return None
        return text.replace(known.label, LABEL) if known.label else text

    attributes = {key: shown(value) for key, value in seen.attributes.items()}
    neighbours = (shown(text) for text in seen.neighbours)
    return seen.model_copy(
        update={
            "attributes": {key: value for key, value in attributes.items() if value},
            "text": shown(seen.text) or "",
            "neighbours": tuple(text for text in neighbours if text),
        }
    )
