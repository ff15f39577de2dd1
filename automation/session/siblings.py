"""Siblings: the practices that share the login of an open session, as they come and go."""

from __future__ import annotations

from dataclasses import dataclass, field

from automation import store
from automation.model import Practice
from automation.session.guard import LoginGuard


@dataclass(slots=True)
class Siblings:
    """Knows who shares the login of a practice; names are opened only after one changed.

    Attributes:
        practice: whose login it is.
        guard: finds out who shares it.
        logins: tells whether that may have changed.
    """

    practice: Practice
    guard: LoginGuard
    logins: store.Logins
    _seen: object = field(default=None, init=False)
    _others: tuple[Practice, ...] = field(default=(), init=False)

    async def now(self) -> tuple[Practice, ...]:
        """The other practices that log in with the same name at the same portal."""
        glance = await self.logins.glance(self.practice.portal)
        if glance != self._seen:
            self._others = await self.guard.sharing(self.practice)
            self._seen = glance
        return self._others
