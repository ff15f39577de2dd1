"""Write: one requested change of the portal, as its journal has it."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field, JsonValue

from automation.model.exchange import Request
from automation.model.noun import Noun
from automation.model.operation import Operation, RefusalCode

WriteState = Literal["planned", "sent", "confirmed", "refused", "unknown", "reconciled"]
"""``planned``: nothing was sent. ``sent``: bytes may have left. ``confirmed``: the portal shows
all of it. ``refused``: the portal, or a check before anything was sent, said no. ``unknown``:
nobody can tell whether it happened. ``reconciled``: it was told afterwards."""
StepState = Literal["planned", "left_out", "sent", "confirmed", "refused", "unknown", "reconciled"]
"""As of a write; ``left_out``: not this time."""
Verdict = Literal["yes", "no", "stranger", "busy", "silent", "late"]
"""What the portal said to a request. ``stranger``: it does not know us any more; ``busy``: not now;
``silent``: no answer, or one that says nothing; ``late``: no answer in the time we waited."""

ENDED: Final = frozenset({"confirmed", "refused", "reconciled"})
"""The states that nothing leaves any more, of writes and of steps."""


UNDO: Final = "undo:"
"""What the names of steps begin with that take another one back."""


class Said(Noun):
    """What the portal answered to a request of a write.

    Attributes:
        verdict: what that means; a read-back decides whether it is so.
        words: its own words where it said no, else what happened instead of an answer.
        status: HTTP status; None without an answer.
        document: the body of an answer that was understood.
    """

    verdict: Verdict
    words: str = ""
    status: int | None = None
    document: JsonValue = None


class JournalStep(Noun):
    """One request of a write: what was sent, what came back, what the portal shows since.

    Attributes:
        step: name of the step; ``undo:sale`` takes ``sale`` back.
        number: its place in the order.
        state: how far it is.
        happened: whether the portal has it; None where nobody knows, or not yet.
        attempt: how often it was about to be sent, from 1.
        fence: of the lease under which it was sent last.
        sent_at: when, in epoch seconds on the database's clock.
        before: what matched before it was sent first: digests of the identities.
        request: the wire request, secrets and sensitive values replaced.
        size: bytes of its body.
        said: the answer; None where none was noted.
        after: the item that was read back.
        kept: what later steps use.
        why: why it was refused, left or could not be told.
        code: why it was refused, for programs; None where that has no code.
    """

    step: str
    number: int
    state: StepState = "planned"
    happened: bool | None = None
    attempt: int = 1
    fence: int = 0
    sent_at: float | None = None
    before: tuple[str, ...] | None = None
    request: Request | None = None
    size: int = 0
    said: Said | None = None
    after: JsonValue = None
    kept: dict[str, JsonValue] = {}
    why: str = ""
    code: RefusalCode | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be done about it."""
        return self.state in ENDED or self.state == "left_out"

    @property
    def takes_back(self) -> bool:
        """Whether it takes another step back."""
        return self.step.startswith(UNDO)


class Write(Noun):
    """One requested change of the portal, with its journal.

    Attributes:
        id: follows from practice, operation and key.
        practice: where.
        operation: name of what is done.
        key: the caller's own, by which the same request is known again.
        actor: who asked for it.
        state: how far it is.
        happened: for one that is over, whether the portal has all of it; None while it is not, and
            where only a part of it happened.
        created_at: when it was accepted, in epoch seconds on the database's clock.
        sent_at: when the first of its requests was sent.
        settled_at: when it was over.
        request_hash: digest of the salted request.
        salt: keeps the digest from being guessed at.
        marker: the text by which it is found again where a portal has a free field.
        at: when it began by our clock, in ISO 8601.
        declared: the operation as it was when the write was accepted.
        inputs: checked; without the sensitive ones once it is over.
        settings: values of the profile, as they were.
        reads: what was read before anything was sent.
        steps: its requests, in order.
        result: what the caller gets.
        why: why it is not confirmed.
        code: why it was refused, for programs; None where that has no code.
    """

    id: str
    practice: str
    operation: str
    key: str
    actor: str
    state: WriteState = "planned"
    happened: bool | None = None
    created_at: float = 0.0
    sent_at: float | None = None
    settled_at: float | None = None
    request_hash: str
    salt: str = Field(repr=False)
    marker: str
    at: str
    declared: Operation = Field(repr=False)
    inputs: dict[str, JsonValue] = Field(repr=False)
    settings: dict[str, JsonValue] = {}
    reads: dict[str, JsonValue] = {}
    steps: tuple[JournalStep, ...] = ()
    result: dict[str, JsonValue] = {}
    why: str = ""
    code: RefusalCode | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be done about it."""
        return self.state in ENDED

    def step(self, name: str) -> JournalStep | None:
        """The step of a name, where the journal has it."""
        return next((each for each in self.steps if each.step == name), None)
