"""Schedule: a job that is due again and again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints, field_validator

from automation.model.noun import Noun
from automation.model.spans import covered, refuse_impossible
from automation.model.zone import Zone

Missed = Literal["skip", "once", "all"]
"""What becomes of times at which no worker was there: nothing, one job for all, or one for each."""


class Schedule(Noun):
    """A job that is due again and again.

    Attributes:
        name: what people call it, ``[a-z0-9-]+``.
        practice: where.
        kind: of the job.
        arguments: of the job.
        cron: five fields as cron has them, or six with the seconds first.
        timezone: IANA zone that these times are meant in.
        jitter: seconds by which a fire is late at most; which of them, its time decides.
        missed: what becomes of times at which no worker was there.
        hours: times of day, in that zone, at which it is due at all; always when empty.
        paused_at: when it was paused; None while it is not.
        next_at: when it is due.
        last_at: the time it was due last.
        last_key: key of the job that was asked for then.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
    practice: str
    kind: str
    arguments: dict[str, JsonValue] = {}
    cron: str
    timezone: Zone = "UTC"
    jitter: float = Field(default=0, ge=0)
    missed: Missed = "once"
    hours: tuple[str, ...] = ()
    paused_at: AwareDatetime | None = None
    next_at: AwareDatetime
    last_at: AwareDatetime | None = None
    last_key: str | None = None

    def key_of(self, tick: datetime) -> str:
        """The key of the job of one of its times: that time has one job, whoever asks for it."""
        return f"schedule:{self.name}:{tick:%Y%m%dT%H%M%SZ}"

    def is_open(self, tick: datetime) -> bool:
        """Tell whether it is due at all at this time of day."""
        return not self.hours or covered(
            self.hours, tick.astimezone(ZoneInfo(self.timezone)).time()
        )

    @field_validator("hours")
    @classmethod
    def _are_spans(cls, value: Sequence[str]) -> tuple[str, ...]:
        refuse_impossible(value)
        return tuple(value)
