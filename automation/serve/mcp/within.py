"""A part of what a caller may see: the practices of one portal, or one practice."""

from __future__ import annotations

from dataclasses import dataclass, replace

from automation.serve.callers import Caller
from automation.serve.problems import Problem
from automation.serve.service import Service


@dataclass(frozen=True, slots=True)
class Within:
    """What is exposed of all that a caller may see.

    Attributes:
        portal: only practices of this portal; all when empty.
        practice: only this practice; all when empty.
    """

    portal: str = ""
    practice: str = ""

    async def narrowed(self, service: Service, caller: Caller) -> Caller:
        """The same caller with that much in reach; never with more than before.

        Raises:
            Problem: nothing of it is in the caller's reach.
        """
        if not self.portal and not self.practice:
            return caller
        names = await service.practices(caller)
        found = [name for name in names if self.practice in {"", name}]
        if self.portal:
            own = [await service.tools.store.practice(name) for name in found]
            found = [each.name for each in own if each.portal == self.portal]
        if not found:  # no practice would mean all of them
            raise Problem(
                404,
                "not_found",
                f"the token reaches no practice {self._words()}",
                remedy="Name a portal and a practice that the token reaches.",
            )
        token = caller.token.model_copy(update={"practices": tuple(sorted(found))})
        return replace(caller, token=token)

    def _words(self) -> str:
        named = f"named {self.practice!r}" if self.practice else ""
        return f"{named} of the portal {self.portal!r}".strip() if self.portal else named
