"""Capture: the exchanges and snapshots of one run of one flow."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from automation.model.exchange import Dropped, Exchange
from automation.model.noun import Noun
from automation.model.snapshot import Snapshot


class Capture(Noun):
    """The exchanges and snapshots of one run of one flow.

    Attributes:
        id: unique, sortable by time.
        flow: name of the flow.
        portal: name of the portal folder.
        practice: name of the practice.
        base_url: the practice's base URL.
        started_at: aware time of ``started == 0``.
        timezone: IANA zone the browser ran in.
        inputs: the values this run used for the flow's inputs.
        typed: step path -> input name, so that inference knows which step typed which value.
        label: what the portal calls the practice, by which people choose it.
        effect: what the flow does to the portal.
        used: step path -> the first other value of the run that the step typed or chose by
            (``credential.password``, ``totp``, ``practice.label``).
        exchanges: in order of request start.
        snapshots: one per step, in order.
        dropped: what was left out and why.
    """

    id: str
    flow: str
    portal: str
    practice: str
    base_url: str
    started_at: datetime
    timezone: str = "UTC"
    inputs: dict[str, str] = {}
    typed: dict[str, str] = {}
    label: str = ""
    used: dict[str, str] = {}
    effect: Literal["read", "write"] = "read"
    exchanges: tuple[Exchange, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    dropped: tuple[Dropped, ...] = ()
