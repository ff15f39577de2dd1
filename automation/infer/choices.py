"""Values that stand beside the practice's label in an earlier answer: somebody chose by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue
from selectolax.lexbor import LexborHTMLParser

from automation.infer.observe import Sighting
from automation.infer.provenance import readings, tells
from automation.infer.series import Series
from automation.model import Binding, Capture, Chosen
from automation.wire import (
    Choice,
    Place,
    choices_giving,
    folded,
    id_like,
    is_html,
    is_placeholder,
    response_document,
    same_name,
)

_BOOLEAN: Final = frozenset({"true", "false", "on", "off"})


@dataclass(frozen=True, slots=True)
class Offering:
    """One answer in which a person may choose.

    Attributes:
        seq: the exchange.
        at: when it was complete.
        document: its JSON, or None.
        tree: its page, or None.
    """

    seq: int
    at: float
    document: JsonValue
    tree: LexborHTMLParser | None


def offerings(capture: Capture) -> tuple[Offering, ...]:
    """The answers of a capture in which its practice may stand, in order."""
    found = []
    for exchange in capture.exchanges if capture.label.strip() else ():
        response = exchange.response
        if response is None or response.body is None or exchange.finished is None:
            continue
        tree = LexborHTMLParser(response.body.text) if is_html(response) else None
        document = response_document(response)
        if document is not None or tree is not None:
            at = exchange.started if exchange.resource == "document" else exchange.finished
            found.append(Offering(exchange.seq, at, document, tree))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Pick:
    """A leaf that takes the value of the item with the practice's label.

    Attributes:
        binding: how it is taken; its ``answer`` is open.
        gave: the answers that offered it, as (run, sequence number).
        texts: the values by practice.
    """

    binding: Chosen
    gave: frozenset[tuple[int, int]]
    texts: dict[str, str]


def picked(series: Series, offered: Sequence[Sequence[Offering]]) -> Pick | None:
    """How a leaf of the login follows from the practice's label; None when it does not.

    Args:
        series: the leaf.
        offered: the offerings of each run.
    """
    votes: Counter[tuple[Choice, str | None]] = Counter()
    places: dict[tuple[Choice, str | None], set[tuple[int, int]]] = {}
    for sighting in series.present:
        if sighting.login is None:
            return None
        for way, seq in dict(_ways(series, sighting, offered[sighting.run])).items():
            votes[way] += 1
            places.setdefault(way, set()).add((sighting.run, seq))
    calls = len(series.present)
    full = [way for way, count in votes.items() if count == calls]
    if not full:
        return _label_itself(series)
    choice, wrap = min(full, key=lambda way: (way[1] is not None, way[0].cost, repr(way)))
    labels = sorted({s.capture.label for s in series.present})
    binding = Chosen(
        chosen="practice.label",
        items=choice.items,
        label=choice.label,
        value=choice.value,
        wrap=wrap or _as_text(series, choice),
        optional=series.optional,
        why=f"beside {', '.join(map(repr, labels))} in an earlier answer, in {calls} of {calls} "
        f"calls of {len({s.run for s in series.present})} recordings",
    )
    texts = {s.capture.practice: s.leaves[series.spot].text for s in series.present}
    return Pick(binding, frozenset(places[choice, wrap]), texts)


def _ways(
    series: Series, sighting: Sighting, offered: Sequence[Offering]
) -> Iterator[tuple[tuple[Choice, str | None], int]]:
    """Each way to say where the value stands, with the latest answer it holds in."""
    text, label = sighting.leaves[series.spot].text, sighting.capture.label
    for inner, wrap in readings(text):
        for offering in offered:
            if offering.at > sighting.exchange.started or offering.seq == sighting.exchange.seq:
                continue
            for choice in choices_giving(label, inner, offering.document, offering.tree):
                if _means(series, sighting, inner, choice, whole=wrap is None):
                    yield (choice, wrap), offering.seq


def _means(series: Series, sighting: Sighting, text: str, choice: Choice, *, whole: bool) -> bool:
    """Equality is no chance: by its information, by its name, or by the step that chose."""
    if text.lower() in _BOOLEAN or is_placeholder(text):
        return False  # a token is no practice
    consumer = "id" if series.spot[0] is Place.PATH else series.name
    provider = (choice.value or choice.label or "").rpartition(".")[2]
    if tells(text, consumer, provider):
        return True
    picks = sighting.login.picks if sighting.login else frozenset()
    return whole and (id_like(consumer) or sighting.exchange.step in picks)


def _as_text(series: Series, choice: Choice) -> str | None:
    """A wrapping that makes a text of a number, where the request wants a text."""
    if series.spot[0] is not Place.JSON or choice.items.json_path is None:
        return None
    return "{}" if all(isinstance(value, str) for value in series.values) else None


def _label_itself(series: Series) -> Pick | None:
    """Nothing offers the practice, and yet it is named: a tenant that is typed."""
    if not series.present:
        return None
    same = (folded(s.leaves[series.spot].text) == folded(s.capture.label) for s in series.present)
    if not all(same) or not series.present[0].capture.label:
        return None
    why = f"the practice's label in {len(series.present)} of {len(series.present)} calls"
    binding = Chosen(chosen="practice.label", optional=series.optional, why=why)
    return Pick(binding, frozenset(), {})


def chosen_elsewhere(
    series: Series, picks: Sequence[tuple[Pick, str, str | None]]
) -> Binding | None:
    """A value outside of the login that the login chose: it must not become a constant.

    Args:
        series: the leaf.
        picks: what the login chose, the name of the leaf it went to, and the endpoint whose
            answer offers it.
    """
    for pick, name, answer in picks:
        if answer is None or not pick.texts:
            continue
        texts = [pick.texts.get(s.capture.practice) for s in series.present]
        said = same_name(series.name, name) or tells(series.texts[0], series.name, name)
        if said and list(series.texts) == texts:
            why = f"the value that the login chose by the practice's label, as its {name}"
            update = {"answer": answer, "why": why, "optional": series.optional}
            return pick.binding.model_copy(update=update)
    return None
