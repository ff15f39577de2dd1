"""Whose session it is: what an answer shows of the practice it belongs to; pure."""

from __future__ import annotations

from collections.abc import Collection

from automation import replay
from automation.errors import AnswerNotUnderstood, PracticeMixedUp
from automation.model import Practice, Probe, Reply
from automation.wire import folded


def refuse_other_practice(practice: Practice, identity: Probe, reply: Reply) -> None:
    """See that the page which names the practice names this one.

    Raises:
        PracticeMixedUp: it names another one.
        AnswerNotUnderstood: it names none any more.
    """
    reading = replay.read_reply(reply)
    shown = reading.at(identity.names) if identity.names is not None else None
    if shown is None:
        raise AnswerNotUnderstood(
            f"{practice.name}: {identity.path} no longer says which practice it shows",
            remedy=f"Run `vetportal session close {practice.name}`: the next login looks for "
            "another page that does.",
        )
    if folded(shown) != folded(practice.label):
        raise PracticeMixedUp(
            f"{practice.name}: an answer of the portal shows another practice than "
            f"{practice.label!r}"
        )


def refuse_shared(practice: Practice, others: Collection[Practice]) -> None:
    """See that nobody shares the login of a practice that nothing on the portal names.

    Raises:
        PracticeMixedUp: somebody does.
    """
    if others:
        raise PracticeMixedUp(
            f"{practice.name}: nothing that the portal shows tells it from "
            f"{', '.join(other.name for other in others)}, which shares its login",
            remedy="Set the label of each of them to what the portal calls it, or ask for a "
            "login of its own.",
        )


def shows_any(reading: replay.Reading, labels: Collection[str]) -> bool:
    """Whether an answer names one of these practices in a place of its own, as a switcher does."""
    return any(label and replay.place_of(reading, label) for label in labels)
