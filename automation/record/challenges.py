"""Steps that depend on the account and not on the journey run only when they are asked for.

One account has to give a code and another has not; one works for several practices and is asked
for which. So what was done on such a page becomes a ``when``: it waits for the field of the code,
or for the name of the practice, and is passed over if it does not show up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from automation.model import Click, Fill, Press, Select, Step, Target, When
from automation.record.known import CODE, LABEL, PASSWORD, USERNAME
from automation.record.steps import Placed


def make_optional(placed: Sequence[Placed]) -> tuple[Step, ...]:
    """Wrap the steps of a code and of the choice of a practice; other flows stay as they are."""
    if not any(_is_sign_in(each.step) for each in placed):
        return tuple(each.step for each in placed)
    return tuple(
        step
        for _, run in groupby(placed, key=lambda each: each.document)
        for step in _wrapped(tuple(each.step for each in run))
    )


def _wrapped(run: tuple[Step, ...]) -> Iterator[Step]:
    """Wrap within the steps of one document."""
    found = ((index, asked) for index, step in enumerate(run) if (asked := _asked(step)))
    asks, target = next(found, (0, None))
    if target is None:
        yield from run
        return
    own_page = not any(_is_credential(step) for step in run)
    first, past = (0, len(run)) if own_page else (asks, _past_submit(run, asks))
    yield from run[:first]
    yield When(target=_sign(target), steps=run[first:past])
    yield from _wrapped(run[past:]) if past < len(run) else ()


def _past_submit(run: tuple[Step, ...], asks: int) -> int:
    """The end of a challenge on a page that has more than it: after the next click or key."""
    later = range(asks + 1, len(run))
    ends = (index for index in later if isinstance(run[index], Click | Press))
    return next(ends, asks) + 1


def _sign(target: Target) -> Target:
    """What shows a challenge; the name of the practice alone stands on other pages, too."""
    of_practice = target.name == LABEL
    return target.model_copy(
        update={"fingerprint": None, "text": None if of_practice else target.text}
    )


def _asked(step: Step) -> Target | None:
    """The element that shows that a code or a practice is asked for; None for other steps."""
    match step:
        case Fill(value=value) if value == CODE:
            return step.target
        case Select(option=option) if option == LABEL:
            return step.target
        case Click(target=target) if LABEL in {target.name, target.text}:
            return target
    return None


def _is_credential(step: Step) -> bool:
    return isinstance(step, Fill) and step.value in {USERNAME, PASSWORD}


def _is_sign_in(step: Step) -> bool:
    return _is_credential(step) or (isinstance(step, Fill) and step.value == CODE)
