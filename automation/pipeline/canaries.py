"""The canary: a few flows of a practice in the browser now and then, held against replay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog

from automation import drift, verify
from automation.errors import PortalChanged
from automation.model import Endpoint, Finding, Flow, Heal, Practice, Severity
from automation.pipeline.healing import bear_out, cause_of, heal_endpoints, try_heals
from automation.pipeline.learning import capture_flow
from automation.pipeline.proving import prove
from automation.pipeline.remapping import heal_mappings
from automation.pipeline.tools import Tools
from automation.store import BaselineKey, BaselineTurn

CANARY_FLOWS: Final = 3
"""Flows of one canary; the next one goes on with those that were not looked at for the longest."""
DIFFERS: Final = "replay.differs"
"""The rule of a finding that no signature shows: replay gives something else than the screen."""
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sung:
    """What a canary found.

    Attributes:
        flows: the flows that were played.
        stuck: those that could not be played to their end, with what was said.
        proofs: replay held against the screen, for each endpoint of them that is mapped.
        heals: repairs that were worked out or applied on the way.
    """

    flows: tuple[str, ...]
    stuck: dict[str, str]
    proofs: tuple[verify.Proof, ...]
    heals: tuple[Heal, ...] = ()


async def canary(
    tools: Tools, practice: Practice, *, flows: Collection[str] = (), most: int = CANARY_FLOWS
) -> Sung:
    """Play some flows that read, compare them with their baselines, and replay with the screen.

    Args:
        tools: what to work with.
        practice: where.
        flows: these; those that were not looked at for the longest when empty.
        most: how many at most.

    Raises:
        VetportalError: the portal does not let us in, or is down.
    """
    chosen = await _chosen(tools, practice, flows, most)
    stuck: dict[str, str] = {}
    proofs: list[verify.Proof] = []
    healed: list[Heal] = []
    for flow in chosen:
        try:
            await capture_flow(tools, practice, flow.flow)
        except PortalChanged as problem:
            stuck[flow.flow] = problem.message
            _log.warning("canary_stuck", practice=practice.name, flow=flow.flow)
            await bear_out(tools, practice.portal, flow.flow, well=False)
            healed += await try_heals(tools, practice, flow.flow, capture_flow)
            continue
        try:
            found = await prove(tools, practice, flows=[flow.flow], notes=False)
        except PortalChanged as problem:  # the portal's own pages work, and what we send does not
            stuck[flow.flow] = problem.message
            _log.warning("canary_stuck", practice=practice.name, flow=flow.flow)
            found = ()
        proofs += found
        if flow.flow not in stuck:
            await _keep(tools, practice, flow, found)
        well = flow.flow not in stuck and all(proof.equal for proof in found)
        await bear_out(tools, practice.portal, flow.flow, well=well)
        if not well or await _broken(tools, practice, flow):
            await capture_flow(tools, practice, flow.flow)  # two captures show what changed
            healed += await heal_endpoints(tools, practice, flow.flow, found)
        if well:
            healed += await heal_mappings(tools, practice, flow.flow, found)
    return Sung(tuple(flow.flow for flow in chosen), stuck, tuple(proofs), tuple(healed))


async def _chosen(
    tools: Tools, practice: Practice, flows: Collection[str], most: int
) -> list[Flow]:
    """Flows that read; the login is played often enough."""
    login = tools.catalog.portal(practice.portal).login
    if flows:
        return [tools.catalog.flow(practice.portal, name) for name in flows][:most]
    notes = await tools.baselines.notes(practice.name)
    seen = {note.key.name: note.at for note in notes if note.key.onlooker == "browser"}
    shown = _shown(tools.catalog.endpoints(practice.portal))
    reading = [
        flow
        for flow in tools.catalog.flows(practice.portal)
        if flow.effect == "read" and flow.flow != login and flow.flow in shown
    ]
    return sorted(reading, key=lambda flow: (seen.get(flow.flow, _NEVER), flow.flow))[:most]


async def _broken(tools: Tools, practice: Practice, flow: Flow) -> bool:
    """Whether something breaks though both are equal: a list may end too early both ways."""
    cause = await cause_of(tools, practice, flow.flow)
    return cause is not None and cause.severity is Severity.BREAKING


def _shown(endpoints: Sequence[Endpoint]) -> frozenset[str]:
    return frozenset(each.flow or each.endpoint for each in endpoints)


async def _keep(
    tools: Tools, practice: Practice, flow: Flow, proofs: Sequence[verify.Proof]
) -> None:
    """Open an incident for what differs, and end it when replay is equal again."""
    key = BaselineKey(practice.name, f"canary {flow.flow}", "browser")
    told = [_finding(practice, flow, proof) for proof in proofs if not proof.equal]
    known = await tools.incidents.find(practice=practice.name, names=[key.name])
    now = tools.clock.now()
    followed = drift.follow(known, told, name=key.name, onlooker="browser", at=now)
    number, content = await tools.baselines.load(key)
    turn = BaselineTurn(key, number, content, number + 1, followed.incidents, followed.events)
    await tools.baselines.keep(practice.name, [turn], at=now)


def _finding(practice: Practice, flow: Flow, proof: verify.Proof) -> Finding:
    """What differs, without any value of it."""
    return Finding(
        rule=DIFFERS,
        severity=Severity.BREAKING,
        portal=practice.portal,
        practice=practice.name,
        flow=flow.flow,
        subject=proof.endpoint,
        before="equal to the screen",
        after="other items" if proof.browser_items == proof.replay_items else "other numbers",
        consumed="read",
        origin="data",
    )
