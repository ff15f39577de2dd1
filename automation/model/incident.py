"""Incident: one finding in one practice, kept from run to run."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from automation.model.finding import Finding
from automation.model.noun import Noun

Onlooker = Literal["browser", "replay"]
"""Who looked: the portal's own pages in a browser, or our own calls."""

IncidentState = Literal["open", "noted", "accepted", "resolved"]
"""``open``: it is so; ``noted``: nothing of ours is touched, it is in the list of changes only;
``accepted``: somebody said that it is to be so; ``resolved``: the portal is as it was again."""

IncidentEventKind = Literal["opened", "noted", "returned", "resolved", "accepted", "rejected"]


class Incident(Noun):
    """One finding in one practice, kept from run to run.

    Attributes:
        finding: as it was seen last.
        onlooker: who saw it.
        name: of the baseline it differs from: a flow, or an endpoint that is replayed.
        state: where it stands.
        first_at: when it was seen first.
        since: since when it stands so, without a time in which it was gone.
        latest_at: when it was seen last.
        runs: how many runs saw it.
        swings: how often it came back after it was gone.
        absent: runs in a row that did not see it.
    """

    finding: Finding
    onlooker: Onlooker
    name: str
    state: IncidentState = "open"
    first_at: datetime
    since: datetime
    latest_at: datetime
    runs: int = 1
    swings: int = 0
    absent: int = 0


class IncidentEvent(Noun):
    """What happened to an incident, and when.

    Attributes:
        practice: name of the practice.
        fingerprint: of the finding.
        onlooker: who saw it.
        at: when.
        what: what happened.
        who: who decided it; empty where a run did.
    """

    practice: str
    fingerprint: str
    onlooker: Onlooker
    at: datetime
    what: IncidentEventKind
    who: str = ""
