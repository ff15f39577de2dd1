"""What the steps of a login tell: where it begins, what it had sent, what is left of it; pure."""

from __future__ import annotations

from collections.abc import Iterator

from automation import browser
from automation.model import Click, Credential, Expect, Fill, Flow, Goto, Press, Step, When

Path = tuple[int, ...]
"""Where a step stands in a flow: its number on each level, from 1."""


def first_page(flow: Flow) -> str:
    """The page the login begins on; any page does where it is named by a value of the run."""
    first = next((step.url for step in flow.steps if isinstance(step, Goto)), "/")
    return "/" if "{{" in first else first


def submitted(flow: Flow, name: str, stuck: str) -> bool:
    """Whether what was filled in had certainly been sent when the flow got stuck.

    It had when a click or a key followed the field. What stands below a ``when`` may not have
    happened, unless the field or the step that got stuck stands there, too.

    Args:
        flow: the login.
        name: name of the secret, as a template has it; it was filled in.
        stuck: path of the step that was not possible.
    """
    end = tuple(int(part) for part in stuck.split("."))
    fields = _fields(flow, name)
    if not fields:
        return True  # what is left of a flow goes on after what was sent before
    sends = [path for path, step in _numbered(flow.steps) if isinstance(step, Click | Press)]

    def sent(field: Path) -> bool:
        after = (path for path in sends if field < path < end)
        return any(_beside(path, field) or _beside(path, end) for path in after)

    before = [field for field in fields if field < end]
    certain = any(sent(field) for field in before if _beside(field, end))
    return certain or (bool(before) and all(sent(field) for field in before))


def _beside(path: Path, other: Path) -> bool:
    """Whether this step is played whenever the other is reached."""
    return path[:-1] == other[: len(path) - 1]


def _fields(flow: Flow, name: str) -> list[Path]:
    """The steps that fill this in."""
    return [
        path
        for path, step in _numbered(flow.steps)
        if isinstance(step, Fill) and name in browser.template_names(step.value)
    ]


def _numbered(steps: tuple[Step, ...], above: Path = ()) -> Iterator[tuple[Path, Step]]:
    """Every step with its 1-based path, in order."""
    for number, step in enumerate(steps, 1):
        yield (*above, number), step
        if isinstance(step, When):
            yield from _numbered(step.steps, (*above, number))


def rest_of(flow: Flow) -> Flow:
    """What is left of a login after the password: from the first step that looks before it acts."""
    fields = _fields(flow, Credential().password)
    steps = flow.steps[fields[-1][0] if fields else 0 :]
    looking = (n for n, step in enumerate(steps) if isinstance(step, When | Expect))
    return flow.model_copy(update={"steps": steps[next(looking, len(steps)) :]})
