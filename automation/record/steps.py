"""From moments to the steps of a flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter

from automation.browser import Action, Opened
from automation.errors import Refused
from automation.model import Goto, Step, Target
from automation.record.data import NOTHING, Data
from automation.record.known import Inputs, Known
from automation.record.story import Moment
from automation.record.targets import target_of

_STEP: Final[TypeAdapter[Step]] = TypeAdapter(Step)


@dataclass(frozen=True, slots=True)
class Placed:
    """A step and the document it was recorded in."""

    step: Step
    document: str


def place_steps(
    moments: Sequence[Moment], known: Known, inputs: Inputs, data: Data = NOTHING
) -> tuple[Placed, ...]:
    """Turn each moment into a step; what was typed becomes templates.

    Args:
        moments: what was done.
        known: what is known of the practice.
        inputs: collects what was typed.
        data: which texts are data of the practice.

    Raises:
        Refused: a secret was typed that belongs to nothing that is known.
    """
    return tuple(
        Placed(_goto(moment.what, known, inputs), "")
        if isinstance(moment.what, Opened)
        else Placed(_step(moment.what, moment, known, inputs, data), moment.what.document)
        for moment in moments
    )


def _goto(opened: Opened, known: Known, inputs: Inputs) -> Goto:
    if known.stands_in(opened.url):
        raise Refused("an address that was opened by hand holds a credential")
    base = known.base_url.rstrip("/")
    below = opened.url.startswith((f"{base}/", f"{base}?")) or opened.url == base
    return Goto(url=inputs.address(opened.url.removeprefix(base) or "/") if below else opened.url)


def _step(action: Action, moment: Moment, known: Known, inputs: Inputs, data: Data) -> Step:
    body: dict[str, object] = {"kind": action.kind, "target": _target(action, known, inputs, data)}
    if action.kind == "dblclick":
        body |= {"kind": "click", "count": 2}
    if action.kind in {"click", "dblclick", "press"}:
        body |= {"causes": moment.causes}
    details = _DETAILS.get(action.kind)
    more = details(action, known, inputs) if details else {}
    step: Step = _STEP.validate_python(body | more)
    return step


def _target(action: Action, known: Known, inputs: Inputs, data: Data) -> Target | None:
    if action.element is None:
        return None
    typed = [each.example for each in inputs.declared.values()]
    return target_of(action.element, known, frame=action.frame, typed=typed, data=data)


def _text(action: Action) -> str:
    return action.value.reveal() if action.value else ""


_DETAILS: Final[dict[str, Callable[[Action, Known, Inputs], dict[str, object]]]] = {
    "press": lambda action, _known, _inputs: {"key": action.key},
    "fill": lambda action, _known, inputs: {"value": inputs.value_of(action)},
    "select": lambda action, _known, inputs: {"option": inputs.chosen(action)},
    "check": lambda action, _known, _inputs: {"checked": action.checked},
    "upload": lambda action, _known, inputs: {"file": inputs.declare(action, _text(action))},
    "scroll": lambda action, _known, _inputs: {"to": action.to},
}
"""What a step says besides its target, by kind of action."""
