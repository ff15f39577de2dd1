"""Search the portal for what a step wrote: by its marker, or by what it is like."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from pydantic import JsonValue

from automation import replay
from automation.errors import AnswerNotUnderstood, Gone, NotPermitted, Refused
from automation.model import Answer, Endpoint, ReadBack
from automation.wire import json_bytes, says_more
from automation.writes.asking import Asking
from automation.writes.known import found_at
from automation.writes.matching import matching

CANNOT_TELL: Final = (AnswerNotUnderstood, NotPermitted, Refused)
"""What keeps a search from telling anything, however often it is made."""
_SKEW: Final = timedelta(minutes=10)
"""How far the clock of a portal may be behind ours; what was there before is told by itself."""


class Searching(Asking):
    """Searches the portal for what a step was filled to make."""

    async def before(self, plan: ReadBack) -> tuple[str, ...]:
        """What is in the list before anything is sent and looks like what will be written.

        The one thing that a step changes looks like itself, so that nothing is told of it.

        Raises:
            VetportalError: as :meth:`found`.
        """
        endpoint = self.endpoints(plan.endpoint)
        if endpoint.response.items is None:
            return ()
        return tuple(self._digest(endpoint, item) for item in await self._matches(endpoint, plan))

    async def found(self, plan: ReadBack, before: Collection[str]) -> tuple[JsonValue, ...]:
        """What is there now, looks like what was written, and was not there before.

        Raises:
            AnswerNotUnderstood: the list could not be read as a whole, or in peace.
            VetportalError: the portal could not be asked.
        """
        endpoint = self.endpoints(plan.endpoint)
        matches = await self._matches(endpoint, plan)
        if endpoint.response.items is None:
            return matches
        return tuple(item for item in matches if self._digest(endpoint, item) not in before)

    async def is_gone(self, plan: ReadBack) -> bool:
        """Whether nothing that matches is there any more.

        Raises:
            AnswerNotUnderstood: one thing is there, and is not the one that was asked for; or as
                :meth:`found`.
            VetportalError: the portal could not be asked.
        """
        endpoint = self.endpoints(plan.endpoint)
        shown: list[JsonValue] = []
        matches = await self._matches(endpoint, plan, shown)
        if shown and not matches and endpoint.response.items is None:
            raise AnswerNotUnderstood(
                f"{endpoint.endpoint}: what it shows is not what was asked for"
            )
        return not matches

    async def _matches(
        self, endpoint: Endpoint, plan: ReadBack, shown: list[JsonValue] | None = None
    ) -> tuple[JsonValue, ...]:
        """What matches; everything that is shown goes to a list, where one is given."""
        course = replay.Course(found=True)
        items: list[JsonValue] = [] if shown is None else shown
        answers = self.answers(endpoint, plan.values, course)
        try:
            async for answer in answers:
                items += answer.items
                _refuse_part(endpoint, answer)
        except Gone:
            return ()
        if course.gaps:
            raise AnswerNotUnderstood(f"{endpoint.endpoint}: {course.gaps[0]}")
        since = datetime.fromisoformat(self.known.at) - _SKEW
        return matching(plan, items, self.known, since=since)

    def _digest(self, endpoint: Endpoint, item: JsonValue) -> str:
        """Which one it is: by its key, where the list has one."""
        key = endpoint.response.key
        own = found_at(key, item, self.known.operation) if key else item
        return hashlib.sha256(json_bytes(own)).hexdigest()[:16]


def _refuse_part(endpoint: Endpoint, answer: Answer) -> None:
    """What is not on the first page is not absent: nothing may be concluded from a part."""
    more = says_more(answer.document, len(answer.items))
    if endpoint.pagination is None and endpoint.response.items is not None and more is not None:
        raise AnswerNotUnderstood(
            f'{endpoint.endpoint}: the list goes on, says "{more}", and is read in part only',
            remedy="Declare the pagination of this endpoint.",
        )
