"""Desk: what a write is performed with."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from automation.model import Profile
from automation.ports import Audit, Clock, WritingSession
from automation.store import Lease, WriteIntents
from automation.writes.asking import Endpoints
from automation.writes.seams import Seams
from automation.writes.times import Times


@dataclass(frozen=True, slots=True)
class Desk:
    """What a write is performed with.

    Attributes:
        journal: where everything is kept before it happens.
        lease: of the practice's writer.
        session: of the practice.
        endpoints: gives the endpoint of a name.
        profile: of the practice; None where it was never read.
        audit: is told what was sent.
        clock: the current time, for what is written.
        rng: fresh values.
        times: how long things may take.
        seam: is told each seam as it is passed.
    """

    journal: WriteIntents
    lease: Lease
    session: WritingSession
    endpoints: Endpoints
    profile: Profile | None
    audit: Audit
    clock: Clock
    rng: Random
    times: Times
    seam: Seams
