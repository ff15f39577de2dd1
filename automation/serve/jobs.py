"""What the faces ask of workers, who are no part of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pydantic import JsonValue

from automation.model import JobStatus


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
