"""Follow what a portal told by itself: each record that a notice names is read, and stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Final

import structlog
from pydantic import JsonValue

from automation import inbound
from automation import sync as sync_stage
from automation.errors import (
    NotKnown,
    NotPermitted,
    PortalChanged,
    PortalDown,
    Refused,
    Throttled,
    VetportalError,
)
from automation.model import Inbound, Notice, Outcome, Practice
from automation.pipeline.syncing import Synced, sync
from automation.pipeline.tools import Tools
from automation.ports import Session
from automation.store import Tally

_AT_ONCE: Final = 200
"""Notices that are followed in one run."""
_TRIES: Final = 10
"""How often a notice is followed in vain before it is left to the next full reading."""
_PAUSE: Final = timedelta(minutes=1)
_LONGEST: Final = timedelta(hours=6)
_DOWN: Final = 2
"""Notices in a row that find the portal down, before the others are not even followed."""
_THIS_ONE: Final = (PortalChanged, NotPermitted, Refused, NotKnown)
"""What keeps one notice from being followed, and says nothing about the others."""

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Drained:
    """What became of the notices of a practice.

    Attributes:
        run: the id of the run; None when there was nothing to follow.
        followed: notices that were followed.
        put_off: notices that are tried again later.
        given_up: notices that were tried often enough; a full reading decides.
        left: notices that wait now.
        tallies: created, changed, removed and unchanged, by kind of entity.
        synced: what the sync did that stood for a flood of notices.
        problem: why some were put off.
    """

    run: str | None = None
    followed: int = 0
    put_off: int = 0
    given_up: int = 0
    left: int = 0
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    synced: Synced | None = None
    problem: VetportalError | None = None

    @property
    def changes(self) -> int:
        """How many entries the change feed got."""
        own = sum(tally.changes for tally in self.tallies.values())
        return own + (self.synced.changes if self.synced else 0)


def receiver(tools: Tools) -> inbound.Receiver:
    """What takes the notices of all practices; whoever serves mounts it."""
    return inbound.Receiver(tools.catalog, tools.store, tools.notices, tools.inbound_secrets)


async def drain(tools: Tools, practice: Practice, *, limit: int = _AT_ONCE) -> Drained:
    """Follow the notices of a practice that wait: read each record once, and store it.

    Whatever cannot be followed stays, and is tried again after a growing pause. A second call at
    the same time takes over: the first one stops at its next record.

    Args:
        tools: what to work with.
        practice: whose.
        limit: notices that are followed at most.

    Raises:
        Refused: the practice is paused.
        PersonNeeded, PracticeMixedUp, LoggedOut: the portal does not let us in; all stay.
        LeaseLost: another call took over.
    """
    practice.refuse_paused()
    due = await tools.notices.due(practice.name, limit=limit)
    if not due:
        return Drained(left=await tools.notices.count(practice.name))
    floods = [notice for notice in due if notice.record is None]
    synced = await _synced(tools, practice, floods) if floods else None
    following = _Following(tools, practice, tools.catalog.inbound(practice.portal))
    single = [notice for notice in due if notice.record is not None]
    if single:
        await following.all(single)
    problem = following.problem or (synced.problem if synced else None)
    return Drained(
        following.run if single else synced.run if synced else None,
        following.followed + (len(floods) if synced and not synced.problem else 0),
        following.put_off + (len(floods) if synced and synced.problem else 0),
        following.given_up,
        await tools.notices.count(practice.name),
        following.tallies,
        synced,
        problem,
    )


async def catch_up(
    tools: Tools,
    practice: Practice,
    *,
    told: Collection[tuple[str, str]],
    shown: Sequence[tuple[str, JsonValue]],
) -> Drained:
    """Bring the store up to what we changed on the portal by ourselves.

    Records are noted like those that a portal tells of, so that what cannot be read now is read
    later; what the portal showed already is stored as it is.

    Args:
        tools: what to work with.
        practice: whose.
        told: topics, each with the id of a record that looks otherwise now.
        shown: endpoints, each with an item that it showed.

    Raises:
        PersonNeeded, PracticeMixedUp, LoggedOut: the portal does not let us in; what was told
            waits.
        LeaseLost: another call took over.
    """
    files = tools.catalog.inbound(practice.portal)
    for topic, record in told:
        if files.is_id(record):
            await tools.notices.note(practice.name, topic, record)
    due = await tools.notices.due(practice.name, limit=_AT_ONCE, only=told) if told else ()
    following = _Following(tools, practice, files, shown)
    if due or following.shown:
        await following.all(due)
    return Drained(
        following.run,
        following.followed,
        following.put_off,
        following.given_up,
        await tools.notices.count(practice.name),
        following.tallies,
        problem=following.problem,
    )


async def _synced(tools: Tools, practice: Practice, floods: Sequence[Notice]) -> Synced:
    """Read what changed in all of a practice, for records that were too many to keep apart."""
    synced = await sync(tools, practice)
    for notice in floods:
        if synced.problem is None:
            await tools.notices.settle(notice)
        else:
            await _put_off(tools, notice, synced.problem)
    return synced


async def _put_off(tools: Tools, notice: Notice, problem: VetportalError) -> None:
    pause = min(_PAUSE * 2**notice.tries, _LONGEST)
    await tools.notices.put_off(notice, until=tools.clock.now() + pause, why=problem.message)


class _Following:
    """Follows notices of single records in one run, and takes what was shown already."""

    def __init__(
        self,
        tools: Tools,
        practice: Practice,
        files: Inbound,
        shown: Sequence[tuple[str, JsonValue]] = (),
    ) -> None:
        self._tools, self._practice, self._files = tools, practice, files
        known = {*self._plan.order, *self._plan.spare} if shown else ()
        self.shown = [each for each in shown if each[0] in known]
        self.run = f"{tools.clock.now():%Y%m%dT%H%M%S%f}-{practice.name}-inbound"
        self.followed = self.put_off = self.given_up = self._down = 0
        self.tallies: Mapping[str, Tally] = {}
        self.problem: VetportalError | None = None

    @cached_property
    def _plan(self) -> sync_stage.Plan:
        return sync_stage.Plan(self._tools.catalog, self._practice.portal, self._practice)

    async def all(self, notices: Sequence[Notice]) -> None:
        """Follow them: what was configured first, then the records in their order."""
        outcome: Outcome = "failed"
        rows = self._tools.store
        await rows.start_run(self.run, practice=self._practice.name, kind="inbound")
        _log.info("run_started", run=self.run, kind="inbound", notices=len(notices))
        try:
            async with await self._tools.sessions.open(self._practice) as session:
                await self._within(session, notices)
            outcome = "partial" if self.problem else "succeeded"
        finally:  # however it ends: no run stays open
            total = sum(self.tallies.values(), start=Tally())
            counts = {"followed": self.followed, "changes": total.changes}
            await rows.finish_run(self.run, outcome=outcome, counts=counts)
            _log.info("run_finished", run=self.run, outcome=outcome, **counts)

    async def _within(self, session: Session, notices: Sequence[Notice]) -> None:
        tools, topics = self._tools, self._files.topics
        for notice in notices:
            if notice.topic not in topics:  # the file of the portal changed meanwhile
                await tools.notices.settle(notice)
        known = [each for each in notices if each.topic in topics]
        if told := [each for each in known if topics[each.topic].profile]:
            await self._read_profile(session, told)
        records = [each for each in known if topics[each.topic].reads]
        if not (records or self.shown) or self._is_down():
            return
        plan = self._plan
        profile = await tools.profiles.latest(self._practice.name)
        reading = sync_stage.RecordReading(
            session, plan, tools.store, self.run, clock=tools.clock, rng=tools.rng, known=profile
        )
        about = {each.topic: topics[each.topic] for each in records}
        await reading.prepare(about.values(), {name for name, _ in self.shown})
        await self._take_shown(reading)
        for notice in records:
            if self._is_down():
                break
            await self._follow(reading, notice)
        self.tallies = reading.intake.tallies
        if any(tally.changes for tally in self.tallies.values()):
            derived = await tools.store.derive(self._practice.name, run=self.run)
            reading.intake.count_derived("patient", derived)

    async def _take_shown(self, reading: sync_stage.RecordReading) -> None:
        """Store what was shown already; what keeps one from it says nothing about the others."""
        for name, item in self.shown:
            try:
                await reading.take(name, item)
            except (*_THIS_ONE, PortalDown, Throttled) as problem:
                _log.warning("item_not_taken", endpoint=name, why=problem.message)
                self.problem = self.problem or problem

    async def _follow(self, reading: sync_stage.RecordReading, notice: Notice) -> None:
        beside = await self._tools.notices.reading_run(self._practice.name)
        try:
            await reading.follow(self._files.topics[notice.topic], notice.record or "")
        except (*_THIS_ONE, PortalDown, Throttled) as problem:
            await self._failed(notice, problem)
            return
        self._down = 0
        self.followed += 1
        beside = beside or await self._tools.notices.reading_run(self._practice.name)
        await self._tools.notices.settle(notice, behind=beside)

    async def _failed(self, notice: Notice, problem: VetportalError) -> None:
        """Try again later; one that says nothing about the others, not for ever."""
        named = {"topic": notice.topic, "tries": notice.tries + 1, "why": problem.message}
        self._down = self._down + 1 if isinstance(problem, PortalDown | Throttled) else 0
        if isinstance(problem, _THIS_ONE) and notice.tries + 1 >= _TRIES:
            _log.warning("notice_given_up", practice=self._practice.name, **named)
            await self._tools.notices.settle(notice)
            self.given_up += 1
            return
        _log.warning("notice_put_off", practice=self._practice.name, **named)
        await _put_off(self._tools, notice, problem)
        self.put_off += 1
        self.problem = self.problem or problem

    def _is_down(self) -> bool:
        return self._down >= _DOWN

    async def _read_profile(self, session: Session, told: Sequence[Notice]) -> None:
        """Read once what was configured, for all notices that say it changed."""
        tools, topics = self._tools, self._files.topics
        assessing = sync_stage.Assessing(session, tools.catalog, clock=tools.clock, rng=tools.rng)
        try:
            profile = await assessing.profile(await tools.profiles.latest(self._practice.name))
        except (*_THIS_ONE, PortalDown, Throttled) as problem:
            for notice in told:
                await self._failed(notice, problem)
            return
        if profile is not None:
            await tools.profiles.put(profile)
        for notice in told:
            if not topics[notice.topic].reads:
                await tools.notices.settle(notice)
                self.followed += 1
