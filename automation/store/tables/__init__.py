"""The tables that hold no entities."""

from automation.store.tables.change import ChangeRow
from automation.store.tables.practice import PracticeRow
from automation.store.tables.run import RunRow, SightingRow
from automation.store.tables.sealed_value import SealedValueRow
from automation.store.tables.totp_memory import TotpMemoryRow

__all__ = [
    "ChangeRow",
    "PracticeRow",
    "RunRow",
    "SealedValueRow",
    "SightingRow",
    "TotpMemoryRow",
]
