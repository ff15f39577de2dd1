"""Recipients to put into a store, and incidents that are written with the letters about them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from automation.model import Finding, Incident, Recipient, Secret, Severity
from automation.store import Store
from automation.store.incidents import write_incidents
from automation.store.letters import queue_letters
from tests.fakes import START
from tests.store.drifting import incident

URL: Final = Secret("slack://canary-token-1/canary-token-2/canary-token-3")
LATER: Final = START + timedelta(hours=1)


def recipient(number: str = "rcp_1", **more: Any) -> Recipient:  # noqa: ANN401
    facts = {"id": number, "organization": "default", "address": "ops@clinic.example"}
    return Recipient.model_validate({**facts, "created_at": START, **more})


def found_in(
    practice: str,
    state: str = "open",
    severity: Severity = Severity.BREAKING,
    **more: Any,  # noqa: ANN401 - fields of an incident
) -> Incident:
    """An incident of a practice; the same finding wherever it is."""
    made = incident(state=state, **more)
    facts = {"practice": practice, "severity": severity}
    finding = Finding.model_validate({**made.finding.model_dump(), **facts})
    return made.model_copy(update={"finding": finding})


async def seen(store: Store, *incidents: Incident, at: datetime = START) -> None:
    """Write what runs saw, each in a transaction of its own."""
    for each in incidents:
        async with store.database.write() as connection:
            await write_incidents(connection, [each])
            await queue_letters(connection, each.finding.practice, [each], at=at)
