"""The calls that are made for single items of a list: planned, yet to be made, forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from hashlib import blake2b
from typing import Final

from automation import replay, store
from automation.errors import AnswerNotUnderstood, NotPermitted
from automation.model import Answer, Coverage, Practice
from automation.sync.plan import Plan
from automation.wire import json_bytes

_DIGEST: Final = 16


class Calls:
    """What one run has to ask about single items of a practice; the store remembers it.

    Args:
        plan: which endpoint is called for the items of which.
        rows: remembers.
        practice: whose.
        run: id of the run.
    """

    def __init__(self, plan: Plan, rows: store.Store, practice: Practice, run: str) -> None:
        self._plan, self._rows, self._practice, self._run = plan, rows, practice, run

    def born_of(self, answer: Answer) -> Iterator[store.Errand]:
        """The calls that are made for the items of an answer."""
        for taker in self._plan.takers.get(answer.endpoint, ()):
            for child in replay.children_in(self._plan.endpoint(taker), answer):
                content = blake2b(json_bytes(child.item), digest_size=_DIGEST).hexdigest()
                yield store.Errand(taker, child.mark, content, json_bytes(child.dump()))

    async def due(self, name: str, *, changed: bool) -> AsyncIterator[replay.Child]:
        """The calls of an endpoint that are yet to be made, some at a time.

        Args:
            name: of the endpoint.
            changed: only for items that differ from what they were at the last call.
        """
        mark = ""
        while True:
            found = await self._rows.readings.due(
                self._practice, name, run=self._run, changed=changed, after=mark
            )
            if not found:
                return
            for mark, dumped in found:
                yield replay.Child.load(dumped, mark)

    async def forget(self, giver: str) -> None:
        """Forget the calls for items that a complete reading of their list did not meet."""
        for taker in self._plan.takers.get(giver, ()):
            await self._rows.readings.drop_errands(self._practice.name, taker, run=self._run)

    async def are_spared(self, name: str, whole: Coverage) -> bool:
        """Whether no call of an endpoint is needed, because a list gave everything in this run.

        Args:
            name: of the endpoint.
            whole: how that list was read.

        Raises:
            NotPermitted: the list may not be seen, and with it what it is made of.
            AnswerNotUnderstood: it was to be read fully, and was not.
        """
        if whole.way != "full":
            return False
        if whole.ended == "not_permitted":
            raise NotPermitted(f"{name}: {whole.endpoint}: {whole.said}")
        if whole.ended not in {"complete", "gap"}:
            raise AnswerNotUnderstood(f"{name}: {whole.endpoint} was not read")
        await self._rows.readings.spare_errands(self._practice.name, name, run=self._run)
        return True
