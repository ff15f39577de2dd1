"""Kinds of jobs: what each does, where it waits, how long it may take and how often it is tried."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from pydantic import JsonValue

from automation.errors import BadArgument, NotKnown
from automation.model import Attempt, Job, JobQueue, Practice
from automation.pipeline import Tools

Arguments = Mapping[str, JsonValue]
Run = Callable[[Tools, Practice | None, Arguments], Awaitable[JsonValue]]
"""Does a job. It may be done again from the start at any time, after any crash."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job.

    Attributes:
        name: of the kind.
        run: does it.
        queue: where its jobs wait; ``read`` and ``write`` do one of a practice at a time.
        timeout: after which a try is ended.
        tries: how often it is tried before it is held for a person.
        pause: before the second try; each further one waits three times as long.
        may_stop: it may be interrupted anywhere: nothing is sent that could be half done.
        tells: its end says whether the portal answers.
    """

    name: str
    run: Run
    queue: JobQueue
    timeout: timedelta
    tries: int = 5
    pause: timedelta = timedelta(seconds=10)
    may_stop: bool = True
    tells: bool = True


class Kinds:
    """The kinds of jobs that a worker does.

    Args:
        kinds: all of them.
    """

    def __init__(self, *kinds: Kind) -> None:
        self._kinds = {kind.name: kind for kind in kinds}

    def of(self, name: str) -> Kind:
        """The kind of a name.

        Raises:
            NotKnown: there is none.
        """
        if name not in self._kinds:
            raise NotKnown("kind of job", name, tuple(self._kinds))
        return self._kinds[name]

    def attempt(self, job: Job, key: str) -> Attempt:
        """The first try of a job.

        Raises:
            NotKnown: no worker does jobs of its kind.
            BadArgument: its key cannot be told from that of a further try.
        """
        if "~" in key or not key or key != key.strip():
            raise BadArgument(f"{key!r} is no key of a job", remedy="Write one without ~.")
        kind = self.of(job.kind)
        return Attempt(key=key, job=job, queue=kind.queue, timeout=kind.timeout.total_seconds())


def text_of(arguments: Arguments, name: str) -> str:
    """An argument of a job that is a text.

    Raises:
        BadArgument: it is none, or missing.
    """
    found = arguments.get(name)
    if not isinstance(found, str) or not found:
        raise BadArgument(f"the job lacks the argument {name}")
    return found
