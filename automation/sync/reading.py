"""One pass over everything that is mapped: replay -> normalise -> store, page by page.

How far each endpoint is read is kept with the rows, in the same transaction; a run that takes over
from one that was interrupted goes on there. Nothing here grows with the number of rows, except the
tables that mappings look up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from pydantic import JsonValue

from automation import replay, store
from automation.entities import Entity
from automation.errors import (
    AnswerNotUnderstood,
    LoggedOut,
    NotPermitted,
    PortalChanged,
    PortalDown,
    Refused,
    Throttled,
    VetportalError,
)
from automation.model import Answer, Coverage, Outcome, Profile
from automation.ports import Clock, Session
from automation.sync.abreast import read_parts
from automation.sync.calls import Calls
from automation.sync.control import controlled, time_to_come
from automation.sync.days import as_inputs
from automation.sync.making import Making
from automation.sync.plan import Plan
from automation.sync.profile import gather_profile
from automation.sync.ways import choose_way, due_at, since_of

Progress = Callable[[str, int], None]
"""Told while a long stage works: what is read, and how many items more came."""

_OTHERS_GO_ON: Final = (PortalChanged, PortalDown, Throttled, NotPermitted, Refused)
"""What ends the reading of one endpoint only."""
_DOWN: Final = 2
"""Endpoints in a row that find the portal down, before the others are not even asked."""

_log: Final = structlog.get_logger()


def quietly(_what: str, _more: int) -> None:
    """Nobody watches."""


class Reading:
    """One pass over a practice.

    Args:
        session: of the practice.
        plan: what is read.
        rows: where it goes.
        run: id of the run, for the change feed.
        clock: the current time.
        rng: fresh values.
        known: the profile of the practice as it was known before.
        progress: is told what came.

    Attributes:
        profile: what the practice configured, once the tables are read.
        intake: the way in, with the tallies.
        rungs: the rung that answered, by endpoint.
        coverage: what was read of each endpoint, and how that ended.
        problems: what ended the reading of an endpoint, in order.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what all stages together need
        self,
        session: Session,
        plan: Plan,
        rows: store.Store,
        run: str,
        clock: Clock,
        rng: Random,
        known: Profile | None = None,
        progress: Progress = quietly,
    ) -> None:
        self._session, self._plan, self._rows, self._run = session, plan, rows, run
        self._clock, self._rng, self._progress = clock, rng, progress
        self._making = Making(plan, session.practice)
        self._calls = Calls(plan, rows, session.practice, run)
        self._before: dict[str, store.Covered] = {}
        self._down = 0
        self.profile = known
        self.intake = rows.intake(session.practice, run)
        self.rungs: dict[str, str] = {}
        self.coverage: dict[str, Coverage] = {}
        self.problems: list[VetportalError] = []

    @property
    def outcome(self) -> Outcome:
        """How a run ends that came to the end of this; the next one begins anew."""
        gaps = any(each.ended == "gap" for each in self.coverage.values())
        return "partial" if self.problems or gaps else "succeeded"

    async def everything(self, *, full: bool = False) -> None:
        """Read each endpoint once; where one cannot be read, the others still are.

        What came before a failure is kept.

        Args:
            full: read everything, even where something tells what changed.

        Raises:
            PortalDown, Throttled: the portal answers nobody any more.
            VetportalError: what no other endpoint could escape either: a login that fails, say.
        """
        self._before = await self._rows.readings.coverages(self._session.practice.name)
        try:
            await self._look_up()
            part = partial(self._part, full=full)
            for names in self._plan.in_turn(self.coverage):
                await read_parts(self._plan, self._session.portal, names, part)
        finally:
            await self.intake.flush()

    async def again(self, name: str) -> None:
        """Read an endpoint once more, only to see whether what was missing is there.

        What a list shows only now is to be asked about by the calls for its items, too.
        """
        async with aclosing(self._ask(name, replay.Course(), None)) as answers:
            async for answer in answers:
                await self._take(answer)
                await self.intake.flush(least=store.BATCH)
        await self.intake.flush()

    def keep(self, coverage: Coverage) -> None:
        """Keep what is known about the reading of an endpoint; its list is over."""
        self.coverage[coverage.endpoint] = coverage
        self.intake.cover(store.Covered(coverage, self._making.digest(coverage.endpoint)))

    async def derive(self) -> None:
        """Work out what the portal does not say, from everything that is kept."""
        changed = await self._rows.derive(self._session.practice.name, run=self._run)
        self.intake.count_derived("patient", changed)

    # ------------------------------------------------------------ tables

    async def _look_up(self) -> None:
        """Read what mappings look up and what was configured: nothing can be made without it."""
        tables: dict[str, list[Answer]] = {}
        for name in self._plan.tables:
            begun = self._begun(name, full=True)
            course, answers = replay.Course(), list[Answer]()
            try:
                async for answer in self._ask(name, course, None):
                    answers.append(answer)
            except _OTHERS_GO_ON as problem:
                self._failed(begun.counting(answers), problem)
                continue
            self._down = 0
            tables[name] = answers
            begun = begun.model_copy(update={"total": course.total})
            self._over(begun.counting(answers), course)
        refused = {c.endpoint: c.said for c in self.coverage.values() if c.ended == "not_permitted"}
        whose, now = self._session.practice.name, self._clock.now()
        self.profile, failed = gather_profile(
            self._plan.profile, tables, self.profile, whose, now, refused=refused
        )
        self.problems += failed
        self._making.compile(tables, self.profile)
        for name, answers in tables.items():
            for answer in answers:
                await self._take(answer)
                await self.intake.flush(least=store.BATCH)
            await self.intake.flush()
            await self._forget_errands(self.coverage[name])

    # ------------------------------------------------------------ one endpoint

    async def _part(self, name: str, *, full: bool) -> None:
        before = self._left(name, full=full)
        if before is not None and before.coverage.ended in {"complete", "gap"}:
            self.coverage[name] = before.coverage
            return
        begun = self._begun(name, full=full)
        course = replay.Course(found=begun.complete_at is not None)
        if before is not None:
            begun = before.coverage.model_copy(
                update={"resumed": True, "ended": "under_way", "said": "", "error": ""}
            )
            course.at, course.shifts = before.place, begun.shifts
        try:
            if await self._is_spared(begun):
                self._over(begun, course)
                return
            try:
                await self._read(begun, course)
            except (AnswerNotUnderstood, LoggedOut, NotPermitted) as problem:
                if course.at is None or self.coverage[name].pages > begun.pages:
                    raise
                _log.info("place_gone", endpoint=name, why=problem.message)
                why = "the place where it was left is gone: it was begun anew"
                await self._read(self._begun(name, full=True, why=why), replay.Course())
        except _OTHERS_GO_ON as problem:
            self._failed(self.coverage.get(name, begun), problem)
        await self.intake.flush()

    async def _is_spared(self, begun: Coverage) -> bool:
        """Whether nothing has to be asked, because another endpoint tells."""
        rule = self._plan.rules.get(begun.endpoint)
        if rule is None or not rule.covered_by:
            return begun.way == "kept"
        await self.intake.flush()
        return await self._calls.are_spared(begun.endpoint, self.coverage[rule.covered_by])

    def _left(self, name: str, *, full: bool) -> store.Covered | None:
        """Where an interrupted run left an endpoint that is read by the same files still."""
        before = self._before.get(name)
        if before is None or before.coverage.run != self._run:
            return None
        oldest = self._clock.now() - timedelta(hours=self._session.portal.upkeep.resume_hours)
        if before.coverage.began_at < oldest or (full and before.coverage.way != "full"):
            return None
        return before if before.digest == self._plan.digest(name) else None

    def _begun(self, name: str, *, full: bool, why: str = "") -> Coverage:
        before = self._before.get(name)
        by_the_same_files = before is not None and before.digest == self._plan.digest(name)
        earlier = before.coverage if before is not None and by_the_same_files else None
        rule, upkeep = self._plan.rules.get(name), self._session.portal.upkeep
        now = self._clock.now()
        way, because = choose_way(rule, earlier, upkeep=upkeep, now=now, full=full)
        begun = Coverage(endpoint=name, run=self._run, way=way, why=why or because, began_at=now)
        days = self._plan.horizons.days(name, self._session.practice, now)
        begun = begun.model_copy(update={"days": days})
        if earlier is not None:
            kept = ("complete_at", "full_at", "since_full", "doubted", "control")
            begun = begun.model_copy(update={field: getattr(earlier, field) for field in kept})
        self.coverage[name] = begun
        return begun

    async def _read(self, begun: Coverage, course: replay.Course) -> None:
        name = begun.endpoint
        rule = self._plan.rules.get(name)
        if rule and rule.control and begun.way == "since" and course.at is None:
            begun = await controlled(begun, self._ask(name, None, begun, ahead=True))
        self._note(begun, course.at)
        async with aclosing(self._ask(name, course, begun)) as answers:
            async for answer in answers:
                over = await self._take(answer, begun)
                begun = begun.counting([answer]).model_copy(
                    update={"shifts": course.shifts, "total": course.total}
                )
                self._note(begun, None if answer.child else answer.after)
                self._down = 0
                if over:
                    break
                if answer.child or answer.after is not None:  # the last page goes with the end
                    await self.intake.flush(least=store.BATCH if answer.at_hand else 1)
        self._over(begun, course)
        await self.intake.flush()
        await self._forget_errands(begun)

    def _note(self, coverage: Coverage, place: JsonValue) -> None:
        self.coverage[coverage.endpoint] = coverage
        digest = self._making.digest(coverage.endpoint)
        self.intake.cover(store.Covered(coverage, digest, place))

    def _over(self, coverage: Coverage, course: replay.Course) -> None:
        """An endpoint was read to its end."""
        update: dict[str, object] = {"ended": "complete", "shifts": course.shifts}
        if lacks := self._making.without_table(coverage.endpoint, self.coverage):
            update |= lacks
        elif course.gaps:
            update |= {"ended": "gap", "error": "Incomplete", "said": _said(course.gaps)}
        else:
            whole = coverage.way == "full"
            update["complete_at"] = coverage.began_at
            update["since_full"] = 0 if whole else coverage.since_full + 1
            update["full_at"] = coverage.began_at if whole else coverage.full_at
        done = coverage.model_copy(update=update)
        if coverage.endpoint in self._plan.rules.keys() - self._plan.covered.keys():
            due = due_at(done, self._session.portal.upkeep)
            done = done.model_copy(update={"full_due_at": due})
        self.keep(done)

    def _failed(self, coverage: Coverage, problem: VetportalError) -> None:
        """Note why an endpoint was not read, and where; the place in its list stays.

        Raises:
            PortalDown, Throttled: it is not the first one in a row.
        """
        name = coverage.endpoint
        denied = isinstance(problem, NotPermitted) and not coverage.pages
        ended = "not_permitted" if denied else "failed"
        _log.warning("endpoint_not_read", endpoint=name, ended=ended, why=problem.message)
        update = {"ended": ended, "error": type(problem).__name__, "said": problem.message}
        failed = coverage.model_copy(update=update)
        self.coverage[name] = failed
        self.intake.stop(failed, self._making.digest(name))
        if ended == "failed":
            self.problems.append(problem)
        self._down = self._down + 1 if isinstance(problem, PortalDown | Throttled) else 0
        if self._down >= _DOWN:
            raise problem

    # ------------------------------------------------------------ answers

    def _ask(
        self,
        name: str,
        course: replay.Course | None,
        begun: Coverage | None,
        *,
        ahead: bool = False,
    ) -> AsyncGenerator[Answer]:
        endpoint = self._plan.endpoint(name)
        inputs: dict[str, replay.InputValue] = {**self._inputs(name)}
        rule = self._plan.rules.get(name)
        if begun is not None and begun.way == "since" and rule is not None and rule.since:
            zone = ZoneInfo(self._session.practice.timezone)  # a date is a day of the practice
            since = time_to_come(begun.began_at) if ahead else since_of(rule, begun)
            inputs[rule.since] = since.astimezone(zone)
        born = None
        planned = begun is not None or self.coverage[name].ended != "under_way"
        if self._plan.givers[name] is not None and planned:
            born = self._calls.due(name, changed=begun is not None and begun.way == "parent")
        return replay.replay_endpoint(
            endpoint,
            self._session,
            inputs=inputs,
            parents=self._givers_answers,
            born=born,
            course=course,
            clock=self._clock,
            rng=self._rng,
        )

    def _inputs(self, name: str) -> dict[str, date]:
        """The days of its reading, also where that goes on on another day."""
        days = self.coverage[name].days if name in self.coverage else None
        now, practice = self._clock.now(), self._session.practice
        return as_inputs(days or self._plan.horizons.days(name, practice, now))

    def _givers_answers(self, name: str) -> AsyncIterator[Answer]:
        """The answers of an endpoint that gives values beside the items; nothing is kept."""
        endpoint = self._plan.endpoint(name)
        return replay.replay_endpoint(
            endpoint,
            self._session,
            inputs=self._inputs(name),
            parents=self._givers_answers,
            clock=self._clock,
            rng=self._rng,
        )

    async def _take(self, answer: Answer, begun: Coverage | None = None) -> bool:
        """Make entities and errands of an answer, and hand them over; whether it ends the list."""
        name, news = answer.endpoint, list[bool]()
        for part in self._making.made(name, answer):
            await self.intake.flush(least=store.BATCH)  # of a large answer, the parts before
            news.append(begun is None or not await self._nothing_new(begun, part))
            self.intake.add(part)
        for kind, ids in self._making.gone(name, answer):
            self.intake.remove(kind, ids)
        self.intake.plan(self._calls.born_of(answer))
        if answer.child and answer.after is None and name not in self._making.lacking:
            self.intake.settle(name, answer.child)
        self.rungs[name] = str(answer.rung)
        self._progress(name, len(answer.items))
        return bool(news) and not any(news)

    async def _forget_errands(self, coverage: Coverage) -> None:
        if coverage.way == "full" and self.coverage[coverage.endpoint].ended == "complete":
            await self._calls.forget(coverage.endpoint)

    async def _nothing_new(self, begun: Coverage, entities: Sequence[Entity]) -> bool:
        """Whether these are old and stand in the database just so, where the newest are read."""
        rule = self._plan.rules.get(begun.endpoint) if begun.way == "newest" else None
        if rule is None or rule.newest is None:
            return False
        times = [getattr(entity, rule.newest, None) for entity in entities]
        since = since_of(rule, begun)
        if not times or not all(isinstance(t, datetime) and t < since for t in times):
            return False
        by_kind: dict[str, list[Entity]] = defaultdict(list)
        for entity in entities:
            by_kind[entity.kind].append(entity)
        return all([await self._rows.readings.unchanged(each) for each in by_kind.values()])


def _said(gaps: Sequence[str]) -> str:
    more = f", and {len(gaps) - 1} more" if len(gaps) > 1 else ""
    return f"{gaps[0]}{more}"
