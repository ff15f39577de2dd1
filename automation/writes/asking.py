"""Ask the portal about a write; nothing is changed by that."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from random import Random

from automation import replay
from automation.model import Answer, Endpoint, Filled
from automation.ports import Clock, Session
from automation.writes.known import Known

Endpoints = Callable[[str], Endpoint]


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked before a write and after it.

    Attributes:
        known: what values are filled from.
        session: of the practice.
        endpoints: gives the endpoint of a name.
        clock: the current time.
        rng: fresh values.
    """

    known: Known
    session: Session
    endpoints: Endpoints
    clock: Clock
    rng: Random

    def answers(
        self, endpoint: Endpoint, values: Mapping[str, Filled], course: replay.Course
    ) -> AsyncGenerator[Answer]:
        """The answers of a read; that a single thing is not there is an answer, too."""
        return replay.replay_endpoint(
            endpoint,
            self.session,
            inputs=self.known.filled(values),
            course=course,
            clock=self.clock,
            rng=self.rng,
        )
