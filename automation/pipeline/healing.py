"""Repairs of files below ``flows/``: worked out, tried, applied where that is proven.

A repair is tried on a copy of nothing: the file is written, the flow is played and replay is held
against the screen, and what does not bear it out is taken back at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

import structlog

from automation import drift, infer, verify
from automation.drift import Repair
from automation.errors import NotKnown, PortalChanged, VetportalError
from automation.model import Endpoint, Finding, Flow, Heal, Practice, Snapshot
from automation.pipeline.deciding import plain, put_patch
from automation.pipeline.proving import prove
from automation.pipeline.tools import Tools

_BORNE_OUT: Final = 2
"""Further runs that are well, after which a repair that was applied stays."""
_REDESIGN: Final = "dom.struct"
_EXCHANGED: Final = ("net.", "replay.")

Play = Callable[[Tools, Practice, str], Awaitable[object]]

_log: Final = structlog.get_logger()


async def propose_flow_heals(
    tools: Tools,
    practice: Practice,
    flow: Flow,
    pages: Sequence[Snapshot],
    found: Sequence[Finding],
    *,
    current: str = "",
) -> tuple[Heal, ...]:
    """Work out how a flow can be played as it was, from what its last run showed.

    Nothing is worked out where the run was played to its end and nothing of its pages differs.

    Args:
        tools: what to work with.
        practice: where.
        flow: as it is.
        pages: of the run.
        found: the findings of the run.
        current: id of the run's own capture, which is no example of how it was; empty where it
            failed and has none.
    """
    if current and _cause("", found) is None:
        return ()
    before = _pages_before(tools, practice, flow.flow, current)
    if not before:
        return ()
    login = tools.catalog.portal(practice.portal).login == flow.flow
    label = practice.label or practice.name
    repairs: Iterable[Repair] = (
        *drift.locator_repairs(flow, before, pages, login=login),
        *drift.step_repairs(flow, before, pages, label=label),
    )
    heals = [_heal(tools, practice, flow, repair, found) for repair in repairs]
    return tuple([await tools.heals.propose(heal) for heal in heals])


def _pages_before(
    tools: Tools, practice: Practice, flow: str, current: str
) -> tuple[Snapshot, ...]:
    """The pages of the latest capture of a flow that was well."""
    known = tools.archive.ids(practice.name)
    earlier = [each for each in known if each.partition("-")[2] == flow and each != current]
    return tools.archive.read(practice.name, earlier[-1]).snapshots if earlier else ()


def _heal(
    tools: Tools, practice: Practice, flow: Flow, repair: Repair, found: Sequence[Finding]
) -> Heal:
    cause = _cause(repair.step, found)
    return Heal(
        portal=practice.portal,
        practice=practice.name,
        kind=repair.kind,
        fingerprint=cause.fingerprint if cause else "",
        rule=cause.rule if cause else "",
        file=f"flow {flow.flow}",
        flow=flow.flow,
        step=repair.step,
        patch=repair.lines,
        action=repair.action,
        proof=repair.proof,
        at=tools.clock.now(),
    )


def _cause(step: str, found: Sequence[Finding]) -> Finding | None:
    """The finding that a repair is for: of its step, else the first of a page."""
    shown = [one for one in found if one.rule.startswith("dom.") and one.rule != _REDESIGN]
    own = [one for one in shown if one.step == step]
    return next(iter(own or shown), None)


# ---------------------------------------------------------------- tried and applied


async def try_heals(tools: Tools, practice: Practice, flow: str, play: Play) -> tuple[Heal, ...]:
    """Apply what is proposed for a flow that reads, and keep what replay and the screen bear out.

    Only what needs no person is tried, all of it together; the flow has to be played to its end,
    and what its screen shows has to equal what replay gives.

    Args:
        tools: what to work with.
        practice: where.
        flow: name of the flow.
        play: plays it in the browser and compares what it shows.

    Returns:
        What is applied now, on probation.
    """
    recorded = tools.catalog.flow(practice.portal, flow)
    known = await tools.heals.find(portal=practice.portal, states=("proposed",))
    heals = [
        heal
        for heal in known
        if heal.file == f"flow {flow}" and heal.action != "propose" and recorded.effect == "read"
    ]
    if not heals:
        return ()
    try:
        for heal in heals:
            put_patch(tools.catalog, heal, heal.patch)
        await play(tools, practice, flow)
        proofs = await prove(tools, practice, flows=[flow], notes=False)
    except VetportalError as problem:
        tools.catalog.write_flow(recorded)
        _log.info("heal_not_borne_out", flow=flow, why=problem.message)
        return ()
    if not proofs or not all(proof.equal for proof in proofs):
        tools.catalog.write_flow(recorded)
        return ()
    shown = f"{len(proofs)} endpoints give by replay what the screen shows"
    return tuple([await applied(tools, heal, shown) for heal in heals])


async def applied(tools: Tools, heal: Heal, proof: str) -> Heal:
    """Keep that a repair stands in its file, on probation.

    Args:
        tools: what to work with.
        heal: it was put into its file.
        proof: what was seen of it there.
    """
    after = heal.model_copy(update={"state": "probation", "proof": (*heal.proof, proof)})
    await tools.heals.put(after)
    detail = {"heal": heal.id, "file": heal.file}
    tools.audit.note("heal.applied", practice=heal.practice, detail=detail)
    _log.warning("heal_applied", heal=heal.id, file=heal.file, practice=heal.practice)
    return after


async def bear_out(tools: Tools, portal: str, flow: str, *, well: bool) -> None:
    """A further run of a flow speaks for the repairs that are on probation, or takes them back.

    Args:
        tools: what to work with.
        portal: name of the portal.
        flow: name of the flow.
        well: whether the run was.
    """
    for heal in await tools.heals.find(portal=portal, states=("probation",)):
        if heal.flow != flow:
            continue
        if not well:
            put_patch(tools.catalog, heal, drift.inverted(heal.patch))
            await _end(tools, heal, "reverted")
        elif heal.borne_out + 1 >= _BORNE_OUT:
            await _end(tools, heal, "accepted")
        else:
            await tools.heals.put(heal.model_copy(update={"borne_out": heal.borne_out + 1}))


async def _end(tools: Tools, heal: Heal, state: str) -> None:
    await tools.heals.put(Heal.model_validate({**heal.model_dump(), "state": state}))
    detail = {"heal": heal.id, "file": heal.file}
    tools.audit.note(f"heal.{state}", practice=heal.practice, detail=detail)


# ---------------------------------------------------------------- endpoints


async def heal_endpoints(
    tools: Tools, practice: Practice, flow: str, proofs: Sequence[verify.Proof] = ()
) -> tuple[Heal, ...]:
    """Infer the endpoints of a flow anew, and apply what replay and the screen bear out.

    Args:
        tools: what to work with.
        practice: where.
        flow: name of the flow; it was captured twice since the portal changed.
        proofs: replay held against the screen before any repair; with one, no fewer items count.

    Returns:
        The repairs: on probation where they are proven, proposed where no screen shows enough to
        tell. What the screen speaks against is none: where an endpoint is gone, whatever else the
        page asks for would be taken for it.

    Raises:
        NotKnown: the flow was not captured.
        VetportalError: the proof failed for reasons that are none of the repair's.
    """
    portal = practice.portal
    captures = tools.archive.latest(portal, per_flow=2)
    if flow not in {capture.flow for capture in captures}:
        raise NotKnown("captured flow", flow, tuple({each.flow for each in captures}))
    known = {each.endpoint: each for each in tools.catalog.endpoints(portal)}
    decided = {each.id: each for each in await tools.heals.find(portal=portal)}
    cause = await cause_of(tools, practice, flow)
    found: list[Heal | None] = []
    for endpoint in infer.infer_endpoints(captures).endpoints:
        before = known.get(endpoint.endpoint)
        if before is None or (before.flow or before.endpoint) != flow:
            continue
        if before.effect != "read" or endpoint.effect != "read":
            continue
        after = drift.moved(before, endpoint)
        lines = drift.difference(plain(before), plain(after)) if after is not None else ()
        if lines:
            heal = Heal(
                portal=portal,
                practice=practice.name,
                kind="endpoint",
                fingerprint=cause.fingerprint if cause else "",
                rule=cause.rule if cause else "",
                file=f"endpoint {endpoint.endpoint}",
                flow=flow,
                patch=lines,
                action="apply",
                at=tools.clock.now(),
            )
            kept = decided.get(heal.id, heal)
            is_open = kept.state == "proposed"
            tried = await _try_endpoint(tools, practice, kept, before, proofs) if is_open else kept
            found.append(tried)
    return tuple(filter(None, found))


async def cause_of(tools: Tools, practice: Practice, flow: str, named: str = "") -> Finding | None:
    """The open finding about what a flow exchanges that a repair is for: the worst.

    Args:
        tools: what to work with.
        practice: where.
        flow: name of the flow.
        named: one that speaks of this comes first.
    """
    open_now = await tools.incidents.find(practice=practice.name, states=("open",))
    found = [each.finding for each in open_now if each.finding.flow == flow]
    told = [one for one in found if one.rule.startswith(_EXCHANGED)]
    order = sorted(told, key=lambda one: (named not in one.subject, drift.weight(one)))
    return next(iter(order), None)


async def _try_endpoint(
    tools: Tools,
    practice: Practice,
    heal: Heal,
    before: Endpoint,
    earlier: Sequence[verify.Proof],
) -> Heal | None:
    put_patch(tools.catalog, heal, heal.patch)
    proofs: Sequence[verify.Proof] | None = None
    try:
        proofs = await prove(tools, practice, flows=[heal.flow], notes=False)
    except PortalChanged as problem:
        _log.info("heal_not_borne_out", flow=heal.flow, why=problem.message)
    finally:
        stands = bool(proofs) and _stands(proofs, earlier)
        if not stands:
            tools.catalog.write_endpoint(practice.portal, before)
    if proofs is not None and not proofs:
        return await tools.heals.propose(heal)
    if proofs is None or not stands:
        return None
    items = ", ".join(f"{proof.endpoint}: {proof.browser_items} items" for proof in proofs)
    return await applied(tools, heal, f"replay equals the screen ({items})")


def _stands(proofs: Sequence[verify.Proof] | None, earlier: Sequence[verify.Proof]) -> bool:
    """Whether replay equals the screen, and the list does not end earlier than before."""
    known = {proof.endpoint: proof.browser_items for proof in earlier if proof.equal}
    return all(
        proof.equal and proof.browser_items >= known.get(proof.endpoint, 0)
        for proof in proofs or ()
    )
