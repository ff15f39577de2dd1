"""The database: idempotent upserts, the change feed, sealed fields, migrations."""

from automation.store.intake import Intake
from automation.store.leases import Lease, Leases
from automation.store.look import count_practices
from automation.store.scope import Scope, Window
from automation.store.organizations import Organizations
from automation.store.sealing import Sealer
from automation.store.session_statuses import Challenges, SessionStatuses
from automation.store.store import Store
from automation.store.writing import Tally

__all__ = [
    "Challenges",
    "Intake",
    "Lease",
    "Leases",
    "Scope",
    "Sealer",
    "SessionStatuses",
    "Organizations",
    "Store",
    "Tally",
    "Window",
    "count_practices",
]
