"""Perform a write: step by step, each exactly once, whatever dies meanwhile.

It is safe to be called at any time, from any process, after any crash: what is done is known from
the journal, what may be done is searched for, and what is over stays.
"""

from __future__ import annotations

from automation.errors import VetportalError
from automation.model import JournalStep, RefusalCode, Write, WriteStep
from automation.writes.asked import without_sensitive
from automation.writes.desk import Desk
from automation.writes.known import Known
from automation.writes.looking import CANNOT, Looking
from automation.writes.refusals import code_of_problem
from automation.writes.seams import Seam
from automation.writes.searching import CANNOT_TELL, Searching
from automation.writes.sending import Sending
from automation.writes.settling import Settling
from automation.writes.undoing import Undoing, taken_back


class Performing:
    """Performs one write.

    Args:
        desk: what it is done with; its lease is held meanwhile.
        write: as the journal has it.
    """

    def __init__(self, desk: Desk, write: Write) -> None:
        self._desk, self._write = desk, write
        known = Known(write.declared, desk.session.practice, write.inputs, write.marker, write.at)
        known.settings.update(write.settings)
        known.reads.update(write.reads)
        if not write.settings:
            known.set_settings(desk.profile)
        asked = (desk.session, desk.endpoints, desk.clock, desk.rng)
        self._known = known
        self._looking = Looking(known, *asked)
        self._searching = Searching(known, *asked)
        self._sending = Sending(desk, write, known)
        self._settling = Settling(desk, known, self._searching, self._sending)
        self._undoing = Undoing(desk, known, self._searching, self._sending)

    async def perform(self) -> Write:
        """Go on with the write, to its end if that can be told.

        Returns:
            the write as the journal has it then.

        Raises:
            LeaseLost: another process may go on; nothing left since.
            Transient: the portal cannot be asked now.
            VetportalError: the portal does not let us in.
        """
        if self._write.is_over:
            return self._write
        if self._write.state == "unknown":
            return await self._reconcile()
        for plan in self._write.declared.steps:
            step = await self._step(plan)
            if step is None or not (step.happened or step.state == "left_out"):
                return await self._stopped(plan, step)
            self._known.steps[plan.step] = step.kept
        return await self._settle("confirmed", "")

    # ---------------------------------------------------------------- one step

    async def _step(self, plan: WriteStep) -> JournalStep | None:
        """Bring one step to its end, or to where nobody can tell; None when the write ended."""
        step = self._write.step(plan.step) or JournalStep(step=plan.step, number=0)
        if not step.is_over and step.number > 1:
            self._desk.seam(Seam.BETWEEN_STEPS)
        while not step.is_over and step.state != "unknown":
            if step.state == "sent":
                step = await self._settling.settle(plan, step)
                continue
            if not self._known.steps and not await self._may_begin(step):
                return None
            step = await self._sent(plan, step)
        return step

    async def _sent(self, plan: WriteStep, step: JournalStep) -> JournalStep:
        """Send a step that is planned, unless it is left out or something is not as it must be."""
        keep = self._sending.keep
        if plan.when is not None and not self._known.holds(plan.when):
            return await keep(step, state="left_out", kept=dict.fromkeys(plan.keep))
        for need in plan.needs:
            if not self._known.holds(need.holds):
                told = {"why": need.otherwise, "code": need.code}
                return await keep(step, state="refused", happened=False, **told)
        try:
            if step.before is None:
                before = await self._searching.before(plan.read_back)
                step = await keep(step, before=before)
            sent = await self._sending.send(step, plan.endpoint, plan.values)
        except CANNOT as problem:
            told = {"why": problem.message, "code": code_of_problem(problem)}
            return await keep(step, state="refused", happened=False, **told)
        return await self._as_sent(sent)

    async def _as_sent(self, step: JournalStep) -> JournalStep:
        """With the time at which it was sent, which the database knows."""
        kept = (await self._desk.journal.load(self._write.id)).step(step.step)
        return kept or step

    async def _may_begin(self, step: JournalStep) -> bool:
        """Look live just before the first request; what is not as it must be ends the write.

        A request that was silent once may be what is in the way now: then nobody can tell.
        """
        checks = await self._looking.look(self._desk.profile)
        failed = next((check for check in checks if check.outcome == "fails"), None)
        if failed is not None:
            why = failed.why or failed.what
            if step.attempt == 1:
                await self._settle("refused", why, failed.code)
            else:
                await self._sending.keep(step, state="unknown", why=why)
                await self._settle("unknown", why)
            return False
        self._write = self._write.model_copy(
            update={"settings": self._known.settings, "reads": self._known.reads}
        )
        await self._desk.journal.keep(self._write)
        return True

    # ---------------------------------------------------------------- the end

    async def _stopped(self, plan: WriteStep, step: JournalStep | None) -> Write:
        """End at a step that did not happen, or of which nobody can tell."""
        self._write = await self._desk.journal.load(self._write.id)
        if step is None:
            return self._write
        if step.state == "unknown":
            return await self._settle("unknown", f"{plan.step}: {step.why}")
        return await self._failed(plan, step)

    async def _failed(self, plan: WriteStep, step: JournalStep) -> Write:
        """One step surely did not happen: take back what is to be taken back, and say so."""
        if plan.refused == "undo":
            await self._undoing.take_back(self._write, plan)
            self._write = await self._desk.journal.load(self._write.id)
        doubtful = next((each for each in self._write.steps if each.state == "unknown"), None)
        if doubtful is not None:
            return await self._settle("unknown", f"{step.why}; {doubtful.step}: {doubtful.why}")
        state = "refused" if step.state == "refused" else "reconciled"
        return await self._settle(state, step.why, step.code)

    async def _reconcile(self) -> Write:
        """Search once more for what could not be told; nothing is sent, and nothing goes on."""
        for plan in self._write.declared.steps:
            step = self._write.step(plan.step)
            if step is None or step.state != "unknown":
                if step is not None and step.happened is not False:
                    self._known.steps[plan.step] = step.kept
                continue
            try:
                found = await self._searching.found(plan.read_back, step.before or ())
            except CANNOT_TELL:
                return self._write  # a person looks
            if len(found) == 1:
                await self._settling.confirm(plan, step, found[0], state="reconciled")
            elif found or not await self._is_surely_absent(plan, step):
                return self._write
            else:
                why = f"{step.why}; it is not there"
                await self._sending.keep(step, state="reconciled", happened=False, why=why)
        await self._undoing.look_again(self._write)
        return await self._reconciled()

    async def _is_surely_absent(self, plan: WriteStep, step: JournalStep) -> bool:
        """Long after it was sent, and nothing about money."""
        age = await self._desk.journal.now() - (step.sent_at or 0.0)
        return plan.repeatable and age > self._desk.times.late

    async def _reconciled(self) -> Write:
        self._write = await self._desk.journal.load(self._write.id)
        if any(each.state == "unknown" for each in self._write.steps):
            return self._write
        for step in self._write.steps:
            if step.happened:
                self._known.steps[step.step] = step.kept
        return await self._settle("reconciled", "it could not be told at first")

    async def _settle(self, state: str, why: str, code: RefusalCode | None = None) -> Write:
        """End the write, or leave it as unknown, with what it gives and what of it happened."""
        self._desk.seam(Seam.BEFORE_SETTLING)
        write = await self._desk.journal.load(self._write.id)
        over = state != "unknown"
        changed = {
            "state": state,
            "why": why,
            "code": code,
            "happened": happened(write) if over else None,
            "settings": self._known.settings,
            "reads": self._known.reads,
            "result": {} if happened(write) is False else result_of(self._known),
        }
        if over:
            changed["inputs"] = without_sensitive(write.declared.inputs, write.inputs)
        done = await self._desk.journal.settle(write.model_copy(update=changed))
        self._desk.audit.note(
            f"write.{state}",
            practice=write.practice,
            outcome=state,
            detail={"write": write.id, "operation": write.operation},
        )
        return done


def happened(write: Write) -> bool | None:
    """Whether the portal has all of it, or nothing; None where it has a part."""
    planned = [write.step(plan.step) for plan in write.declared.steps]
    wanted = [step for step in planned if step is not None and step.state != "left_out"]
    back = taken_back(write)
    has = [bool(step.happened) and step.step not in back for step in wanted]
    return True if all(has) else None if any(has) else False


def result_of(known: Known) -> dict[str, object]:
    """What the caller gets, as far as it is known."""
    try:
        return {name: known.value(path) for name, path in known.operation.result.items()}
    except VetportalError:
        return {}
