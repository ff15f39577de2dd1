"""Sketches of a page as it was and as it is, with the control that a finding is about marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Final

import structlog

from automation import notify
from automation.errors import VetportalError
from automation.model import Flow, Snapshot, Step, Target, When
from automation.page import Box, Look, heal, look_of, look_of_target, sketch
from automation.pipeline.tools import Tools

_FAILED: Final = "-failed"

_log: Final = structlog.get_logger()


def pictured(tools: Tools, alarm: notify.Alarm) -> notify.Alarm:
    """An alarm with sketches of the page it is about, where runs in the browser kept its pages.

    Args:
        tools: what to work with.
        alarm: what is told.
    """
    finding = alarm.finding
    if not (finding.rule.startswith("dom.") and finding.step) or alarm.over:
        return alarm
    if finding.flow not in tools.catalog.flow_names(finding.portal):
        return alarm
    try:
        flow = tools.catalog.flow(finding.portal, finding.flow)
        target, order = _target(flow, finding.step), tuple(_order(flow.steps))
        before, now = _pages(tools, alarm)
    except VetportalError as problem:  # a letter without pictures is a letter
        _log.warning("page_not_sketched", finding=finding.fingerprint, why=problem.message)
        return alarm
    if target is None or not before or not now:
        return alarm
    old, new = (_page(pages, finding.step, order) for pages in (before, now))
    names = _names(tools, finding.portal)
    return _with_sketches(alarm, look_of_target(target), old, new, names)


def _names(tools: Tools, portal: str) -> frozenset[str]:
    """What our flows call controls: words of the portal, never of a record."""
    targets = (target for flow in tools.catalog.flows(portal) for target in _targets(flow.steps))
    return frozenset(look_of_target(target).name for target in targets)


def _targets(steps: Iterable[Step]) -> Iterator[Target]:
    for step in steps:
        if isinstance(step, When):
            yield from _targets(step.steps)
        target = getattr(step, "target", None)
        if isinstance(target, Target):
            yield target


def _pages(tools: Tools, alarm: notify.Alarm) -> tuple[tuple[Snapshot, ...], tuple[Snapshot, ...]]:
    """The pages of the last run that was well before the one that saw it, and of the latest."""
    practice, flow = alarm.finding.practice, alarm.finding.flow
    runs = tools.archive.runs(practice, flow)
    since = f"{alarm.since.astimezone(UTC):%Y%m%dT%H%M%S%f}"
    until_seen = [run for run in runs if run[0] < since]
    well = [name for name, is_well in until_seen[:-1] if is_well]
    if not well:
        return (), ()
    return tools.archive.pages(practice, well[-1]), tools.archive.pages(practice, runs[-1][0])


def _with_sketches(
    alarm: notify.Alarm,
    meant: Look,
    before: Snapshot | None,
    now: Snapshot | None,
    names: frozenset[str],
) -> notify.Alarm:
    old, new = _placed(before), _placed(now)
    then = _index(meant, old)
    today = _index(old[then] if then is not None else meant, new)
    return replace(alarm, before=_drawn(old, then, names), after=_drawn(new, today, names))


def _target(flow: Flow, path: str) -> Target | None:
    """The target of a step; None where it has none."""
    steps: tuple[Step, ...] = flow.steps
    found: Step | None = None
    for number in path.split("."):
        if not number.isdecimal() or not 0 < int(number) <= len(steps):
            return None
        found = steps[int(number) - 1]
        steps = found.steps if isinstance(found, When) else ()
    target = getattr(found, "target", None)
    return target if isinstance(target, Target) else None


def _page(pages: Sequence[Snapshot], step: str, order: Sequence[str]) -> Snapshot | None:
    """The page that a step acts on: that before it acted, or that on which a run stopped at it.

    A page is called after the last step that acted: by its own where that did not succeed, by the
    step before where nothing was found to act on.
    """
    names = [each.step for each in pages]
    if step in names:
        return pages[max(names.index(step) - 1, 0)]
    stopped = pages[-1].step if pages else ""
    last = stopped.removesuffix(_FAILED)
    there = stopped != last and last in order and order.index(step) - order.index(last) in {0, 1}
    return pages[-1] if there else None


def _order(steps: Iterable[Step], above: str = "") -> Iterator[str]:
    """The paths of all steps, as they are played."""
    for number, step in enumerate(steps, 1):
        yield f"{above}{number}"
        if isinstance(step, When):
            yield from _order(step.steps, f"{above}{number}.")


def _placed(page: Snapshot | None) -> tuple[Look, ...]:
    looks = map(look_of, page.elements) if page is not None else ()
    return tuple(look for look in looks if look.box is not None)


def _index(meant: Look, looks: Sequence[Look]) -> int | None:
    [match] = heal([meant], looks)
    return match.index


def _drawn(looks: Sequence[Look], marked: int | None, names: frozenset[str]) -> bytes | None:
    boxes = [
        Box(*look.box, look.name if look.name in names else "")
        for look in looks
        if look.box is not None
    ]
    return sketch(boxes, marked) if boxes else None
