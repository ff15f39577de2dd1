"""The database: idempotent upserts, the change feed, sealed fields, migrations."""

from automation.store.data_keys import DataKeys
from automation.store.database import Database
from automation.store.data_keys import DataKeys
from automation.store.database import Database
from automation.store.intake import Intake
from automation.store.leases import Lease, Leases
from automation.store.look import count_practices
from automation.store.scope import Scope, Window
from automation.store.sealed_values import Sealed
from automation.store.organizations import Organizations
from automation.store.sealed_values import Sealed
from automation.store.sealing import Sealer
from automation.store.session_statuses import Challenges, SessionStatuses
from automation.store.store import Store
from automation.store.writing import Tally

__all__ = [
    "Challenges",
    "DataKeys",
    "Database",
    "Intake",
    "Lease",
    "Leases",
    "DataKeys",
    "Database",
    "Scope",
    "Sealed",
    "Sealer",
    "SessionStatuses",
    "Organizations",
    "Store",
    "Sealed",
    "Tally",
    "Window",
    "count_practices",
]
