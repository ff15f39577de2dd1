"""The tables that hold no entities."""

from automation.store.tables.api_token import ApiTokenRow
from automation.store.tables.audit import (
    AuditEntryRow,
    AuditHeadRow,
    AuditKeyRow,
    AuditSealRow,
)
from automation.store.tables.challenge import ChallengeRow
from automation.store.tables.change import ChangeRow
from automation.store.tables.circuit import CircuitRow
from automation.store.tables.coverage import CoverageRow, ErrandRow
from automation.store.tables.data_key import DataKeyRow
from automation.store.tables.drift import (
    BaselineRow,
    HealRow,
    IncidentEventRow,
    IncidentRow,
)
from automation.store.tables.event import (
    EventRow,
    FirstReadingRow,
    RelayMarkRow,
    StandingFactRow,
)
from automation.store.tables.likeness import LikenessRow
from automation.store.tables.notice import NoticeRow
from automation.store.tables.organization import OrganizationRow
from automation.store.tables.practice import PracticeRow
from automation.store.tables.practice_lease import PracticeLeaseRow
from automation.store.tables.practice_profile import PracticeProfileRow
from automation.store.tables.recipient import LetterRow, RecipientRow
from automation.store.tables.rule import RuleActionRow, RuleRow
from automation.store.tables.run import RunRow, SightingRow
from automation.store.tables.sealed_value import SealedValueRow
from automation.store.tables.search_term import SearchTermRow
from automation.store.tables.session_status import SessionStatusRow, TokenStatusRow
from automation.store.tables.spent_call import SpentCallRow
from automation.store.tables.totp_memory import TotpMemoryRow
from automation.store.tables.webhook import WebhookDeliveryRow, WebhookEndpointRow
from automation.store.tables.worker import ScheduleRow, WorkerRow
from automation.store.tables.write_intent import WriteIntentRow, WriteStepRow
from automation.store.tables.write_stop import WriteStopRow

__all__ = [
    "ApiTokenRow",
    "AuditEntryRow",
    "AuditHeadRow",
    "AuditKeyRow",
    "AuditSealRow",
    "BaselineRow",
    "ChallengeRow",
    "ChangeRow",
    "CircuitRow",
    "CoverageRow",
    "DataKeyRow",
    "ErrandRow",
    "EventRow",
    "FirstReadingRow",
    "HealRow",
    "IncidentEventRow",
    "IncidentRow",
    "LetterRow",
    "LikenessRow",
    "NoticeRow",
    "OrganizationRow",
    "PracticeLeaseRow",
    "PracticeProfileRow",
    "PracticeRow",
    "RecipientRow",
    "RelayMarkRow",
    "RuleActionRow",
    "RuleRow",
    "RunRow",
    "ScheduleRow",
    "SealedValueRow",
    "SearchTermRow",
    "SessionStatusRow",
    "SightingRow",
    "SpentCallRow",
    "StandingFactRow",
    "TokenStatusRow",
    "TotpMemoryRow",
    "WebhookDeliveryRow",
    "WebhookEndpointRow",
    "WorkerRow",
    "WriteIntentRow",
    "WriteStepRow",
    "WriteStopRow",
]
