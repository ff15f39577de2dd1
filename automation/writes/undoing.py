"""Take back what was done before the portal refused a later step, the last one first.

What takes a step back names the one thing that it is about, so that sending it again is harmless.
"""

from __future__ import annotations

import asyncio

from automation.model import ENDED, JournalStep, Write, WriteStep
from automation.writes.desk import Desk
from automation.writes.known import Known
from automation.writes.looking import CANNOT
from automation.writes.seams import Seam
from automation.writes.sending import Sending
from automation.writes.settling import ATTEMPTS

PREFIX = "undo:"


def taken_back(write: Write) -> frozenset[str]:
    """The steps of a write that were taken back."""
    done = (each.step for each in write.steps if each.happened and each.step.startswith(PREFIX))
    return frozenset(each.removeprefix(PREFIX) for each in done)


class Undoing:
    """Takes steps of one write back.

    Args:
        desk: what it is done with.
        known: what the steps kept.
        sending: sends and keeps.
    """

    def __init__(self, desk: Desk, known: Known, sending: Sending) -> None:
        self._desk, self._known, self._sending = desk, known, sending

    async def take_back(self, write: Write, until: WriteStep) -> None:
        """Take back the steps before one that was refused, as far as that goes.

        Raises:
            Transient: the portal cannot be asked now.
        """
        plans = write.declared.steps
        for plan in reversed(plans[: plans.index(until)]):
            step = write.step(plan.step)
            undo = plan.undo
            if step is None or not step.happened or undo is None:
                continue
            if undo.when is not None and not self._known.holds(undo.when):
                continue
            self._desk.seam(Seam.BETWEEN_STEPS)
            if not await self._one(write, plan):
                return

    async def _one(self, write: Write, plan: WriteStep) -> bool:
        """Take one step back; whether it is."""
        name = f"{PREFIX}{plan.step}"
        number = len(write.declared.steps) + 1 + len(taken_back(write))
        await self._desk.journal.add_step(write, JournalStep(step=name, number=number))
        while True:
            step = (await self._desk.journal.load(write.id)).step(name)
            if step is None or step.state in ENDED or step.state == "unknown":
                return step is not None and bool(step.happened)
            if step.state == "sent":
                await self._conclude(step)
            else:
                await self._send(plan, step)

    async def _send(self, plan: WriteStep, step: JournalStep) -> None:
        undo = plan.undo
        if undo is None:
            return
        try:
            await self._sending.send(step, undo.endpoint, undo.values)
        except CANNOT as problem:
            await self._sending.keep(step, state="refused", happened=False, why=problem.message)

    async def _conclude(self, step: JournalStep) -> None:
        """What the answer says; without one it is sent again, a lease's time later."""
        said, keep = step.said, self._sending.keep
        verdict, words = (said.verdict, said.words) if said else ("silent", "there was no answer")
        self._desk.seam(Seam.DURING_READ_BACK)
        if verdict == "yes":
            await keep(step, state="confirmed", happened=True)
        elif verdict == "no" and step.attempt == 1:
            await keep(step, state="refused", happened=False, why=words)
        elif verdict == "no" or step.attempt >= ATTEMPTS:
            why = f"{words}; an earlier try may have taken it back"
            await keep(step, state="unknown", why=why)
        else:
            await asyncio.sleep(self._desk.times.lease)
            await keep(step, state="planned", said=None, attempt=step.attempt + 1)
