"""Finding: one way in which a portal differs from its baseline."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Literal

from automation.model.noun import Noun


class Severity(StrEnum):
    """How much a finding matters to what we do.

    ``breaking``: a step or field that is used will fail or be wrong on the next run. ``risky``: all
    still works, on weaker evidence, or its meaning may have changed. ``cosmetic``: nothing that is
    sent, clicked or mapped is touched.
    """

    BREAKING = "breaking"
    RISKY = "risky"
    COSMETIC = "cosmetic"


class Finding(Noun):
    """One way in which a portal differs from its baseline.

    Attributes:
        rule: id of the rule that found it: ``net.body.field.gone``.
        severity: how much it matters.
        portal: name of the portal.
        practice: name of the practice it was seen in; no part of the fingerprint.
        flow: name of the flow.
        step: path of the step; empty when it belongs to none.
        subject: what differs: an operation with a place in it, or a control of a page.
        before: the shape it had; never a value.
        after: the shape it has; never a value.
        consumed: what we do with it.
        origin: where it comes from; what comes from the environment is no drift.
        confidence: how sure it is; says nothing of the severity.
        heal: a repair of ours is known for it.
        build: the build of the portal that it came with, as the portal says it, or a digest;
            empty where it says nothing, or the same as before. No part of the fingerprint.
        follows: other differences that are its consequences, as ``rule subject``.
        carries: the fingerprints of these; whoever accepts the cause accepts them.
    """

    rule: str
    severity: Severity
    portal: str
    practice: str
    flow: str
    step: str = ""
    subject: str
    before: str = ""
    after: str = ""
    consumed: Literal["none", "read", "written", "identity", "navigation"] = "none"
    origin: Literal["schema", "data", "ui", "auth", "flow", "transport", "environment"] = "schema"
    confidence: Literal["once", "repeated", "confirmed", "practices"] = "once"
    heal: bool = False
    build: str = ""
    follows: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that are the same in every practice and on every day."""
        parts = (self.rule, self.portal, self.flow, self.step, self.subject)
        text = "|".join((*parts, self.before, self.after))
        return hashlib.sha256(text.encode()).hexdigest()[:12]
