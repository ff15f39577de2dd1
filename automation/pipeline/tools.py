"""What the stages work with."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from automation import audit, capture, store
from automation.catalog import Catalog
from automation.inbound import InboundSecrets
from automation.notify import Outlet
from automation.ports import Clock
from automation.session import Sessions
from automation.store import Baselines, Heals, Incidents, Notices, Profiles, WriteIntents
from automation.transport import EventDoor


@dataclass(frozen=True, slots=True)
class Tools:
    """What the stages work with; built once by :mod:`automation.wiring`."""

    catalog: Catalog
    store: store.Store
    sessions: Sessions
    archive: capture.Archive
    audit: audit.AuditLog
    profiles: Profiles
    clock: Clock
    rng: Random
    notices: Notices
    inbound_secrets: InboundSecrets
    journal: WriteIntents
    event_door: EventDoor
    baselines: Baselines
    incidents: Incidents
    heals: Heals
    outlet: Outlet
