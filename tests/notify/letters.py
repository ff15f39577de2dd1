"""An alarm as a portal's release raises one, and its envelope."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from automation.model import Finding, Heal, PatchLine, Severity
from automation.notify.letter import Alarm, Envelope

AT: Final = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
FINDING: Final = Finding(
    rule="net.body.field.renamed",
    severity=Severity.BREAKING,
    portal="acme",
    practice="north",
    flow="list-patients",
    step="3",
    subject="POST /Patients/GetGrid rows[].ClientName",
    before="ClientName: text, in every row",
    after="OwnerName: text, in every row",
    consumed="read",
    follows=("net.body.field.new POST /Patients/GetGrid rows[].OwnerId",),
)
HEAL: Final = Heal(
    portal="acme",
    practice="north",
    kind="endpoint",
    file="endpoint list-patients",
    flow="list-patients",
    patch=(
        PatchLine(op="replace", path="/fields/client_name", before="ClientName", after="OwnerName"),
    ),
    proof=("replay equals the browser: 50 of 50 rows",),
    at=AT,
)
ENVELOPE: Final = Envelope(
    "alerts@clinic.example", "ops@clinic.example", AT, FINDING.fingerprint, "let_1"
)


def alarm(**more: Any) -> Alarm:  # noqa: ANN401
    facts: dict[str, Any] = {"practices": ("north", "south"), "since": AT, "heals": (HEAL,)}
    return Alarm(**{"finding": FINDING, **facts, **more})
