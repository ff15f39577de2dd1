"""One flow from one recording, and when two flows say the same."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Literal
from urllib.parse import unquote, urlsplit

from automation.browser import LogEntry, Opened, Tab, record_actions
from automation.errors import BadArgument, Bug
from automation.model import Expect, Flow, Step, Target, When
from automation.record.challenges import make_optional
from automation.record.data import NOTHING, Data
from automation.record.known import AN_ID, Inputs, Known
from automation.record.steps import place_steps
from automation.record.story import tell


async def record_flow(
    tab: Tab,
    *,
    name: str,
    portal: str,
    known: Known,
    stop: Awaitable[object],
    effect: Literal["read", "write"] = "read",
) -> Flow:
    """Write down as a flow what a person does in a tab until told to stop.

    What is typed never leaves the memory of this process unless it is an ordinary text, which
    becomes an input of the flow; credentials and codes become templates.

    Args:
        tab: where the person works; what happens in its pop-ups and frames counts, too.
        name: name of the flow.
        portal: name of the portal folder.
        known: what is known of the practice.
        stop: ends the recording when it is done.
        effect: whether the journey changes the portal; what is chosen in one that does becomes an
            input, too.

    Raises:
        BadArgument: nothing was done.
        Refused: a secret was typed that belongs to nothing that is known.
    """
    async with record_actions(tab) as recording:
        await stop
        await recording.finish()
        ended = recording.url
    return flow_from_log(
        recording.log, ended=ended, name=name, portal=portal, known=known, effect=effect
    )


def flow_from_log(
    log: Sequence[LogEntry],
    *,
    ended: str,
    name: str,
    portal: str,
    known: Known,
    effect: Literal["read", "write"] = "read",
) -> Flow:
    """Make a flow of a recording's log.

    Args:
        log: what happened, in order.
        ended: address of the page in which the recording ended.
        name: name of the flow.
        portal: name of the portal folder.
        known: what is known of the practice.
        effect: whether the journey changes the portal.

    Raises:
        BadArgument: nothing was done.
        Refused: a secret was typed that belongs to nothing that is known.
    """
    moments = tell(log)
    if not moments or not isinstance(moments[0].what, Opened):
        raise BadArgument(
            "nothing was recorded", remedy="Open a page of the portal and do the journey once."
        )
    inputs = Inputs(known, writes=effect == "write")
    data = Data.of(log)
    steps = make_optional(place_steps(moments, known, inputs, data))
    flow = Flow(
        flow=name,
        portal=portal,
        effect=effect,
        inputs=inputs.declared,
        steps=(*steps, Expect(url=address_glob(ended, data))),
    )
    if known.password_stands_in(flow.model_dump_json()):
        raise Bug(f"the flow {name} would hold a password; nothing was written")
    return flow


def address_glob(url: str, data: Data = NOTHING) -> str:
    """The path of an address with what differs between items replaced by ``*``."""
    parts = urlsplit(url).path.split("/")

    def differs(part: str) -> bool:
        return bool(AN_ID.fullmatch(part)) or data.is_slug(unquote(part))

    return "/".join("*" if differs(part) else part for part in parts) or "/"


def with_second_values(flow: Flow, before: Flow) -> Flow:
    """A flow with the second values that somebody wrote into its file before it was made anew."""
    inputs = {
        name: each.model_copy(update={"again": before.inputs[name].again})
        if name in before.inputs
        else each
        for name, each in flow.inputs.items()
    }
    return flow.model_copy(update={"inputs": inputs})


def same_flow(one: Flow, other: Flow) -> bool:
    """Tell whether two flows say the same, evidence and second values aside."""
    return without_evidence(one) == without_evidence(other)


def without_evidence(flow: Flow) -> Flow:
    """The flow without what its elements looked like, and without second values."""
    inputs = {name: each.model_copy(update={"again": None}) for name, each in flow.inputs.items()}
    steps = tuple(_plain(step) for step in flow.steps)
    return flow.model_copy(update={"steps": steps, "inputs": inputs})


def _plain(step: Step) -> Step:
    changed: dict[str, object] = {}
    if isinstance(target := getattr(step, "target", None), Target):
        changed["target"] = target.model_copy(update={"fingerprint": None})
    if isinstance(step, When):
        changed["steps"] = tuple(_plain(inner) for inner in step.steps)
    return step.model_copy(update=changed)
