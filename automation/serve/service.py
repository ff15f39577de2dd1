"""What the faces work with: built once, where the program starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import JsonValue

from automation.access import Tokens
from automation.model import JobStatus, Secret
from automation.pipeline import Tools
from automation.serve.callers import Caller
from automation.serve.problems import Problem
from automation.serve.reading import Reader
from automation.store import Lists


class Jobs(Protocol):
    """Asks workers for jobs, and looks at them."""

    async def ask(
        self, kind: str, practice: str, arguments: Mapping[str, JsonValue], *, key: str
    ) -> JobStatus:
        """Ask for a job; the same key is the same job.

        Raises:
            BadArgument: the arguments or the key are not possible.
            NotKnown: no worker does such jobs.
            KeyTaken: another job has this key.
        """
        ...

    async def status(self, key: str) -> JobStatus:
        """Where a job stands.

        Raises:
            NotKnown: there is none under this key.
        """
        ...


@dataclass(frozen=True, slots=True)
class Service:
    """What the faces work with.

    Attributes:
        tools: what the stages work with.
        tokens: knows callers by their tokens.
        jobs: asks for jobs.
        rate: requests that a token may make in a minute.
        reader: the read model.
    """

    tools: Tools
    tokens: Tokens
    jobs: Jobs
    rate: int = 600
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reader", Reader(self.tools))

    async def recognised(self, shown: Secret | None) -> Caller:
        """Who shows a token.

        Raises:
            Problem: nobody whom we know.
        """
        token = None if shown is None else await self.tokens.recognise(shown)
        if token is None:
            raise Problem(
                401,
                "unauthenticated",
                "the request shows no token that is valid",
                remedy="Send `Authorization: Bearer vp_...`.",
            )
        return Caller(token, self.tools.clock.now())

    async def practices(self, caller: Caller) -> dict[str, str]:
        """The practices that a caller may see, by name in order, with the time zone of each."""
        return await Lists(self.tools.store.database).practices(caller.reach)
