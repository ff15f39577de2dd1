"""Look before writing: live reads, and whether everything is as it must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue

from automation import replay
from automation.errors import AnswerNotUnderstood, BadArgument, Gone, NotPermitted
from automation.model import Filled, PriorRead, Profile
from automation.writes.asking import Asking
from automation.writes.checks import Checked, check_conditions, check_rights, check_states
from automation.writes.known import found_at

CANNOT: Final = (AnswerNotUnderstood, BadArgument, Gone, NotPermitted)
"""What a read or a request fails by where the rest can still be told."""


class Looking(Asking):
    """Reads what an operation looks at before it writes, and keeps it in what is known."""

    async def look(self, profile: Profile | None) -> tuple[Checked, ...]:
        """Make the reads, and check what must be so before anything is sent.

        Raises:
            BadFile: a path of the operation does not fit what it is given.
            LoggedOut, PersonNeeded, PracticeMixedUp, Transient: as a reading.
        """
        operation = self.known.operation
        checks = [*check_rights(operation, profile)]
        for name, plan in operation.reads.items():
            checks += await self._read(name, plan)
        if not any(check.outcome == "fails" for check in checks):
            checks += check_conditions(operation.checks, self.known)
            checks += check_states(operation.states, self.known)
        return tuple(checks)

    async def _read(self, name: str, plan: PriorRead) -> list[Checked]:
        """Make one read and keep what it gives."""
        self.known.reads[name] = None
        if plan.when is not None and not self.known.holds(plan.when):
            return []
        what = f"read {name}"
        try:
            document = await self._first(plan.endpoint, plan.values)
        except CANNOT as problem:
            why = plan.otherwise if isinstance(problem, Gone) else None
            return [Checked(what, "fails", why or problem.message)]
        found = found_at(plan.path, document, self.known.operation)
        self.known.reads[name] = found
        if found is None and plan.otherwise is not None:
            return [Checked(what, "fails", plan.otherwise)]
        return [Checked(what, "holds")]

    async def _first(self, name: str, values: Mapping[str, Filled]) -> JsonValue:
        """The first answer of a read."""
        course = replay.Course(found=True)
        answers = self.answers(self.endpoints(name), values, course)
        try:
            answer = await anext(answers, None)
        finally:
            await answers.aclose()
        if answer is None:
            return None
        return {"items": list(answer.items), "document": answer.document}
