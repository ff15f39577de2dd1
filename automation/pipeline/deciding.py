"""What stands about drift, and what people decide about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from automation import drift
from automation.catalog import Catalog
from automation.drift import Baseline
from automation.errors import LeaseLost, NotKnown
from automation.model import (
    Endpoint,
    Finding,
    Flow,
    Heal,
    HealState,
    Incident,
    IncidentEvent,
    IncidentState,
    Mapping,
    PatchLine,
)
from automation.pipeline.tools import Tools
from automation.store import BaselineKey, BaselineTurn

_APPLIED: frozenset[HealState] = frozenset({"accepted", "probation"})


@dataclass(frozen=True, slots=True)
class Standing:
    """One finding with everybody who has it.

    Attributes:
        finding: as it was seen first; its confidence counts the practices.
        practices: in the order in which they had it.
        since: when the first had it.
        latest: when it was seen last.
        runs: how many runs saw it, in all practices.
        swings: how often it came back.
        state: ``open`` where it is open in one practice.
        portal_wide: it is a release of the portal and not what one practice configured.
        heals: the repairs that are known for it.
    """

    finding: Finding
    practices: tuple[str, ...]
    since: datetime
    latest: datetime
    runs: int
    swings: int
    state: IncidentState
    portal_wide: bool
    heals: tuple[Heal, ...] = ()


async def standing_drift(
    tools: Tools,
    *,
    practice: str | None = None,
    portal: str | None = None,
    fingerprint: str | None = None,
    states: Sequence[IncidentState] = ("open",),
) -> tuple[Standing, ...]:
    """What differs, each finding once with all practices that have it; the worst first.

    Args:
        tools: what to work with.
        practice: only of this practice.
        portal: only of this portal.
        fingerprint: only findings whose fingerprint begins so.
        states: only in one of these states.
    """
    found = await tools.incidents.find(
        practice=practice, portal=portal, fingerprint=fingerprint, states=states
    )
    by_print: dict[str, list[Incident]] = defaultdict(list)
    for incident in found:
        by_print[incident.finding.fingerprint].append(incident)
    heals: dict[str, list[Heal]] = defaultdict(list)
    for heal in await tools.heals.find(portal=portal):
        heals[heal.fingerprint].append(heal)
    grouped = drift.releases((each.since, each.finding) for each in found)
    told = [
        _standing(one, by_print[one.finding.fingerprint], tuple(heals[one.finding.fingerprint]))
        for one in grouped
    ]
    return tuple(sorted(told, key=lambda one: (drift.weight(one.finding), one.since)))


def _standing(
    release: drift.Release, incidents: list[Incident], heals: tuple[Heal, ...]
) -> Standing:
    states: set[IncidentState] = {each.state for each in incidents}
    return Standing(
        finding=release.finding,
        practices=release.practices,
        since=release.since,
        latest=max(each.latest_at for each in incidents),
        runs=sum(each.runs for each in incidents),
        swings=max(each.swings for each in incidents),
        state="open" if "open" in states else incidents[0].state,
        portal_wide=release.portal_wide,
        heals=heals,
    )


async def accept_drift(
    tools: Tools, begins: str, *, practice: str | None = None
) -> tuple[Incident, ...]:
    """How it is now is how it is to be: a finding and what follows from it is told no more.

    Args:
        tools: what to work with.
        begins: how its fingerprint begins.
        practice: only there; in all practices that have it when None.

    Raises:
        NotKnown: no finding that stands begins so.
        LeaseLost: somebody else changed the baseline meanwhile, again and again.
    """
    return await _decide(tools, begins, practice, accepts=True)


async def reject_drift(
    tools: Tools, begins: str, *, practice: str | None = None
) -> tuple[Incident, ...]:
    """A finding that was accepted is told again.

    Args:
        tools: what to work with.
        begins: how its fingerprint begins.
        practice: only there; in all practices that have it when None.

    Raises:
        NotKnown: no finding that was accepted begins so.
        LeaseLost: somebody else changed the baseline meanwhile, again and again.
    """
    return await _decide(tools, begins, practice, accepts=False)


async def _decide(
    tools: Tools, begins: str, practice: str | None, *, accepts: bool
) -> tuple[Incident, ...]:
    states: tuple[IncidentState, ...] = ("open", "noted") if accepts else ("accepted",)
    found = await tools.incidents.find(practice=practice, fingerprint=begins, states=states)
    if not begins or not found:
        known = await tools.incidents.find(practice=practice, states=states)
        raise NotKnown("finding", begins, tuple({each.finding.fingerprint for each in known}))
    decided = [await _decided(tools, incident, accepts=accepts) for incident in found]
    verb = "accepted" if accepts else "rejected"
    for incident in decided:
        tools.audit.note(
            f"drift.{verb}",
            practice=incident.finding.practice,
            detail={"rule": incident.finding.rule, "finding": incident.finding.fingerprint},
        )
    return tuple(decided)


async def _decided(tools: Tools, incident: Incident, *, accepts: bool) -> Incident:
    finding, now = incident.finding, tools.clock.now()
    state: IncidentState = "accepted" if accepts else "open"
    after = incident.model_copy(update={"state": state, "absent": 0})
    event = IncidentEvent(
        practice=finding.practice,
        fingerprint=finding.fingerprint,
        onlooker=incident.onlooker,
        at=now,
        what="accepted" if accepts else "rejected",
        who=tools.audit.actor,
    )
    prints = (finding.fingerprint, *finding.carries)
    key = BaselineKey(finding.practice, incident.name, incident.onlooker)
    for _ in range(3):
        number, content = await tools.baselines.load(key)
        runs = number
        baseline = Baseline.unpacked(content)
        if baseline is not None:  # a canary compares without one
            baseline = baseline.approving(*prints) if accepts else baseline.rejecting(*prints)
            content = baseline.packed()
            runs = baseline.count
        turn = BaselineTurn(key, number, content, runs, [after], [event])
        if await tools.baselines.keep(key.practice, [turn], at=now):
            return after
    raise LeaseLost(f"the baseline of {incident.name} in {finding.practice} changes all the time")


# ---------------------------------------------------------------- repairs


async def accept_heal(tools: Tools, begins: str) -> Heal:
    """Put a repair into its file, for good.

    Raises:
        NotKnown: there is no such repair.
        Unusable: the file says something else by now.
    """
    heal = await tools.heals.get(begins)
    if heal.state not in _APPLIED:
        put_patch(tools.catalog, heal, heal.patch)
    return await _keep_heal(tools, heal, "accepted")


async def reject_heal(tools: Tools, begins: str) -> Heal:
    """Never propose a repair again; one that was applied is taken back.

    Raises:
        NotKnown: there is no such repair.
        Unusable: the file says something else by now.
    """
    heal = await tools.heals.get(begins)
    if heal.state in _APPLIED:
        put_patch(tools.catalog, heal, drift.inverted(heal.patch))
        return await _keep_heal(tools, heal, "reverted")
    return await _keep_heal(tools, heal, "rejected")


async def _keep_heal(tools: Tools, heal: Heal, state: HealState) -> Heal:
    after = heal.model_copy(update={"state": state})
    await tools.heals.put(after)
    detail = {"heal": heal.id, "file": heal.file}
    tools.audit.note(f"heal.{state}", practice=heal.practice, detail=detail)
    return after


def put_patch(files: Catalog, heal: Heal, lines: Iterable[PatchLine]) -> None:
    """Write the file of a repair with these changes.

    Raises:
        Unusable: the file says something else than when the repair was worked out.
        BadFile: with them it would be no such file any more.
    """
    kind, _, name = heal.file.partition(" ")
    if kind == "flow":
        flow = files.flow(heal.portal, name)
        files.write_flow(Flow.model_validate(drift.patched(plain(flow), tuple(lines))))
    elif kind == "mapping":
        mapping = files.mapping(heal.portal, name)
        after = Mapping.model_validate(drift.patched(plain(mapping), tuple(lines)))
        files.write_mapping(heal.portal, after)
    else:
        endpoint = files.endpoint(heal.portal, name)
        document = drift.patched(plain(endpoint), tuple(lines))
        files.write_endpoint(heal.portal, Endpoint.model_validate(document))


def plain(noun: Flow | Endpoint | Mapping) -> dict[str, JsonValue]:
    """A file as the patches see it."""
    return noun.model_dump(mode="json", exclude_defaults=True, by_alias=True)
