"""The database: idempotent upserts, the change feed, sealed fields, migrations."""

from automation.store.intake import Intake
from automation.store.look import count_practices
from automation.store.scope import Scope, Window
from automation.store.sealing import Sealer
from automation.store.store import Store
from automation.store.writing import Tally

__all__ = ["Intake", "Scope", "Sealer", "Store", "Tally", "Window", "count_practices"]
