"""Jobs that read a portal: a sync, a flow, an endpoint, and the login that comes before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from pydantic import JsonValue

from automation import pipeline
from automation.errors import BadArgument, Incomplete, NotPermitted, PortalDown, VetportalError
from automation.model import Practice
from automation.pipeline import Tools
from automation.worker.kinds import Arguments, Kind, text_of

_PAGES: Final = 1


async def sync(tools: Tools, practice: Practice | None, arguments: Arguments) -> JsonValue:
    """Make the store equal to the portal: ``full``, or only ``entities``.

    What was read is kept, whatever was not. That this login may not see something is no failure,
    and a portal that answers a part of what is asked is not down.

    Raises:
        VetportalError: something was not read.
    """
    found = _practice(practice)
    entities = _texts(arguments, "entities")
    full = arguments.get("full") is True
    done = await pipeline.sync_in_turn(tools, found, full=full, entities=entities)
    if done.problem is not None and not isinstance(done.problem, NotPermitted):
        raise _of_a_part(done.problem) if done.rungs else done.problem
    said = done.problem.message if done.problem else ""
    return {"run": done.run, "changes": done.changes, "not_permitted": said}


async def run_flow(tools: Tools, practice: Practice | None, arguments: Arguments) -> JsonValue:
    """Run a flow (``flow``, ``inputs``) in the browser and keep what was said behind it.

    Raises:
        VetportalError: it could not be played.
    """
    inputs = _inputs(arguments)
    found = await pipeline.capture_flow(
        tools, _practice(practice), text_of(arguments, "flow"), inputs=inputs
    )
    return {"exchanges": len(found.exchanges)}


async def canary(tools: Tools, practice: Practice | None, arguments: Arguments) -> JsonValue:
    """Play some flows (``flows``, ``most``) in the browser and hold replay against them.

    What differs is told by incidents; the job itself is done then, too.

    Raises:
        VetportalError: the portal does not let us in, or is down.
    """
    most = arguments.get("most", pipeline.CANARY_FLOWS)
    if not isinstance(most, int) or most < 1:
        raise BadArgument("most is no number of flows", remedy="Give 1 or more.")
    flows = _texts(arguments, "flows")
    sung = await pipeline.canary(tools, _practice(practice), flows=flows, most=most)
    differing = [proof.endpoint for proof in sung.proofs if not proof.equal]
    return {
        "flows": list(sung.flows),
        "stuck": list(sung.stuck),
        "endpoints": len(sung.proofs),
        "differing": list[JsonValue](differing),
    }


async def replay(tools: Tools, practice: Practice | None, arguments: Arguments) -> JsonValue:
    """Ask an endpoint (``endpoint``, ``inputs``, ``pages``) and count what it gives.

    Raises:
        VetportalError: it could not be read.
    """
    pages = arguments.get("pages", _PAGES)
    if not isinstance(pages, int) or pages < 1:
        raise BadArgument("pages is no number of pages", remedy="Give 1 or more.")
    endpoint, count, items = text_of(arguments, "endpoint"), 0, 0
    answers = pipeline.replay_pages(
        tools, _practice(practice), endpoint, _inputs(arguments), pages=pages
    )
    async for answer in answers:
        count, items = count + 1, items + len(answer.items)
    return {"endpoint": endpoint, "pages": count, "items": items}


async def sign_in(tools: Tools, practice: Practice | None, arguments: Arguments) -> JsonValue:  # noqa: ARG001 - every job has them
    """Log in, unless a session lives; who asked for it stands in `asked_by`.

    Raises:
        VetportalError: the portal does not let us in, or is down.
    """
    async with await tools.sessions.open(_practice(practice)):
        return {}


def _of_a_part(problem: VetportalError) -> VetportalError:
    if isinstance(problem, PortalDown):
        return Incomplete(problem.message, remedy=problem.remedy)
    return problem


def _practice(practice: Practice | None) -> Practice:
    if practice is None:
        raise BadArgument("the job names no practice")
    return practice


def _texts(arguments: Arguments, name: str) -> tuple[str, ...]:
    found = arguments.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise BadArgument(f"the argument {name} is no list of names")
    return tuple(str(each) for each in found)


def _inputs(arguments: Arguments) -> Mapping[str, str]:
    found = arguments.get("inputs", {})
    if not isinstance(found, dict):
        raise BadArgument("the argument inputs is no table of names and values")
    return {name: str(value) for name, value in found.items()}


SYNC: Final = Kind("sync", sync, queue="read", timeout=timedelta(hours=2))
RUN_FLOW: Final = Kind("run_flow", run_flow, queue="read", timeout=timedelta(minutes=15), tries=3)
CANARY: Final = Kind("canary", canary, queue="read", timeout=timedelta(hours=1), tries=2)
REPLAY: Final = Kind("replay", replay, queue="read", timeout=timedelta(minutes=15))
LIVE_READ: Final = Kind("live_read", sync, queue="read", timeout=timedelta(minutes=5), tries=1)
"""A sync that somebody waits for: when it fails they are told, and ask again themselves."""
SIGN_IN: Final = Kind("sign_in", sign_in, queue="read", timeout=timedelta(minutes=15), tries=1)
