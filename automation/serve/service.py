"""What the faces work with: built once, where the program starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import JsonValue

from automation.access import Tokens
from automation.model import JobStatus
from automation.pipeline import Tools
from automation.serve.reading import Reader


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
