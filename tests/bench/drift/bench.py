"""Measures the whole: each change of the lab, alone and with others, healthy days, and healing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from automation.drift import RULES
from tests.bench.drift.course import (
    Lab,
    PageCourse,
    Watched,
    WireCourse,
    count_together,
    together,
)
from tests.bench.drift.healing import Healed, heals
from tests.bench.drift.score import Expected, Outcome, Table, spoken
from tests.bench.drift.screens import staged
from tests.bench.drift.use import FLOWS, LIST, PORTAL, USED
from tests.bench.drift.wire import reader
from tests.simulator import running


@dataclass(frozen=True)
class Counts:
    """How much is done.

    Attributes:
        read: healthy days before the first change, by replay.
        played: the same in the browser, of each flow.
        healthy_read: healthy days that are judged, by replay.
        healthy_played: the same in the browser.
        releases: of three changes at once.
        every: each how many-th change of answers, and each how many-th control, is taken.
        pages: the changes of pages that are taken; all without any.
    """

    read: int = 30
    played: int = 10
    healthy_read: int = 94
    healthy_played: int = 6
    releases: int = 20
    every: int = 1
    pages: tuple[str, ...] = ()


FULL: Final = Counts()
REDUCED: Final = Counts(
    read=21,
    played=3,
    healthy_read=6,
    healthy_played=1,
    releases=2,
    every=5,
    pages=("net.req.param.new", "dom.loc.missing", "dom.flow.consent", "dom.frame.in"),
)


@dataclass
class Figures:
    """What was measured.

    Attributes:
        table: by rule.
        alarms: loud findings of healthy days, in words.
        days: healthy days that were judged.
        told: what was told of each mutation, in words.
        healed: what became of each control.
    """

    table: Table = field(default_factory=Table)
    alarms: list[str] = field(default_factory=list)
    days: int = 0
    told: list[str] = field(default_factory=list)
    healed: list[Healed] = field(default_factory=list)

    @property
    def recovered(self) -> int:
        return sum(one.right for one in self.healed)

    @property
    def wrong(self) -> list[Healed]:
        return [one for one in self.healed if one.wrong]

    def lines(self) -> list[str]:
        """All of it as text."""
        table = self.table
        return [
            *self.told,
            *table.lines(sorted(table.rows.items())),
            "",
            *table.lines([*table.families().items(), ("all", table.total)]),
            "",
            *table.faults,
            f"{len(self.alarms)} loud alarms in {self.days} healthy days",
            *self.alarms,
            f"{self.recovered} of {len(self.healed)} controls found again, {len(self.wrong)} wrong",
            *(one.words() for one in self.healed if one.wrong or not one.right),
        ]


async def measure(counts: Counts, *, begins: tuple[str, ...] = (), told: bool = False) -> Figures:
    """Put the watch through its course; another practice has words and fields of its own."""
    figures = Figures()
    with running(PORTAL) as sim, reader(sim) as reading:
        lab = Lab(sim)
        known = [one for one in lab.known() if one.name.startswith(begins or "") and _ruled(one)]
        lab.day(0)
        watched = Watched(LIST.flow, USED[LIST.flow])
        _by_replay(figures, counts, WireCourse(lab, reading, watched), known)
        with reader(sim, "bea") as elsewhere:
            watched = Watched(LIST.flow, USED[LIST.flow])
            course = WireCourse(lab, elsewhere, watched)
            days = counts.read + counts.healthy_read // 4
            figures.alarms += [f"the other practice, {one}" for one in course.healthy(range(days))]
        async with staged(sim) as stage:
            await _in_the_browser(figures, counts, PageCourse(lab, stage), known)
            wanted = [one for one in known if one.heal and "~" not in one.name]
            figures.healed = await heals(lab, stage, wanted[:: counts.every])
    if not told:
        figures.told = []
    return figures


def _ruled(expected: Expected) -> bool:
    """Whether there are rules that could tell of it."""
    return set(expected.rules) <= {rule.id for rule in RULES}


def _by_replay(
    figures: Figures, counts: Counts, course: WireCourse, known: Sequence[Expected]
) -> None:
    figures.alarms += course.healthy(range(counts.read))
    for expected in [one for one in known if one.wire][:: counts.every]:
        _count(figures, course.change(expected))
    for release in together(known, counts.releases, seed=1):
        count_together(figures.table, course, release)
    days = range(counts.read, counts.read + counts.healthy_read)
    figures.alarms += course.healthy(days)
    figures.days += counts.healthy_read


async def _in_the_browser(
    figures: Figures, counts: Counts, course: PageCourse, known: Sequence[Expected]
) -> None:
    wanted = [
        one
        for one in known
        if not one.wire and not one.heal and (not counts.pages or one.name in counts.pages)
    ]
    for name in {LIST.flow, *(one.flow for one in wanted)}:
        figures.alarms += await course.healthy(FLOWS[name], range(counts.played))
    for expected in wanted:
        _count(figures, await course.change(expected))
    days = range(counts.played, counts.played + counts.healthy_played)
    figures.alarms += await course.healthy(LIST, days)
    figures.days += counts.healthy_played


def _count(figures: Figures, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        figures.table.count(outcome)
        way = "used" if outcome.used else "unused"
        figures.told.append(f"{outcome.expected.name}, {way}: {spoken(outcome.told)}")
