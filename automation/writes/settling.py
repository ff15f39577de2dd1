"""Settle one request that may have left: what the portal shows decides, never the answer alone.

=============  ==================================================================================
the portal     and what follows
=============  ==================================================================================
shows it       confirmed, whatever it answered
shows several  unknown: nobody can tell which
said no        it is not there, or it is a thing that somebody else changed: refused, in its words
knew us not    it is not there: sent anew where that is harmless, after a login; else refused
asked to wait  it is not there: sent anew where that is harmless; else refused
else           searched for again a lease's time later. Still not there: sent anew where that is
               harmless; else unknown, for a person. So is what was waited for in vain, because
               the portal may be at it still.
=============  ==================================================================================
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue

from automation.model import JournalStep, Verdict, WriteStep
from automation.writes.desk import Desk
from automation.writes.known import Known, found_at
from automation.writes.refusals import code_of
from automation.writes.seams import Seam
from automation.writes.searching import CANNOT_TELL, Searching
from automation.writes.sending import Sending

ATTEMPTS: Final = 3
"""How often a request is sent that the portal surely does not have."""
STRANGERS: Final = 6
"""How often, where it knew us not: it looked at nothing, and others may use up the new session."""
_ANSWERED: Final[frozenset[Verdict]] = frozenset({"yes", "no", "stranger", "busy"})
_SAID_NO: Final[frozenset[Verdict]] = frozenset({"no", "stranger", "busy"})
_TOLD: Final[Mapping[Verdict, str]] = {
    "yes": "the portal said yes",
    "silent": "there was no answer",
    "late": "there was no answer in time",
}


class Settling:
    """Settles the requests of one write.

    Args:
        desk: what it is done with.
        known: what the requests were filled from.
        searching: searches the portal.
        sending: keeps steps.
    """

    def __init__(self, desk: Desk, known: Known, searching: Searching, sending: Sending) -> None:
        self._desk, self._known = desk, known
        self._searching, self._sending = searching, sending

    async def settle(self, plan: WriteStep, step: JournalStep) -> JournalStep:
        """Find out what became of a step that may have left.

        Returns:
            the step in its end, as unknown, or planned once more.

        Raises:
            Transient: the portal cannot be asked now; the step stays as it is.
        """
        said = step.said
        await wait_for_sending(self._desk, step)
        try:
            found = await self._searching.found(plan.read_back, step.before or ())
            if not found and (said is None or said.verdict not in _SAID_NO):
                await asyncio.sleep(self._desk.times.lease)
                found = await self._searching.found(plan.read_back, step.before or ())
        except CANNOT_TELL as problem:
            why = f"it could not be searched for: {problem.message}"
            return await self._sending.keep(step, state="unknown", why=why)
        self._desk.seam(Seam.DURING_READ_BACK)
        if self._is_anothers(plan, step):
            return await self._absent(plan, step)
        if len(found) == 1:
            return await self.confirm(plan, step, found[0], state="confirmed")
        if found:
            why = f"{len(found)} things on the portal are like it"
            return await self._sending.keep(step, state="unknown", why=why)
        return await self._absent(plan, step)

    async def confirm(
        self, plan: WriteStep, step: JournalStep, item: JsonValue, *, state: str
    ) -> JournalStep:
        """Keep what the portal shows, and what later steps use of it."""
        return await self._sending.keep(
            step,
            state=state,
            happened=True,
            after=self._sending.hidden(item),
            kept=self._kept(plan, step, item),
            why="",
        )

    def _is_anothers(self, plan: WriteStep, step: JournalStep) -> bool:
        """Whether a change of one thing was refused: if it is as wanted, somebody else did that."""
        refused = step.said is not None and step.said.verdict == "no" and step.attempt == 1
        return refused and self._desk.endpoints(plan.read_back.endpoint).response.items is None

    async def _absent(self, plan: WriteStep, step: JournalStep) -> JournalStep:
        """The portal does not have it."""
        verdict = step.said.verdict if step.said else "silent"
        words = step.said.words if step.said else ""
        again = plan.repeatable and verdict not in {"no", "late"}
        if again and step.attempt < (STRANGERS if verdict == "stranger" else ATTEMPTS):
            attempt = step.attempt + 1
            return await self._sending.keep(step, state="planned", said=None, attempt=attempt)
        if verdict in _SAID_NO:
            told = {"why": words, "code": code_of(plan, step.said)}
            return await self._sending.keep(step, state="refused", happened=False, **told)
        if again:
            why = f"{_TOLD[verdict]} {step.attempt} times, and the portal shows nothing of it"
            return await self._sending.keep(step, state="reconciled", happened=False, why=why)
        why = f"{_TOLD[verdict]}, and the portal shows nothing of it yet"
        return await self._sending.keep(
            step, state="unknown", why=f"{why} ({words})" if words else why
        )

    def _kept(self, plan: WriteStep, step: JournalStep, item: JsonValue) -> dict[str, JsonValue]:
        """What later steps use: as the portal shows it, or else as it answered."""
        shown = self._at(plan.read_back.keep or plan.keep, item)
        answered = self._at(plan.keep, step.said.document if step.said else None)
        names = dict.fromkeys((*plan.keep, *shown))
        return {
            name: shown[name] if shown.get(name) is not None else answered.get(name)
            for name in names
        }

    def _at(self, paths: Mapping[str, str], value: JsonValue) -> dict[str, JsonValue]:
        return {name: found_at(path, value, self._known.operation) for name, path in paths.items()}


async def wait_for_sending(desk: Desk, step: JournalStep) -> None:
    """Wait until a request without an answer has left, or never will; nothing is read before."""
    if step.said is None or step.said.verdict not in _ANSWERED:
        sending = desk.times.send + desk.times.upload(step.size)
        rest = (step.sent_at or 0.0) + sending - await desk.journal.now()
        if rest > 0:
            await asyncio.sleep(rest)
