"""Receipt: what was erased when a practice left."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from pydantic import AwareDatetime

from automation.model.noun import Noun


class Receipt(Noun):
    """Proof for the practice of what was erased; it holds nothing of what that was.

    Attributes:
        practice: name of the practice.
        organization: who owned it.
        portal: name of its portal folder.
        at: when it was erased.
        by: who had it erased, as in the audit log.
        erased: how many of each kind: ``patients``, ``changes``, ``captures``, ``data_keys``.
    """

    practice: str
    organization: str
    portal: str
    at: AwareDatetime
    by: str
    erased: Mapping[str, int]

    @property
    def digest(self) -> str:
        """SHA-256 of all that, in hexadecimal; the audit log has it, too."""
        facts = self.model_dump(mode="json")
        text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
