"""The proof that replay equals the browser."""

from __future__ import annotations

from collections.abc import Collection

from automation import browser, verify
from automation.model import Endpoint, Practice
from automation.pipeline.tabs import in_tabs
from automation.pipeline.tools import Tools
from automation.sync import Progress, quietly


async def prove(
    tools: Tools,
    practice: Practice,
    *,
    flows: Collection[str] = (),
    notes: bool = True,
    progress: Progress = quietly,
) -> tuple[verify.Proof, ...]:
    """Read what is mapped off its screen and by replay; note what is equal.

    Args:
        tools: what to work with.
        practice: where.
        flows: only what these show; all flows when empty.
        notes: what is equal is noted in the files.
        progress: is told of each endpoint, and of how many items its screen showed.

    Returns:
        A proof for each endpoint, in the order of their names.

    Raises:
        VetportalError: a screen or a replay failed.
    """
    portal = practice.portal
    endpoints = {each.endpoint: each for each in tools.catalog.endpoints(portal)}
    mapped = {name for mapping in tools.catalog.mappings(portal) for name in mapping.endpoints}
    wanted = [verify.known(endpoints, name) for name in sorted(mapped)]
    chosen = {each.endpoint: each for each in wanted if not flows or _flow_of(each) in flows}
    proofs: dict[str, verify.Proof] = {}
    async with await tools.sessions.open(practice) as session:

        async def prove_one(name: str, tab: browser.Tab) -> None:
            endpoint = chosen[name]
            flow = tools.catalog.flow(portal, _flow_of(endpoint))
            given = {each: flow.inputs[each].example for each in flow.inputs}
            async with tools.sessions.visit(practice, flow, inputs=given, tab=tab) as visit:
                proving = verify.Proving(
                    session, visit.tab, visit.values, endpoints, tools.clock, tools.rng
                )
                proofs[name] = await proving.prove(endpoint, flow)
            progress(name, proofs[name].browser_items)

        await in_tabs(tools, practice, chosen, prove_one)
    for name, proof in proofs.items():
        if notes:
            _note(tools, portal, chosen[name], proof)
    return tuple(proofs[name] for name in sorted(proofs))


def _flow_of(endpoint: Endpoint) -> str:
    return endpoint.flow or endpoint.endpoint


def _note(tools: Tools, portal: str, endpoint: Endpoint, proof: verify.Proof) -> None:
    if not proof.equal or not proof.browser_items:  # nothing on either side proves nothing
        return
    said = f"{proof.replay_items} of {proof.browser_items} items equal to the browser"
    reach = endpoint.reach.model_copy(update={"verified": said})
    tools.catalog.write_endpoint(portal, endpoint.model_copy(update={"reach": reach}))
