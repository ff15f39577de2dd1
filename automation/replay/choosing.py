"""Choose by a visible label, as a person does: the practice among those the portal offers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pydantic import JsonValue
from selectolax.lexbor import LexborHTMLParser

from automation.errors import AnswerNotUnderstood, BadFile, ChoiceWanted
from automation.model import Chosen, Practice
from automation.wire import Choice, Offer, chosen, offers

Offering = tuple[JsonValue, LexborHTMLParser | None]
"""One answer: its JSON, and its document when it is a page."""

_SHOWN: Final = 20
"""How many labels a message lists."""


def chosen_value(binding: Chosen, practice: Practice, answers: Iterable[Offering]) -> JsonValue:
    """The value of the item with the practice's label, in the first answer that offers items.

    Args:
        binding: where the items are and what picks.
        practice: gives the label; one without a label goes by its name.
        answers: where the items may be, the best first.

    Raises:
        ChoiceWanted: no item has this label, or several with different values do.
        AnswerNotUnderstood: none of the answers offers items.
        BadFile: a path of the binding does not parse.
    """
    label = practice.label or practice.name
    if binding.items is None:
        return label
    choice = Choice(binding.items, binding.label, binding.value)
    for document, tree in answers:
        try:
            found = offers(choice, document, tree)
        except ValueError as problem:
            raise BadFile("endpoint", str(problem)) from None
        if found:
            return _picked(found, label, practice)
    raise AnswerNotUnderstood(f"no answer offers the choice in which {label!r} would be")


def _picked(found: tuple[Offer, ...], label: str, practice: Practice) -> JsonValue:
    values = chosen(found, label)
    if len(values) == 1:
        return values[0]
    names = list(dict.fromkeys(offer.labels[0] for offer in found))
    listed = ", ".join(map(repr, names[:_SHOWN])) + (", ..." if len(names) > _SHOWN else "")
    problem = "is the label of several items" if values else "is none of what the portal offers"
    raise ChoiceWanted(f"{practice.name}: {label!r} {problem}: {listed}")
