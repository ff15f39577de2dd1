"""Heal: a repair of a file below ``flows/``, with what speaks for it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from automation.model.noun import Noun

HealState = Literal["proposed", "probation", "accepted", "rejected", "reverted"]
"""``proposed``: a person decides; ``probation``: it was applied by itself and two more runs have
to bear it out; ``reverted``: it was applied and taken back."""


class PatchLine(Noun):
    """One change of a file, as in JSON Patch, with what stood there.

    Attributes:
        op: what is done.
        path: JSON Pointer into the file.
        before: what stood there; None where nothing did.
        after: what is to stand there; None where it goes.
    """

    op: Literal["add", "replace", "remove"]
    path: str
    before: JsonValue = None
    after: JsonValue = None


class Heal(Noun):
    """A repair of a file below ``flows/``, with what speaks for it.

    Attributes:
        portal: name of the portal.
        practice: where it was worked out.
        kind: what is repaired: how a control is found, a call, where a field is read, or a step
            that is missing.
        fingerprint: of the finding behind it; empty where there is none.
        rule: of that finding.
        file: what it changes: ``flow search-clients``, ``endpoint list-clients``, ``mapping
            client``.
        flow: the flow it belongs to.
        step: path of the step; empty for an endpoint.
        patch: the changes.
        action: what may be done with it by itself.
        proof: what was seen that speaks for it, in order.
        state: where it stands.
        at: when it was proposed.
        borne_out: runs since it was applied that were well.
    """

    portal: str
    practice: str
    kind: Literal["locator", "endpoint", "mapping", "step"]
    fingerprint: str = ""
    rule: str = ""
    file: str
    flow: str
    step: str = ""
    patch: tuple[PatchLine, ...]
    action: Literal["apply", "verify", "propose"] = "propose"
    proof: tuple[str, ...] = ()
    state: HealState = "proposed"
    at: datetime
    borne_out: int = 0

    @property
    def id(self) -> str:
        """Twelve hex digits that are the same for the same repair of the same file."""
        said = [self.portal, self.file, *(line.model_dump_json() for line in self.patch)]
        return hashlib.sha256("|".join(said).encode()).hexdigest()[:12]
