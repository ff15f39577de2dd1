"""Dry run: every request that an operation would send, checked and shown, with none of them sent.

The reads that an operation makes before it writes are made. A value that only the answer of a step
tells is shown as ``~step.name~``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final, Literal

from automation import replay
from automation.model import (
    Operation,
    Profile,
    Request,
    WriteStep,
)
from automation.ports import Clock, Session
from automation.writes.asking import Endpoints
from automation.writes.checks import Checked, check_conditions, depends_on_steps
from automation.writes.inputs import Inputs, sensitive_texts
from automation.writes.known import Known
from automation.writes.looking import CANNOT, Looking
from automation.writes.reads_only import ReadsOnly
from automation.writes.shown import shown_request

MARKER: Final = "dry-run"


@dataclass(frozen=True, slots=True)
class Planned:
    """One step.

    Attributes:
        step: as it is declared.
        state: ``send``: it would be sent; ``maybe``: if an answer says so; ``left_out``: not this
            time; ``blocked``: no request can be built.
        checks: what must be so just before it.
        request: what would be sent, secrets and sensitive values replaced.
    """

    step: WriteStep = field(repr=False)
    state: Literal["send", "maybe", "left_out", "blocked"]
    checks: tuple[Checked, ...] = ()
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an operation would do.

    Attributes:
        operation: the operation.
        checks: what must be so before anything is sent.
        steps: in order.
    """

    operation: Operation
    checks: tuple[Checked, ...]
    steps: tuple[Planned, ...]

    @property
    def failed(self) -> tuple[Checked, ...]:
        """What is known to be otherwise than it must be."""
        own = (check for planned in self.steps for check in planned.checks)
        return tuple(check for check in (*self.checks, *own) if check.outcome == "fails")


async def dry_run(  # noqa: PLR0913 - everything a write is made of, by name
    operation: Operation,
    session: Session,
    *,
    inputs: Inputs,
    endpoints: Endpoints,
    profile: Profile | None,
    clock: Clock,
    rng: Random,
) -> DryRun:
    """Check an operation and show what it would send; nothing is written.

    Args:
        operation: what would be done.
        session: of the practice.
        inputs: checked.
        endpoints: gives the endpoint of a name.
        profile: of the practice; None where it was never read.
        clock: the current time.
        rng: fresh values.

    Raises:
        BadFile: a path of the operation does not fit what it is given.
        LoggedOut, PersonNeeded, PracticeMixedUp, Transient: as a reading.
    """
    at = clock.now().isoformat()
    known = Known(operation, session.practice, inputs, MARKER, at)
    known.set_settings(profile)
    reads_only = ReadsOnly(session)
    run = _Run(known, reads_only, endpoints, clock, rng)
    checks = await Looking(known, reads_only, endpoints, clock, rng).look(profile)
    steps = [await run.step(step) for step in operation.steps]
    return DryRun(operation, checks, tuple(steps))


@dataclass
class _Run:
    known: Known
    session: ReadsOnly
    endpoints: Endpoints
    clock: Clock
    rng: Random

    async def step(self, step: WriteStep) -> Planned:
        """Show one step, with what it would keep standing for values that come later."""
        planned = await self._planned(step)
        self.known.steps[step.step] = {
            name: None if planned.state == "left_out" else replay.Later(f"~{step.step}.{name}~")
            for name in step.keep
        }
        return planned

    async def _planned(self, step: WriteStep) -> Planned:
        later = step.when is not None and depends_on_steps(step.when)
        if step.when is not None and not later and not self.known.holds(step.when):
            return Planned(step, "left_out")
        checks = tuple(check_conditions(step.needs, self.known))
        try:
            request = await self._request(step)
        except CANNOT as problem:
            told = Checked(f"request of {step.step}", "fails", problem.message)
            return Planned(step, "blocked", (*checks, told))
        return Planned(step, "maybe" if later else "send", checks, request)

    async def _request(self, step: WriteStep) -> Request:
        endpoint = self.endpoints(step.endpoint)
        session = await self.session.of(endpoint)
        call = await replay.prepared_call(
            endpoint,
            session,
            inputs=self.known.filled(step.values),
            clock=self.clock,
            rng=self.rng,
        )
        inputs = dict(self.known.inputs)
        hidden = (*session.slots.values(), *sensitive_texts(self.known.operation, inputs))
        return shown_request(call, hidden, self.rng)
