"""Look before writing: live reads, and whether everything is as it must be."""

from __future__ import annotations

from contextlib import aclosing
from typing import Final

from pydantic import JsonValue

from automation import replay
from automation.errors import AnswerNotUnderstood, BadArgument, Gone, NotPermitted
from automation.model import Answer, PriorRead, Profile, names_in
from automation.writes.asking import Asking
from automation.writes.checks import Checked, check_conditions, check_rights, check_states
from automation.writes.matching import alike
from automation.writes.refusals import code_of_problem

CANNOT: Final = (AnswerNotUnderstood, BadArgument, Gone, NotPermitted)
"""What a read or a request fails by where the rest can still be told."""
MOST: Final = 20_000
"""How many items of a list are looked at before a write; of a longer one nothing is concluded."""


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
            document = await self._seen(plan)
        except CANNOT as problem:
            if isinstance(problem, Gone) and plan.otherwise is not None:
                return [Checked(what, "fails", plan.otherwise, plan.code)]
            return [Checked(what, "fails", problem.message, code_of_problem(problem))]
        found = self.known.found(plan.path, document)
        self.known.reads[name] = found
        if found is None and plan.otherwise is not None:
            return [Checked(what, "fails", plan.otherwise, plan.code)]
        return [Checked(what, "holds")]

    async def _seen(self, plan: PriorRead) -> JsonValue:
        """The first answer of a read, and the items that are looked for on all of its pages."""
        endpoint, course = self.endpoints(plan.endpoint), replay.Course(found=True)
        whole = bool(plan.match) or any(place[0] == "items" for place in names_in(plan.path))
        first: Answer | None = None
        items: list[JsonValue] = []
        looked = 0
        async with aclosing(self.answers(endpoint, plan.values, course)) as answers:
            async for answer in answers:
                first = first or answer
                looked += len(answer.items)
                items += alike(plan.match, answer.items, self.known) if plan.match else answer.items
                if not whole or (plan.match and items):
                    break
                if looked > MOST:
                    raise AnswerNotUnderstood(f"{plan.endpoint}: more than {MOST} items")
        if first is None:
            return None
        if whole and course.gaps and not (plan.match and items):
            raise AnswerNotUnderstood(f"{plan.endpoint}: {course.gaps[0]}")
        return {"items": items, "document": first.document}
