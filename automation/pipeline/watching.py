"""Watch a portal while something else is done: what a run saw, judged and kept.

    exchanges and pages -> signatures -> compared with the baseline -> incidents

Nothing here asks the portal for anything. Looking at drift never ends what is watched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from automation import capture, drift
from automation.catalog import Catalog
from automation.drift import Baseline, Consumption, Observation
from automation.errors import PortalChanged, VetportalError
from automation.model import (
    Capture,
    Coverage,
    Exchange,
    Finding,
    Onlooker,
    Portal,
    Practice,
    Profile,
    Severity,
    Snapshot,
    compare_profiles,
)
from automation.pipeline.tools import Tools
from automation.pipeline.watched import ReplayWatch
from automation.store import BaselineKey, BaselineTurn

_TRIES: Final = 5
_TOGETHER: Final = 10
"""Endpoints that are judged in one go: few transactions, and the loop is free in between."""
_FAILED: Final = "-failed"
_NOT_OURS: Final = frozenset({"PortalDown", "AnswerLate", "Throttled", "NotPermitted", "Refused"})
"""Errors that say nothing of how the portal is made."""

_log: Final = structlog.get_logger()


def consumption_for(files: Catalog, portal: str, flow: str = "") -> Consumption:
    """What is used of a portal, by its files as they are now.

    Args:
        files: the portal folders.
        portal: name of the portal.
        flow: the flow whose steps count; none when empty, or where there is no such flow.
    """
    known = flow in files.flow_names(portal)
    return drift.consumption_of(
        files.endpoints(portal), files.mappings(portal), files.flow(portal, flow) if known else None
    )


class CaptureWatch:
    """Looks at a capture while it is written; it is a sink, and hands everything on.

    Args:
        sink: gets everything, unchanged.
        practice: whose portal it is.
        portal: the kind of portal.
        consumption: what we use of it.

    Attributes:
        pages: what was shown, one page after each step.
    """

    def __init__(
        self,
        sink: capture.CaptureSink,
        practice: Practice,
        portal: Portal,
        consumption: Consumption,
    ) -> None:
        self._sink = sink
        self._network = drift.NetworkWatch(
            practice.base_url, portal=portal.hosts, consumption=consumption
        )
        self._pages = drift.PageWatch(
            practice.base_url, portal=portal.hosts, consumption=consumption
        )
        self._step = ""
        self.pages: list[Snapshot] = []

    def exchange(self, exchange: Exchange) -> None:
        """Look at an exchange and hand it on."""
        self._network.add(exchange)
        self._sink.exchange(exchange)

    def snapshot(self, snapshot: Snapshot, png: bytes | None) -> None:
        """Look at a page and hand it on."""
        self.pages.append(snapshot)
        seen = self._placed(snapshot)
        self._pages.add(seen)
        self._step = seen.step
        self._sink.snapshot(snapshot, png)

    def finish(self, head: Capture) -> None:
        """Put the capture in place."""
        self._sink.finish(head)

    def abandon(self, head: Capture) -> str:
        """Keep what there is as a failed capture and return where it is."""
        return self._sink.abandon(head)

    def observation(self) -> Observation:
        """What was seen."""
        return Observation(network=self._network.signature(), pages=self._pages.signature())

    def _placed(self, snapshot: Snapshot) -> Snapshot:
        """The page on which a step failed is the one that the step before left."""
        if not snapshot.step.endswith(_FAILED):
            return snapshot
        step = self._step or snapshot.step.removesuffix(_FAILED)
        return snapshot.model_copy(update={"step": step})


class _Nowhere:
    """A sink for what is kept elsewhere."""

    def exchange(self, exchange: Exchange) -> None:
        """Take it."""

    def snapshot(self, snapshot: Snapshot, png: bytes | None) -> None:
        """Take it."""

    def finish(self, head: Capture) -> None:
        """Take it."""

    def abandon(self, head: Capture) -> str:
        """Take it."""
        return head.id


def observe_capture(
    seen: Capture, practice: Practice, portal: Portal, consumption: Consumption
) -> Observation:
    """What a capture saw, be it complete or that of a flow that failed."""
    watch = CaptureWatch(_Nowhere(), practice, portal, consumption)
    for exchange in seen.exchanges:
        watch.exchange(exchange)
    for snapshot in seen.snapshots:
        watch.snapshot(snapshot, None)
    return watch.observation()


@dataclass(frozen=True, slots=True)
class Seen:
    """What one run saw of one flow or endpoint.

    Attributes:
        name: of its baseline: the flow, or the endpoint that was replayed.
        flow: the flow that findings are told of.
        onlooker: who looked.
        observation: what was seen.
        consumption: what we use of it.
    """

    name: str
    flow: str
    onlooker: Onlooker
    observation: Observation
    consumption: Consumption


async def keep_seen(
    tools: Tools, practice: Practice, seen: Sequence[Seen], *, trouble: bool = False
) -> tuple[Finding, ...]:
    """Judge what a run saw, and keep the baselines and the incidents after it.

    Args:
        tools: what to work with.
        practice: where.
        seen: what was seen.
        trouble: the run failed for reasons of its own, so that only what it says of the
            environment counts.

    Returns:
        How it differs from the baselines; empty while there are none.
    """
    left = {BaselineKey(practice.name, each.name, each.onlooker): each for each in seen}
    found: list[Finding] = []
    for _ in range(_TRIES):
        judged = await _judge_all(tools, practice, left, trouble=trouble)
        turns = [turn for turn, _ in judged]
        kept = await tools.baselines.keep(practice.name, turns, at=tools.clock.now())
        found += [one for turn, told in judged if turn.key in kept for one in told]
        left = {turn.key: left[turn.key] for turn in turns if turn.key not in kept}
        if not left:
            break
    for key in left:
        _log.warning("baseline_not_kept", practice=key.practice, name=key.name)
    _tell(found)
    return tuple(found)


async def _judge_all(
    tools: Tools, practice: Practice, seen: Mapping[BaselineKey, Seen], *, trouble: bool
) -> list[tuple[BaselineTurn, tuple[Finding, ...]]]:
    """What is to be kept of each, and what it tells; without those that say nothing."""
    loaded = await tools.baselines.load_all(practice.name, seen)
    names = [key.name for key in seen]
    known = await tools.incidents.find(practice=practice.name, names=names)
    judged: list[tuple[BaselineTurn, tuple[Finding, ...]]] = []
    for key, each in seen.items():
        number, content = loaded[key]
        try:
            said = _judge(practice, each, content, trouble=trouble)
        except Exception as error:  # noqa: BLE001 - what was read is read, whatever a rule does
            _log.error("run_not_judged", name=each.name, error=type(error).__name__)
            continue
        if said is None:
            continue
        before = [one for one in known if (one.name, one.onlooker) == (key.name, key.onlooker)]
        followed = drift.follow(
            before, said.findings, name=key.name, onlooker=key.onlooker, at=tools.clock.now()
        )
        packed = said.baseline.packed()
        runs = said.baseline.count
        turn = BaselineTurn(key, number, packed, runs, followed.incidents, followed.events)
        judged.append((turn, said.findings))
    return judged


def _judge(practice: Practice, seen: Seen, content: bytes, *, trouble: bool) -> drift.Judged | None:
    """None where the run was in trouble and says nothing even of that."""
    baseline = opened_baseline(practice, seen.flow, content)
    judged = drift.judge(baseline, seen.observation, seen.consumption)
    if not trouble:
        return judged
    told = _environment(judged.findings)
    return drift.Judged(told, baseline) if told else None


def opened_baseline(practice: Practice, flow: str, content: bytes) -> Baseline:
    """A baseline as it was kept; an empty one before the first run."""
    blank = Baseline(portal=practice.portal, practice=practice.name, flow=flow)
    return Baseline.unpacked(content) or blank


def _environment(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(one for one in found if one.origin == "environment")


def _tell(found: Iterable[Finding]) -> None:
    for finding in found:
        if finding.severity is not Severity.COSMETIC:
            _log.warning(
                "drift_found",
                practice=finding.practice,
                flow=finding.flow,
                rule=finding.rule,
                severity=str(finding.severity),
                finding=finding.fingerprint,
            )


async def keep_capture(
    tools: Tools,
    practice: Practice,
    flow: str,
    watch: CaptureWatch,
    problem: VetportalError | None = None,
) -> tuple[Finding, ...]:
    """Judge what a capture saw.

    Where the flow failed for a reason that is none of the portal's make (it is down, the login
    needs a person), the run says nothing, but for what its pages say of the environment.

    Args:
        tools: what to work with.
        practice: where.
        flow: name of the flow.
        watch: looked at the capture.
        problem: why the flow failed; None when it did not.
    """
    consumption = consumption_for(tools.catalog, practice.portal, flow)
    seen = Seen(flow, flow, "browser", watch.observation(), consumption)
    trouble = problem is not None and not isinstance(problem, PortalChanged)
    return await keep_seen(tools, practice, [seen], trouble=trouble)


def watch_replay(tools: Tools, practice: Practice) -> ReplayWatch:
    """What looks at the calls of a reading."""
    portal = tools.catalog.portal(practice.portal)
    used = consumption_for(tools.catalog, practice.portal)
    return ReplayWatch(practice, portal, used, tools.clock)


async def keep_replay(
    tools: Tools, watch: ReplayWatch, coverage: Mapping[str, Coverage]
) -> tuple[Finding, ...]:
    """Judge what the calls of a reading saw, endpoint by endpoint.

    What was read for changes only is compared with its like: such an answer is often empty.

    Args:
        tools: what to work with.
        watch: looked at the calls.
        coverage: how each endpoint was read, and how that ended.

    Returns:
        How the portal differs from its baselines.
    """
    practice, seen = watch.practice, list[Seen]()
    for name, observation in watch.observations().items():
        read = coverage.get(name)
        if read is not None and read.error in _NOT_OURS:
            continue
        way = read.way if read is not None else "full"
        place = name if way == "full" else f"{name} {way}"
        flow = tools.catalog.endpoint(practice.portal, name).flow or name
        seen.append(Seen(place, flow, "replay", observation, watch.consumption))
    found: list[Finding] = []
    try:
        for at in range(0, len(seen), _TOGETHER):
            found += await keep_seen(tools, practice, seen[at : at + _TOGETHER])
    except VetportalError as problem:  # what was read is read
        _log.error("answers_not_judged", practice=practice.name, why=problem.message)
    return tuple(found)


async def keep_profile(tools: Tools, profile: Profile) -> Profile:
    """Keep what a practice configured, and say where that is another than before.

    What a practice configures is its own business and no drift of the portal: prices,
    departments, custom fields, rights. It has events of its own.

    Args:
        tools: what to work with.
        profile: as it was read.

    Returns:
        The latest profile, with its number.
    """
    before = await tools.profiles.latest(profile.practice)
    kept = await tools.profiles.put(profile)
    sections = Counter(change.section for change in compare_profiles(before, kept))
    if sections:
        detail = {section: str(count) for section, count in sections.items()}
        tools.audit.note("configuration.changed", practice=profile.practice, detail=detail)
        _log.info("configuration_changed", practice=profile.practice, sections=detail)
    return kept
