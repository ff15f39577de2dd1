"""What becomes of findings from run to run: opened, seen again, gone, back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from automation.model import Finding, Incident, IncidentEvent, IncidentState, Onlooker, Severity

_GONE_AFTER: Final = 2
"""Runs in a row without a finding after which the portal is believed to be as it was."""
_CONFIRMED: Final = 3


class Followed(NamedTuple):
    """What one run did to the incidents of one baseline.

    Attributes:
        incidents: those that changed.
        events: what happened to them, for the history.
    """

    incidents: tuple[Incident, ...]
    events: tuple[IncidentEvent, ...]


def follow(
    known: Iterable[Incident],
    told: Sequence[Finding],
    *,
    name: str,
    onlooker: Onlooker,
    at: datetime,
) -> Followed:
    """What a run that told these findings does to the incidents that are known.

    One that is not seen ends after two runs, so that one node of a portal that lags behind opens
    and ends nothing. Where the run saw trouble of the environment only, the others stay as they
    are: it says nothing of them.

    Args:
        known: the incidents of the baseline.
        told: what the run told.
        name: of the baseline.
        onlooker: who looked.
        at: when.
    """
    before = {each.finding.fingerprint: each for each in known}
    changed: list[Incident] = []
    events: list[IncidentEvent] = []

    def keep(incident: Incident) -> None:
        old = before.get(incident.finding.fingerprint)
        changed.append(incident)
        if old is None or old.state != incident.state:
            events.append(_event(incident, old, at))

    for finding in told:
        old = before.get(finding.fingerprint)
        if old is None:
            keep(_new(finding, name, onlooker, at))
        elif old.state != "accepted":
            keep(_seen(old, finding, at))
    if not any(each.origin == "environment" for each in told):
        for incident in _missing(before.values(), told):
            keep(incident)
    return Followed(tuple(changed), tuple(events))


def _new(finding: Finding, name: str, onlooker: Onlooker, at: datetime) -> Incident:
    return Incident(
        finding=finding,
        onlooker=onlooker,
        name=name,
        state=_state(finding),
        first_at=at,
        since=at,
        latest_at=at,
    )


def _state(finding: Finding) -> IncidentState:
    return "noted" if finding.severity is Severity.COSMETIC else "open"


def _seen(old: Incident, finding: Finding, at: datetime) -> Incident:
    back = old.state == "resolved"
    runs = old.runs + 1
    sure = runs >= _CONFIRMED and finding.confidence in {"once", "repeated"}
    if old.finding.build and not back:  # a later build brought something else
        finding = finding.model_copy(update={"build": old.finding.build})
    update = {
        "finding": finding.model_copy(update={"confidence": "confirmed"}) if sure else finding,
        "state": _state(finding),
        "since": at if back else old.since,
        "latest_at": at,
        "runs": runs,
        "swings": old.swings + back,
        "absent": 0,
    }
    return old.model_copy(update=update)


def _missing(known: Iterable[Incident], told: Sequence[Finding]) -> Iterator[Incident]:
    seen = {finding.fingerprint for finding in told}
    for incident in known:
        if incident.state == "open" and incident.finding.fingerprint not in seen:
            absent = incident.absent + 1
            state = "resolved" if absent >= _GONE_AFTER else "open"
            yield incident.model_copy(update={"absent": absent, "state": state})


def _event(incident: Incident, old: Incident | None, at: datetime) -> IncidentEvent:
    opened = incident.state == "open"
    what = ("returned" if old is not None else "opened") if opened else incident.state
    return IncidentEvent.model_validate(
        {
            "practice": incident.finding.practice,
            "fingerprint": incident.finding.fingerprint,
            "onlooker": incident.onlooker,
            "at": at,
            "what": what,
        }
    )
