"""Replay: the answers of an endpoint, page after page, without a browser where that is proven."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from random import Random
from typing import Final

from automation.errors import AnswerNotUnderstood, Gone, NotPermitted, Refused, first_failure
from automation.model import Answer, Endpoint
from automation.ports import Clock, Session
from automation.replay.asking import Asker
from automation.replay.confirmed import Held, confirmed
from automation.replay.inputs import InputValue, checked
from automation.replay.lineage import Child, Parents, children
from automation.replay.paging import Series, Turn
from automation.replay.reading import Page
from automation.replay.values import Given, refuse_unsendable
from automation.replay.walking import Ask, Course, Walk

_FAILURES: Final = 4
"""Calls for one item each that may fail one after the other, before the endpoint is broken."""
_BATCH: Final = 16
"""Items of an earlier answer that are asked for together; the session's pace bounds the rest."""


async def replay_endpoint(  # noqa: PLR0913 - what a reading as a whole needs, all by name
    endpoint: Endpoint,
    session: Session,
    *,
    inputs: Mapping[str, InputValue] | None = None,
    parents: Parents | None = None,
    born: AsyncIterator[Child] | None = None,
    course: Course | None = None,
    clock: Clock,
    rng: Random,
) -> AsyncGenerator[Answer]:
    """Yield the answers of an endpoint, one per page, in order; nothing is kept.

    No answer is given out before the portal confirmed, after it, that the session still shows this
    practice; the first one is confirmed by itself, later ones in groups that grow.

    When the session ends on the way, it is renewed once and the same page is asked for again; so
    is each that was not confirmed in the session that ended. When
    an answer is not understood twice, the call is sent by the page of a signed-in browser; each
    answer says which rung gave it.

    Args:
        endpoint: what to ask; reads only.
        session: of the practice to ask in.
        inputs: by name; windows of dates need ``since`` and ``until``, both included, and may give
            an item twice when it lies on a border. A value that comes from another endpoint may be
            named here instead, by its name in the request: then it is asked for this one thing.
        parents: gives the answers of endpoints that this one takes values from. It is then called
            once for each of their items, several at a time, answers in the items' order.
        born: the items it is called for, where somebody kept them.
        course: asks for a list that may change meanwhile: rows that shift between two pages are
            noticed and fetched, what may be missing is told there, and each answer says where the
            list goes on. A call for one item that fails is a gap.
        clock: the current time.
        rng: fresh values.

    Raises:
        Refused: it writes, or no call can be built for it.
        BadArgument: an input is unknown, missing or does not fit.
        LoggedOut: signed out again right after a login, or the list went on elsewhere in the
            session that ended; what was yielded before is good.
        AnswerNotUnderstood: an answer has not the recorded shape on any rung, or a list does not
            advance; what was yielded before is good.
        NotPermitted: the user may not see it.
        PersonNeeded: the login needs a person.
        PracticeMixedUp: the session shows another practice; nothing unconfirmed was given out.
        Transient: the portal is down or wants to be left alone.
    """
    if endpoint.effect != "read":
        raise Refused(
            f"{endpoint.endpoint} is no read (effect: {endpoint.effect})",
            remedy="Only reads are replayed; set `effect: read` if you know that it is one.",
        )
    endpoint = endpoint.named(inputs or {})
    refuse_unsendable(endpoint)
    session = await session.of(endpoint)
    given = Given(session, clock, rng, checked(endpoint, inputs or {}))
    asker = Asker(endpoint, session, found=course is not None and course.found)
    family = _Family(endpoint, given, asker, course)
    called = children(endpoint, parents, born)
    async for answer in confirmed(_answers(family, called), session):
        yield answer


async def _answers(family: _Family, every: AsyncIterator[Child]) -> AsyncIterator[Held]:
    async for batch in _batches(every):
        async for answer in family.answers(batch):
            yield answer


@dataclass(slots=True)
class _Family:
    """Runs the series of several calls that differ in what they derive."""

    endpoint: Endpoint
    given: Given
    asker: Asker
    course: Course | None = None
    in_line: bool | None = None
    failed_together: int = 0

    async def answers(self, batch: list[Child]) -> AsyncIterator[Held]:
        """The answers of a batch in its order; first pages together, further pages one by one."""
        runs = [self._series(child) for child in batch]
        if self.in_line is None:
            before = self.asker.slot_values()
            async for answer in runs.pop(0):
                yield answer
            # a slot that each answer renews admits one call at a time
            self.in_line = self.asker.slot_values() != before
        firsts = [] if self.in_line else await self._together(runs)
        for position, run in enumerate(runs):
            if firsts and (first := firsts[position]) is not None:
                yield first
            async for answer in run:
                yield answer

    async def _together(self, runs: list[AsyncIterator[Held]]) -> list[Held | None]:
        with first_failure():
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(_next(run)) for run in runs]
        return [task.result() for task in tasks]

    async def _series(self, child: Child) -> AsyncIterator[Held]:
        given = Given(
            self.given.session,
            self.given.clock,
            self.given.rng,
            self.given.inputs,
            derived=child.derived,
            documents=child.documents,
        )
        ask = partial(self._ask, given, child=child)
        if self.course is not None:
            async for held in self._walk(self.course, child, given, ask):
                yield held
            return
        series = Series(self.endpoint, given.inputs)
        turn = series.first
        for number in count(1):
            held, page = await ask(turn, number)
            following = series.after(turn, page)
            yield held
            if following is None:
                return
            turn = following

    async def _walk(
        self, course: Course, child: Child, given: Given, ask: Ask
    ) -> AsyncIterator[Held]:
        """A list that may change meanwhile; that one item of many cannot be asked for is a gap."""
        if child.item is None:
            async for held in Walk(self.endpoint, given.inputs, ask, course).answers():
                yield held
            return
        own = Course(gaps=course.gaps)
        try:
            async for held in Walk(self.endpoint, given.inputs, ask, own).answers():
                self.failed_together = 0
                yield held
        except Gone as problem:
            course.gaps.append(problem.message)
        except (AnswerNotUnderstood, NotPermitted) as problem:
            self.failed_together += 1
            if self.failed_together > _FAILURES:
                raise
            course.gaps.append(problem.message)

    async def _ask(
        self, given: Given, turn: Turn, number: int, *, child: Child
    ) -> tuple[Held, Page]:
        call, page = await self.asker.ask(given, turn, number)
        answer = Answer(
            endpoint=self.endpoint.endpoint,
            url=call.url,
            items=page.items,
            document=page.document,
            parent=child.item,
            rung=self.asker.rung,
            page=number,
            child=child.mark,
        )
        again = partial(self._again, given, turn, number, child)
        return Held(answer, self.asker.generation, again), page

    async def _again(self, given: Given, turn: Turn, number: int, child: Child) -> Held:
        held, _ = await self._ask(given, turn, number, child=child)
        return held


async def _next(run: AsyncIterator[Held]) -> Held | None:
    return await anext(run, None)


async def _batches(source: AsyncIterator[Child]) -> AsyncIterator[list[Child]]:
    batch: list[Child] = []
    async for child in source:
        batch.append(child)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
