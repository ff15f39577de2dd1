"""Who asks, what they may do, and how much of everything they may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from automation import access
from automation.model import ApiToken
from automation.serve.problems import Problem
from automation.store import Reach


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that showed a token.

    Attributes:
        token: what it showed.
        at: when.
    """

    token: ApiToken
    at: datetime

    @property
    def reach(self) -> Reach:
        """What it may see at all."""
        return Reach(
            self.token.organization,
            frozenset(self.token.practices),
            frozenset(self.token.locations),
        )

    @property
    def actor(self) -> str:
        """Its name in the audit log."""
        return f"token:{self.token.prefix}"

    def may(self, scope: str) -> bool:
        """Whether it may do something where it may do anything."""
        return access.allows_somewhere(self.token, scope, now=self.at).allowed

    def refuse(self, scope: str) -> None:
        """Stop it from what it may not do.

        Raises:
            Problem: its token has not the scope.
        """
        if not self.may(scope):
            raise Problem(
                403,
                "insufficient_scope",
                f"the token has not the scope {scope}",
                remedy="Ask whoever gave you the token for one with this scope.",
            )
