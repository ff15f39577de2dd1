"""Ask every rule, weigh what it saw by what we use, and name it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from automation.drift.baseline import Baseline, Observation
from automation.drift.builds import new_build
from automation.drift.consumption import NOTHING, Consumption
from automation.drift.grouping import grouped
from automation.drift.rules import RULES, Rule
from automation.drift.view import Change, View
from automation.model import Finding, Severity

_LOUD: Final = frozenset({Severity.BREAKING, Severity.RISKY})
_WEIGHTS: Final = {Severity.BREAKING: 0, Severity.RISKY: 1, Severity.COSMETIC: 2}
_RELEASE: Final = timedelta(hours=72)
_PRACTICES: Final = 2


class Judged(NamedTuple):
    """What one run says.

    Attributes:
        findings: how it differs; what is environment is among them, marked by its origin.
        baseline: the baseline after it.
    """

    findings: tuple[Finding, ...]
    baseline: Baseline


def judge(baseline: Baseline, now: Observation, consumption: Consumption = NOTHING) -> Judged:
    """Compare one run with its baseline, and take it in where it is as it was.

    A run with trouble of the environment is neither taken in nor does it wait: it says nothing of
    the portal.
    """
    if not baseline.ready:
        return Judged((), baseline.taking(now))
    found = tuple(findings(baseline, now, consumption))
    fine = {_same(one) for one in found if one.fingerprint in baseline.approved}
    told = once(grouped([one for one in found if _same(one) not in fine]))
    if any(one.origin == "environment" for one in told):
        trouble = tuple(one for one in told if one.origin == "environment")
        return Judged(trouble, baseline)
    loud = any(one.severity in _LOUD for one in told)
    return Judged(told, baseline.holding(now) if loud else baseline.taking(now))


def findings(
    baseline: Baseline, now: Observation, consumption: Consumption = NOTHING
) -> Iterator[Finding]:
    """Every difference that a rule sees, in the order of the rules."""
    view = View(baseline.compare(now), consumption)
    build = new_build((call.before, call.now) for call in view.calls)
    seen: set[str] = set()
    for rule in RULES:
        for change in rule.check(view):
            finding = _finding(rule, change, baseline, build)
            if finding.fingerprint not in seen:
                seen.add(finding.fingerprint)
                yield finding


def once(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each difference once: a page that several steps show is the worst of them, or the first."""
    told: dict[tuple[str, ...], Finding] = {}
    for one in found:
        same = _same(one)
        if same not in told or _level(one) < _level(told[same]):
            told[same] = one
    return tuple(told.values())


def _same(finding: Finding) -> tuple[str, ...]:
    """What a difference is, whichever step shows it."""
    return (finding.rule, finding.subject, finding.before, finding.after)


def _level(finding: Finding) -> int:
    """Its place among the severities, worst first."""
    return list(Severity).index(finding.severity)


def severity_of(rule: Rule, change: Change) -> Severity:
    """The change times its use: what is not used is cosmetic, but for what may become so."""
    if change.use == "none":
        return change.unused or rule.unused
    return change.severity or rule.used


def weight(finding: Finding) -> int:
    """The place of a finding among others, the worst first."""
    return _WEIGHTS[finding.severity]


def _finding(rule: Rule, change: Change, baseline: Baseline, build: str) -> Finding:
    return Finding(
        rule=rule.id,
        severity=severity_of(rule, change),
        portal=baseline.portal,
        practice=baseline.practice,
        flow=baseline.flow,
        step=change.step,
        subject=change.subject,
        before=change.before,
        after=change.after,
        consumed=change.use,
        origin="environment" if change.environment else rule.origin,
        confidence="repeated" if baseline.waiting else "once",
        heal=change.heal,
        build="" if change.environment else build,
    )


class Release(NamedTuple):
    """One finding with the practices it was seen in.

    Attributes:
        finding: as it was first seen.
        practices: in the order in which they had it.
        since: when the first had it.
        portal_wide: two practices had it within three days, so that it is a release of the portal
            and not the configuration of one practice.
    """

    finding: Finding
    practices: tuple[str, ...]
    since: datetime
    portal_wide: bool


def releases(found: Iterable[tuple[datetime, Finding]]) -> tuple[Release, ...]:
    """The findings of all practices, each difference once."""
    groups: dict[str, list[tuple[datetime, Finding]]] = {}
    for moment, finding in sorted(found, key=lambda each: each[0]):
        groups.setdefault(finding.fingerprint, []).append((moment, finding))
    return tuple(_release(group) for group in groups.values())


def _release(group: list[tuple[datetime, Finding]]) -> Release:
    since, first = group[0]
    firsts = {finding.practice: moment for moment, finding in reversed(group)}
    ordered = sorted(firsts, key=lambda practice: firsts[practice])
    near = [practice for practice in ordered if firsts[practice] - since <= _RELEASE]
    wide = len(near) >= _PRACTICES
    return Release(
        finding=first.model_copy(update={"confidence": "practices"}) if wide else first,
        practices=tuple(ordered),
        since=since,
        portal_wide=wide,
    )
