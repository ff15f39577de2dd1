"""Take back what was done before the portal refused a later step, the last one first.

What takes a step back names the one thing that it is about, so that sending it again is harmless.
Where the operation says how the portal shows that it is taken back, that decides; else the answer
does, and one that is missing is asked for again.
"""

from __future__ import annotations

import asyncio

from automation.model import ENDED, UNDO, JournalStep, Undo, Write, WriteStep
from automation.writes.desk import Desk
from automation.writes.known import Known
from automation.writes.looking import CANNOT
from automation.writes.seams import Seam
from automation.writes.searching import CANNOT_TELL, Searching
from automation.writes.sending import Sending
from automation.writes.settling import ATTEMPTS, wait_for_sending


def taken_back(write: Write) -> frozenset[str]:
    """The steps of a write that were taken back."""
    done = (each.step for each in write.steps if each.happened and each.takes_back)
    return frozenset(each.removeprefix(UNDO) for each in done)


class Undoing:
    """Takes steps of one write back.

    Args:
        desk: what it is done with.
        known: what the steps kept.
        searching: searches the portal.
        sending: sends and keeps.
    """

    def __init__(self, desk: Desk, known: Known, searching: Searching, sending: Sending) -> None:
        self._desk, self._known = desk, known
        self._searching, self._sending = searching, sending

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
            if not await self._one(write, plan, undo):
                return

    async def look_again(self, write: Write) -> None:
        """Look once more whether what could not be told was taken back; nothing is sent.

        Raises:
            Transient: the portal cannot be asked now.
        """
        for plan in write.declared.steps:
            step = write.step(f"{UNDO}{plan.step}")
            if step is None or step.state != "unknown" or plan.undo is None:
                continue
            try:
                done = await self._is_done(plan.undo)
            except CANNOT_TELL:
                continue  # a person looks
            old = await self._desk.journal.now() - (step.sent_at or 0.0) > self._desk.times.late
            if done or (done is False and old):
                why = "" if done else f"{step.why}; it is not taken back"
                await self._sending.keep(step, state="reconciled", happened=done, why=why)

    async def _one(self, write: Write, plan: WriteStep, undo: Undo) -> bool:
        """Take one step back; whether it is."""
        name = f"{UNDO}{plan.step}"
        number = len(write.declared.steps) + 1 + len(taken_back(write))
        await self._desk.journal.add_step(write, JournalStep(step=name, number=number))
        while True:
            step = (await self._desk.journal.load(write.id)).step(name)
            if step is None or step.state in ENDED or step.state == "unknown":
                return step is not None and bool(step.happened)
            if step.state == "planned":
                await self._send(undo, step)
            elif undo.read_back is None:
                await self._believe(step)
            else:
                await self._read_back(undo, step)

    async def _send(self, undo: Undo, step: JournalStep) -> None:
        try:
            await self._sending.send(step, undo.endpoint, undo.values)
        except CANNOT as problem:
            await self._sending.keep(step, state="refused", happened=False, why=problem.message)

    async def _believe(self, step: JournalStep) -> None:
        """What the answer says; without one it is sent again, a lease's time later."""
        verdict, words = _said(step)
        self._desk.seam(Seam.DURING_READ_BACK)
        keep = self._sending.keep
        if verdict == "yes":
            why = "its answer says so; nothing was read back"
            await keep(step, state="confirmed", happened=True, why=why)
        elif verdict == "no" and step.attempt == 1:
            await keep(step, state="refused", happened=False, why=words)
        elif verdict == "no" or step.attempt >= ATTEMPTS:
            why = f"{words}; an earlier try may have taken it back"
            await keep(step, state="unknown", why=why)
        else:
            await self._again(step)

    async def _read_back(self, undo: Undo, step: JournalStep) -> None:
        """What the portal shows; what is not taken back is sent again, a lease's time later."""
        verdict, words = _said(step)
        keep = self._sending.keep
        await wait_for_sending(self._desk, step)
        try:
            done = await self._is_done(undo)
        except CANNOT_TELL as problem:
            why = f"it could not be looked at: {problem.message}"
            await keep(step, state="unknown", why=why)
            return
        self._desk.seam(Seam.DURING_READ_BACK)
        if done:
            await keep(step, state="confirmed", happened=True)
        elif verdict == "no":
            await keep(step, state="refused", happened=False, why=words)
        elif verdict == "late" or step.attempt >= ATTEMPTS:
            why = f"{words or 'the portal said yes'}, and shows it as it was"
            await keep(step, state="unknown", why=why)
        else:
            await self._again(step)

    async def _again(self, step: JournalStep) -> None:
        await asyncio.sleep(self._desk.times.lease)
        await self._sending.keep(step, state="planned", said=None, attempt=step.attempt + 1)

    async def _is_done(self, undo: Undo) -> bool | None:
        """Whether the portal shows it as taken back; None where nothing is declared to show it."""
        if undo.read_back is None:
            return None
        if undo.gone:
            return await self._searching.is_gone(undo.read_back)
        return bool(await self._searching.found(undo.read_back, ()))


def _said(step: JournalStep) -> tuple[str, str]:
    said = step.said
    return (said.verdict, said.words) if said else ("silent", "there was no answer")
