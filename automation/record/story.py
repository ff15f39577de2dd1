"""From a log of everything to what a person meant: one moment per intended action.

A click that only put the cursor into a field, the clicks inside a double click, the keys inside a
text, a scroll that loaded nothing and an address that a click led to are not moments of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from automation.browser import Action, Asked, Caused, LogEntry, Opened
from automation.model import Signal

_LED_TO: Final = 5.0
"""Seconds after an action in which an address counts as where it led."""
_ANSWERS: Final = 1.0
"""Seconds after an action in which a request counts as its effect."""
_LONELY: Final = 2.0
"""Seconds without any action before a request that nobody asked for."""
_STILL_CHOOSING: Final = 0.5
"""Seconds between two choices of one list within which the first was on the way to the second:
each letter that is typed over a list chooses."""
_LATE: Final = 0.2
"""Seconds that the news of an action may take longer than the news of what it asked for."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something a person meant to do.

    Attributes:
        what: the action, or the address that was opened.
        causes: what it caused besides its effect on the page.
        effect: it led to a request or to another page.
    """

    what: Action | Opened
    causes: tuple[Signal, ...] = ()
    effect: bool = False


def tell(log: Sequence[LogEntry]) -> tuple[Moment, ...]:
    """Find the moments of a recording, in order."""
    polling = _polling(log)
    popups = {each.opened for each in log if isinstance(each, Caused) and each.opened is not None}
    moments: list[Moment] = []
    asked: list[Asked] = []
    for entry in log:
        match entry:
            case Opened():
                _open(moments, entry, popups)
            case Asked() if entry.what not in polling:
                asked.append(entry)
                _give_effect(moments, entry)
            case Caused() if moments:
                last = moments[-1]
                moments[-1] = replace(last, causes=(*last.causes, entry.signal), effect=True)
            case Action():
                _act(moments, entry, effect=_was_asked_during(entry, asked))
            case _:
                pass
    return tuple(moment for moment in moments if _matters(moment))


def _polling(log: Sequence[LogEntry]) -> set[str]:
    """Requests that come by themselves: at least twice, and long after anything was done."""
    lonely: Counter[str] = Counter()
    busy = [(one.at - one.took, one.at) for one in log if isinstance(one, Action) and one.took]
    done = -_LONELY
    for entry in log:
        if isinstance(entry, Action | Opened):
            done = entry.at
        elif isinstance(entry, Asked) and entry.at - done > _LONELY:
            lonely[entry.what] += not any(begin <= entry.at <= end for begin, end in busy)
    return {what for what, times in lonely.items() if times > 1}


def _open(moments: list[Moment], opened: Opened, popups: set[int]) -> None:
    """Keep an address only if a person went there by itself."""
    if opened.page in popups:
        popups.discard(opened.page)
        return
    last = moments[-1] if moments else None
    if last is None:
        moments.append(Moment(opened))
        return
    soon = opened.at - last.what.at <= _LED_TO
    if isinstance(last.what, Opened):
        if not (soon and opened.referrer):
            moments[-1] = Moment(opened)  # nothing was done in between
        return
    if soon or (opened.referrer and opened.how == "navigate"):
        moments[-1] = replace(last, effect=True)
        return
    moments.append(Moment(opened))


def _give_effect(moments: list[Moment], asked: Asked) -> None:
    if moments and asked.at - moments[-1].what.at <= _ANSWERS:
        moments[-1] = replace(moments[-1], effect=True)


def _was_asked_during(action: Action, asked: Sequence[Asked]) -> bool:
    """Tell whether typing or scrolling itself asked for something, before it was over."""
    return any(each.at >= action.at - action.took - _LATE for each in asked if action.took)


def _act(moments: list[Moment], action: Action, *, effect: bool) -> None:
    last = moments[-1].what if moments else None
    if isinstance(last, Action) and _same_place(last, action):
        _drop_what_it_completes(moments, last, action)
    moments.append(Moment(action, effect=effect))


def _drop_what_it_completes(moments: list[Moment], last: Action, action: Action) -> None:
    settled = moments[-1].effect
    if action.kind == "dblclick":
        clicks = 0
        while clicks < 2 and moments and _is_click_on(moments[-1].what, action):  # noqa: PLR2004
            moments.pop()
            clicks += 1
    elif (action.kind == "fill" and last.kind == "click" and last.into_field) or (
        action.kind == last.kind == "fill" and (not settled or _continues(last, action))
    ):
        moments.pop()
        if last.kind == "fill":
            _drop_cursor_click(moments, action)
    elif action.kind == last.kind and action.kind in {"scroll", "check", "select"}:
        typing = action.kind == "select" and action.at - last.at <= _STILL_CHOOSING
        if typing or not settled:
            moments.pop()


def _drop_cursor_click(moments: list[Moment], action: Action) -> None:
    last = moments[-1].what if moments else None
    if isinstance(last, Action) and last.into_field and _is_click_on(last, action):
        moments.pop()


def _is_click_on(what: Action | Opened, action: Action) -> bool:
    return isinstance(what, Action) and what.kind == "click" and _same_place(what, action)


def _continues(last: Action, action: Action) -> bool:
    """Tell whether a text was only written on."""
    if last.value is None or action.value is None:
        return False
    return action.value.reveal().startswith(last.value.reveal() or "\0")


def _same_place(one: Action, other: Action) -> bool:
    return (one.document, one.frame, _place(one)) == (other.document, other.frame, _place(other))


def _place(action: Action) -> frozenset[tuple[str, str]]:
    if action.element is None:
        return frozenset()
    kinds = {"css", "xpath", "id"}
    return frozenset((e.kind, e.value) for e in action.element.candidates if e.kind in kinds)


def _matters(moment: Moment) -> bool:
    what = moment.what
    if isinstance(what, Opened) or moment.effect:
        return True
    return not (what.weak or what.kind == "scroll")
