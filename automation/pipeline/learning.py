"""From recorded flows to endpoints: capture, then infer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from automation import browser, capture, infer
from automation.catalog import Catalog
from automation.errors import BadFile, NotKnown, PortalChanged, Unusable, VetportalError
from automation.model import Capture, Endpoint, Practice
from automation.pipeline.healing import propose_flow_heals
from automation.pipeline.tabs import in_tabs
from automation.pipeline.tools import Tools
from automation.pipeline.watching import CaptureWatch, consumption_for, keep_capture
from automation.session import writes_without_consent
from automation.sync import Progress, quietly

CAPTURES_PER_FLOW: Final = 2
"""Two show what changes between runs; more would only repeat it."""


async def capture_flow(
    tools: Tools,
    practice: Practice,
    flow: str,
    *,
    inputs: Mapping[str, str] | None = None,
    tab: browser.Tab | None = None,
    writes: bool = False,
) -> Capture:
    """Run a flow in the browser of a signed-in practice and keep what was said behind it.

    What it saw is compared with the baseline of the flow, also where the flow failed.

    Args:
        tools: what to work with.
        practice: where.
        flow: name of the flow.
        inputs: values for its inputs in place of the recorded examples.
        tab: a signed-in tab to go on in, when several flows are captured.
        writes: what the flow writes may be written.

    Raises:
        NotKnown: there is no such flow, or no such input.
        Refused: the flow writes, and nobody said that it may; nothing was done.
        VetportalError: the flow could not be played.
    """
    portal = tools.catalog.portal(practice.portal)
    recorded = tools.catalog.flow(practice.portal, flow)
    for name in inputs or {}:
        if name not in recorded.inputs:
            raise NotKnown(f"input of {flow}", name, tuple(recorded.inputs))
    given = {name: each.example for name, each in recorded.inputs.items()} | dict(inputs or {})
    async with tools.sessions.visit(
        practice, recorded, inputs=given, tab=tab, writes=writes
    ) as visit:
        watch = CaptureWatch(
            tools.archive.writer(practice),
            practice,
            portal,
            consumption_for(tools.catalog, practice.portal, flow),
        )
        try:
            captured = await capture.capture_flow(
                recorded,
                visit.tab,
                visit.values,
                practice=practice,
                portal=portal,
                redactor=visit.redactor,
                writer=watch,
                clock=tools.clock,
                inputs=given,
            )
        except VetportalError as problem:
            found = await keep_capture(tools, practice, flow, watch, problem)
            if isinstance(problem, PortalChanged):
                await propose_flow_heals(tools, practice, recorded, watch.pages, found)
            raise
        found = await keep_capture(tools, practice, flow, watch)
        await propose_flow_heals(tools, practice, recorded, watch.pages, found, current=captured.id)
        return captured


async def capture_flows(
    tools: Tools,
    practice: Practice,
    flows: Collection[str],
    *,
    writes: bool = False,
    progress: Progress = quietly,
) -> None:
    """Capture flows as often as inference needs, with other inputs each time where there are any.

    The login is captured first, and alone. What writes comes last, one after the other: what is
    read before it does not change under the eyes of whoever reads it.

    Args:
        tools: what to work with.
        practice: where.
        flows: their names.
        writes: what some of them write may be written, twice.
        progress: is told of each flow, and of how many exchanges there were.

    Raises:
        NotKnown: there is no such flow.
        Refused: one of them writes, and nobody said that it may; nothing was done.
        VetportalError: a flow could not be played; what was captured before stays.
    """

    async def capture_one(flow: str, tab: browser.Tab | None = None) -> None:
        recorded = tools.catalog.flow(practice.portal, flow)
        again = {name: each.again for name, each in recorded.inputs.items() if each.again}
        found = [
            await capture_flow(tools, practice, flow, inputs=inputs, tab=tab, writes=writes)
            for inputs in ({}, again)
        ]
        progress(flow, sum(len(each.exchanges) for each in found))

    login = tools.catalog.portal(practice.portal).login
    recorded = [tools.catalog.flow(practice.portal, name) for name in flows if name != login]
    writing = [each for each in recorded if each.effect == "write"]
    if writing and not writes:
        raise writes_without_consent(writing[0])
    if login in flows:
        await capture_one(login)
    reading = [each.flow for each in recorded if each.effect == "read"]
    await in_tabs(tools, practice, reading, capture_one)
    if writing:
        async with tools.sessions.signed_in_tab(practice) as tab:
            for each in writing:
                await capture_one(each.flow, tab)


def infer_endpoints(tools: Tools, portal: str) -> infer.Inference:
    """Infer the endpoints of a portal from the latest captures of its flows, and write them.

    Raises:
        NotKnown: there is no such portal.
        Unusable: none of its flows was captured.
    """
    tools.catalog.flow_names(portal)
    captures = tools.archive.latest(portal, per_flow=CAPTURES_PER_FLOW)
    if not captures:
        raise Unusable(
            f"no flow of {portal} was captured",
            remedy="Run `vetportal capture PRACTICE FLOW` twice first.",
        )
    inference = infer.infer_endpoints(captures)
    for endpoint in inference.endpoints:
        tools.catalog.write_endpoint(portal, with_proof(tools.catalog, portal, endpoint))
    return inference


def with_proof(files: Catalog, portal: str, endpoint: Endpoint) -> Endpoint:
    """An endpoint with the proof of the one it replaces, if it asks and reads just the same."""
    if endpoint.endpoint not in files.endpoint_names(portal):
        return endpoint
    try:
        before = files.endpoint(portal, endpoint.endpoint)
    except BadFile:  # whoever infers again mends it
        return endpoint
    if _asks(before) != _asks(endpoint):
        return endpoint
    return endpoint.model_copy(update={"reach": before.reach})


def _asks(endpoint: Endpoint) -> object:
    """How an endpoint asks and where it reads the items, the evidence aside."""
    reads = {"kind", "items", "key", "markup"}
    parts: dict[str, bool | set[str]] = {"request": True, "pagination": True, "response": reads}
    return _without_why(endpoint.model_dump(mode="json", include=parts))


def _without_why(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_why(inner) for key, inner in value.items() if key != "why"}
    return [_without_why(inner) for inner in value] if isinstance(value, list) else value
