"""A baseline and an incident to put into a store."""

from __future__ import annotations

from automation.model import Finding, Incident, IncidentEvent, Severity
from automation.store import BaselineKey
from tests.fakes import START

KEY = BaselineKey("south", "list-pets", "replay")
CONTENT = b'{"accepted": "what it looks like"}' * 20


def incident(rule: str = "net.op.gone", **more: object) -> Incident:
    """One finding, kept."""
    finding = Finding(
        rule=rule,
        severity=Severity.BREAKING,
        portal="acme",
        practice="south",
        flow="list-pets",
        subject="GET own /pets",
    )
    when = {"first_at": START, "since": START, "latest_at": START}
    facts = {"finding": finding, "onlooker": "replay", "name": "list-pets", **when, **more}
    return Incident.model_validate(facts)


def event(of: Incident, what: str = "opened") -> IncidentEvent:
    return IncidentEvent.model_validate(
        {
            "practice": of.finding.practice,
            "fingerprint": of.finding.fingerprint,
            "onlooker": of.onlooker,
            "at": of.latest_at,
            "what": what,
        }
    )
