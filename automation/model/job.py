"""Job: a piece of work that survives the process that does it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Literal

import orjson
from pydantic import ConfigDict, Field, JsonValue

from automation.model.noun import Noun

JobQueue = Literal["read", "write", "other"]
"""Where a job waits; ``read`` and ``write`` let one job of a practice run at a time."""

JobState = Literal["waiting", "queued", "running", "done", "dead", "cancelled", "skipped"]
"""Where a job stands.

``waiting``: for its time; ``queued``: for a worker; ``dead``: it failed in a way that only a person
can mend, or too often; ``skipped``: there was a reason not to do it.
"""


class Job(Noun):
    """What is to be done.

    Attributes:
        kind: what a worker calls it (``sync``).
        practice: where; None when it is about no practice.
        arguments: small JSON of names and numbers; never a secret, never personal data.
        person: a person asked for it; quiet hours do not hold it up.
    """

    # what is refused may be what must not be told
    model_config = ConfigDict(hide_input_in_errors=True)

    kind: str
    practice: str | None = None
    arguments: dict[str, JsonValue] = {}
    person: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of what is to be done, by which another job under the same key is known."""
        said = {"kind": self.kind, "practice": self.practice, "arguments": self.arguments}
        return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


class Attempt(Noun):
    """One try of a job.

    Attributes:
        key: of the job; the same key is the same job.
        job: what is to be done.
        queue: where it waits.
        timeout: seconds after which it is ended.
        number: counts the tries, from 1.
        tries: counts those that were to blame, from 1; a person who lets it try anew begins anew.
    """

    key: str
    job: Job
    queue: JobQueue
    timeout: float = Field(gt=0)
    number: int = 1
    tries: int = 1

    def next(self, *, blamed: bool) -> Attempt:
        """The try that follows this one.

        Args:
            blamed: whether this one counts.
        """
        tries = self.tries + (1 if blamed else 0)
        return self.model_copy(update={"number": self.number + 1, "tries": tries})

    def anew(self) -> Attempt:
        """The try that a person allows after the last one."""
        return self.model_copy(update={"number": self.number + 1, "tries": 1})


class JobEnd(Noun):
    """How one try of a job ended.

    Attributes:
        how: ``again`` is tried once more, after a time.
        result: what it gave; small JSON, never personal data.
        error: class of the error, where there was one.
        why: what happened, for people.
        remedy: what to do about it.
        after: seconds until it is tried again.
        blamed: the try counts against the number of tries.
    """

    how: Literal["done", "again", "dead", "skipped"]
    result: JsonValue = None
    error: str = ""
    why: str = ""
    remedy: str = ""
    after: float = 0
    blamed: bool = True


class JobStatus(Noun):
    """Where a job stands, by its latest try.

    Attributes:
        attempt: the latest try.
        state: where it stands.
        created_at: when that try was asked for.
        due_at: the time it waits for, if it does.
        started_at: when a worker took it.
        finished_at: when it ended.
        worker: the process that took it last.
        end: how it ended.
    """

    attempt: Attempt
    state: JobState
    created_at: datetime
    due_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    worker: str | None = None
    end: JobEnd | None = None
