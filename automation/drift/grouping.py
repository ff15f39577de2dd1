"""Tell the first failing level only; what follows from it is listed with it.

The order of decision is: the environment, the right page, what stands in the way, the control, its
effect, the data. Otherwise one new page to sign in at would be thirty findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from automation.model import Finding, Severity

_RANK: Final = {Severity.COSMETIC: 0, Severity.RISKY: 1, Severity.BREAKING: 2}
_NO_OBSTACLE: Final = frozenset({"dom.flow.locale", "dom.flow.step.gone"})
_CAUSES: Final[dict[str, frozenset[str]]] = {
    "dom.form.field.gone": frozenset({"dom.loc.missing"}),
    "dom.form.field.renamed": frozenset({"dom.loc.degraded"}),
    "dom.frame.in": frozenset({"dom.loc.missing", "dom.form.field.gone"}),
}
"""What each rule explains on the same page or in a later step."""
_REDESIGN: Final = "dom.struct"


def grouped(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that are told, each with those that follow from it."""
    obstacle = min(filter(_is_obstacle, found), key=lambda one: _number(one.step), default=None)
    if obstacle is not None:
        behind = [one for one in found if one is not obstacle and _is_behind(one, obstacle)]
        found = _attached(found, obstacle, behind)
    for cause in tuple(found):
        explained = [one for one in found if _explains(cause, one)]
        if explained:
            found = _attached(found, cause, explained)
    touched = {one.step for one in found if one.rule.startswith("dom.") and one.rule != _REDESIGN}
    return tuple(one for one in found if one.rule != _REDESIGN or one.step not in touched)


def _attached(
    found: Iterable[Finding], cause: Finding, behind: Sequence[Finding]
) -> tuple[Finding, ...]:
    gone = {one.fingerprint for one in behind}
    follows = tuple(f"{one.rule} {one.subject}" for one in behind)
    carries = tuple(print_ for one in behind for print_ in (one.fingerprint, *one.carries))
    update = {"follows": (*cause.follows, *follows), "carries": (*cause.carries, *carries)}
    told = cause.model_copy(update=update)
    return tuple(
        told if one.fingerprint == cause.fingerprint else one
        for one in found
        if one.fingerprint not in gone
    )


def _is_obstacle(finding: Finding) -> bool:
    return finding.rule.startswith("dom.flow.") and finding.rule not in _NO_OBSTACLE


def _is_behind(finding: Finding, obstacle: Finding) -> bool:
    """Whether it is of the same page, or of a step that was not reached; data is its own matter."""
    seen = finding.rule.startswith(("dom.", "net.op."))
    return seen and _number(finding.step) >= _number(obstacle.step)


def _explains(cause: Finding, finding: Finding) -> bool:
    known = finding.rule in _CAUSES.get(cause.rule, ())
    return known and _RANK[cause.severity] >= _RANK[finding.severity]


def _number(step: str) -> tuple[int, ...]:
    return tuple(int(part) for part in step.split(".") if part.isdigit())
