"""Tables by name, and the one statement that each database spells in its own module."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from automation.entities import ENTITIES
from automation.errors import NotKnown
from automation.store.tables import (
    ApiTokenRow,
    AuditEntryRow,
    AuditHeadRow,
    AuditKeyRow,
    AuditSealRow,
    BaselineRow,
    ChallengeRow,
    ChangeRow,
    CircuitRow,
    CoverageRow,
    DataKeyRow,
    ErrandRow,
    EventRow,
    FirstReadingRow,
    HealRow,
    IncidentEventRow,
    IncidentRow,
    LetterRow,
    LikenessRow,
    NoticeRow,
    OrganizationRow,
    PracticeLeaseRow,
    PracticeProfileRow,
    PracticeRow,
    RecipientRow,
    RelayMarkRow,
    RuleActionRow,
    RuleRow,
    RunRow,
    ScheduleRow,
    SealedValueRow,
    SearchTermRow,
    SessionStatusRow,
    SightingRow,
    SpentCallRow,
    StandingFactRow,
    TokenStatusRow,
    TotpMemoryRow,
    WebhookDeliveryRow,
    WebhookEndpointRow,
    WorkerRow,
    WriteIntentRow,
    WriteStepRow,
    WriteStopRow,
)

Insert = postgresql.Insert | sqlite.Insert


def table_of(row: type[SQLModel]) -> Table:
    """The table of a row class."""
    return SQLModel.metadata.tables[str(row.__tablename__)]


ORGANIZATION: Final = table_of(OrganizationRow)
WRITE_STOP: Final = table_of(WriteStopRow)
PRACTICE: Final = table_of(PracticeRow)
DATA_KEY: Final = table_of(DataKeyRow)
SEARCH_TERM: Final = table_of(SearchTermRow)
SEALED_VALUE: Final = table_of(SealedValueRow)
TOTP_MEMORY: Final = table_of(TotpMemoryRow)
RUN: Final = table_of(RunRow)
SIGHTING: Final = table_of(SightingRow)
COVERAGE: Final = table_of(CoverageRow)
ERRAND: Final = table_of(ErrandRow)
CHANGE: Final = table_of(ChangeRow)
LIKENESS: Final = table_of(LikenessRow)
CIRCUIT: Final = table_of(CircuitRow)
API_TOKEN: Final = table_of(ApiTokenRow)
AUDIT_ENTRY: Final = table_of(AuditEntryRow)
AUDIT_SEAL: Final = table_of(AuditSealRow)
AUDIT_HEAD: Final = table_of(AuditHeadRow)
AUDIT_KEY: Final = table_of(AuditKeyRow)
PRACTICE_LEASE: Final = table_of(PracticeLeaseRow)
SPENT_CALL: Final = table_of(SpentCallRow)
PRACTICE_PROFILE: Final = table_of(PracticeProfileRow)
SESSION_STATUS: Final = table_of(SessionStatusRow)
TOKEN_STATUS: Final = table_of(TokenStatusRow)
CHALLENGE: Final = table_of(ChallengeRow)
NOTICE: Final = table_of(NoticeRow)
BASELINE: Final = table_of(BaselineRow)
INCIDENT: Final = table_of(IncidentRow)
INCIDENT_EVENT: Final = table_of(IncidentEventRow)
HEAL: Final = table_of(HealRow)
RECIPIENT: Final = table_of(RecipientRow)
LETTER: Final = table_of(LetterRow)
EVENT: Final = table_of(EventRow)
RELAY_MARK: Final = table_of(RelayMarkRow)
FIRST_READING: Final = table_of(FirstReadingRow)
STANDING_FACT: Final = table_of(StandingFactRow)
WEBHOOK_ENDPOINT: Final = table_of(WebhookEndpointRow)
WEBHOOK_DELIVERY: Final = table_of(WebhookDeliveryRow)
RULE: Final = table_of(RuleRow)
RULE_ACTION: Final = table_of(RuleActionRow)
WORKER: Final = table_of(WorkerRow)
SCHEDULE: Final = table_of(ScheduleRow)
WRITE_INTENT: Final = table_of(WriteIntentRow)
WRITE_STEP: Final = table_of(WriteStepRow)


def entity_table(kind: str) -> Table:
    """The table of a kind of entity.

    Raises:
        NotKnown: there is no such kind.
    """
    if kind not in ENTITIES:
        raise NotKnown("kind of entity", kind, tuple(ENTITIES))
    return table_of(ENTITIES[kind])


def insert_into(connection: AsyncConnection, table: Table) -> Insert:
    """An INSERT that can say what to do on conflict, in the words of this database."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
