"""Send one request of a write: noted before it leaves, and what came back noted after."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from automation import replay
from automation.errors import AnswerLate, LeaseLost, VetportalError
from automation.model import Filled, JournalStep, Said, Write
from automation.writes.desk import Desk
from automation.writes.gate import FencedGate
from automation.writes.inputs import sensitive_texts
from automation.writes.known import Known
from automation.writes.seams import Seam
from automation.writes.shown import shown_request

_HIDDEN = "***"


class Sending:
    """Sends the requests of one write, each once.

    Args:
        desk: what it is done with.
        write: whose requests they are.
        known: what they are filled from.
    """

    def __init__(self, desk: Desk, write: Write, known: Known) -> None:
        self._desk, self._write, self._known = desk, write, known
        self._sensitive = sensitive_texts(known.operation, dict(known.inputs))

    async def keep(self, step: JournalStep, **changed: object) -> JournalStep:
        """Keep what is new about a step in the journal.

        Raises:
            LeaseLost: another process went on with it meanwhile.
        """
        update = {**changed, "fence": self._desk.lease.fence}
        made = step.model_copy(update=update)
        if not await self._desk.journal.keep_step(self._write, made):
            raise LeaseLost(f"another process went on with {step.step} meanwhile")
        return made

    async def send(self, step: JournalStep, name: str, values: Mapping[str, Filled]) -> JournalStep:
        """Build a request, send it, and note what the portal said to it.

        Args:
            step: planned.
            name: of the endpoint.
            values: its inputs.

        Returns:
            the step as it was sent, with the answer.

        Raises:
            VetportalError: no byte left, and the step is planned as before.
        """
        desk, endpoint = self._desk, self._desk.endpoints(name)
        session = await desk.session.of(endpoint)
        await session.confirm()
        call = await replay.prepared_call(
            endpoint,
            session,
            inputs=self._known.filled(values),
            clock=desk.clock,
            rng=desk.rng,
        )
        hidden = (*session.slots.values(), *self._sensitive)
        size = len(call.content or b"")
        step = await self.keep(step, request=shown_request(call, hidden, desk.rng), size=size)
        detail = {"write": self._write.id, "step": step.step, "attempt": str(step.attempt)}
        desk.audit.note("write.sent", practice=self._write.practice, detail=detail)
        await desk.audit.flush()
        gate = FencedGate(
            desk.journal,
            desk.lease,
            write=self._write,
            step=step,
            times=desk.times,
            seam=desk.seam,
        )
        try:
            said = await replay.submit_call(endpoint, session, call, gate)
        except VetportalError as problem:
            if not gate.passed:
                if gate.opened:
                    fence = desk.lease.fence
                    await desk.journal.take_back(self._write, step.step, fence=fence)
                raise
            late = isinstance(problem, AnswerLate)
            said = Said(verdict="late" if late else "silent", words=problem.message)
        desk.seam(Seam.AFTER_ANSWER_BEFORE_COMMIT)
        said = said.model_copy(
            update={"words": self.hide(said.words), "document": self.hidden(said.document)}
        )
        sent = await self.keep(step, state="sent", said=said)
        if said.verdict == "stranger":
            await session.renew(seen=session.generation)
        return sent

    def hide(self, text: str) -> str:
        """A text without what must not be seen."""
        for secret in self._sensitive:
            text = text.replace(secret, _HIDDEN)
        return text

    def hidden(self, value: JsonValue) -> JsonValue:
        """A document of the portal without what must not be seen."""
        if not self._sensitive:
            return value
        if isinstance(value, dict):
            return {name: self.hidden(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.hidden(inner) for inner in value]
        return self.hide(value) if isinstance(value, str) else value
