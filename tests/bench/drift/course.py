"""What the watch is put through: healthy days, then each change, by itself and with others."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol

from automation.drift import Baseline, Consumption, Observation, judge
from automation.model import Exchange, Finding, Flow
from tests.bench.drift.score import LOUD, Expected, Outcome, Table, spoken
from tests.bench.drift.screens import Run, Stage
from tests.bench.drift.use import FLOWS, PORTAL, SIGN_IN, UNUSED, USED
from tests.bench.drift.wire import FIRST, observed
from tests.simulator import Simulator

LATER: Final = 40
"""The day on which the portal changes; the days before are healthy."""

_MANY: Final = 10
"""Changes there have to be before any are drawn."""

Observed = Callable[[Consumption], Observation]
"""One run, seen with the eyes of somebody who uses this much."""


@dataclass
class Watched:
    """The baselines of one flow, where what it shows is used and where nothing is."""

    flow: str
    used: Consumption
    baselines: dict[bool, Baseline] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for used in (True, False):
            self.baselines[used] = Baseline(portal=PORTAL, practice="north", flow=self.flow)

    def use(self, used: bool) -> Consumption:
        return self.used if used else UNUSED

    def learn(self, seen: Observed) -> list[Finding]:
        """Take in one more healthy run; what is loud is a false alarm."""
        found: list[Finding] = []
        for used, baseline in self.baselines.items():
            judged = judge(baseline, seen(self.use(used)), self.use(used))
            self.baselines[used] = judged.baseline
            found += [one for one in judged.findings if one.severity in LOUD]
        return found

    def outcomes(self, expected: Expected, runs: Sequence[Observed]) -> list[Outcome]:
        """What is told of some runs of a changed portal, both ways."""
        found: list[Outcome] = []
        for used, accepted in self.baselines.items():
            if not used and expected.unused is None:
                continue
            baseline = accepted
            known: dict[str, Finding] = {}
            for seen in runs[: 1 if used else expected.runs]:
                judged = judge(baseline, seen(self.use(used)), self.use(used))
                baseline = judged.baseline
                known = {one.fingerprint: one for one in judged.findings} | known
            found.append(Outcome(expected, used, tuple(known.values())))
        return found


@dataclass
class Lab:
    """The lab and its switches."""

    sim: Simulator

    def known(self) -> list[Expected]:
        """What it can change, with what ought to be told."""
        return [Expected.of(facts) for facts in self.sim.door.ask("mutations")["known"]]

    def day(self, number: int) -> None:
        """Move it to a day; the time stands still there."""
        self.sim.clock.freeze()
        self.sim.clock.set(FIRST + timedelta(days=number))

    def on(self, *names: str) -> None:
        """Have these mutations on and no others."""
        self.sim.door.ask("mutations", {"on": list(names)})


class Reads(Protocol):
    """Somebody who is signed in at a portal and asks for the same things each day."""

    base: str

    def day(self, number: int) -> None:
        """Move the portal to a day."""
        ...

    def read(self) -> tuple[Exchange, ...]:
        """What is exchanged in one run."""
        ...


class WireCourse:
    """The course by replay."""

    def __init__(self, lab: Lab, reader: Reads, watched: Watched) -> None:
        self._lab = lab
        self._reader = reader
        self._watched = watched

    def healthy(self, days: Iterable[int]) -> list[str]:
        """Read on healthy days; the false alarms in words."""
        alarms: list[str] = []
        self._lab.on()
        for day in days:
            found = self._watched.learn(self._seen(day))
            alarms += [f"by replay, day {day}: {spoken(found)}"] if found else []
        return alarms

    def change(self, expected: Expected, *names: str) -> list[Outcome]:
        """One mutation, or several at once."""
        self._lab.on(*(names or (expected.name,)))
        runs = [self._seen(LATER + n, front=expected.front) for n in range(expected.runs)]
        self._lab.on()
        return self._watched.outcomes(expected, runs)

    def _seen(self, day: int, *, front: bool = False) -> Observed:
        self._reader.day(day)
        exchanges = self._reader.read()
        return lambda use: observed(exchanges, use, base=self._reader.base, front=front)


class PageCourse:
    """The course in the browser."""

    def __init__(self, lab: Lab, stage: Stage) -> None:
        self._lab = lab
        self._stage = stage
        self.watched = {name: Watched(name, USED[name]) for name in FLOWS}

    async def healthy(self, flow: Flow, days: Iterable[int]) -> list[str]:
        """Play on healthy days; the false alarms in words."""
        alarms: list[str] = []
        self._lab.on()
        for day in days:
            run = await self._play(flow, day)
            found = self.watched[flow.flow].learn(self._seen(run))
            alarms += [f"{flow.flow}, day {day}: {spoken(found)}"] if found else []
        return alarms

    async def change(self, expected: Expected) -> list[Outcome]:
        """One mutation."""
        self._lab.on(expected.name)
        flow = FLOWS[expected.flow]
        runs = [await self._play(flow, LATER + n) for n in range(expected.runs)]
        self._lab.on()
        return self.watched[flow.flow].outcomes(expected, [self._seen(run) for run in runs])

    async def _play(self, flow: Flow, day: int) -> Run:
        self._lab.day(day)
        await (self._stage.forget() if flow is SIGN_IN else self._stage.come_back())
        return await self._stage.play(flow)

    def _seen(self, run: Run) -> Observed:
        return lambda use: run.observed(self._stage.base, use)


def together(known: Sequence[Expected], count: int, *, seed: int) -> list[tuple[Expected, ...]]:
    """Changes that may come in one release, three at a time, drawn from a seed."""
    chance = random.Random(seed)
    single = [one for one in known if one.wire and one.touches and "*" not in one.touches]
    plain = [one for one in single if not one.silent and not one.environment]
    drawn: list[tuple[Expected, ...]] = []
    while len(plain) >= _MANY and len(drawn) < count:
        three = tuple(chance.sample(plain, 3))
        places = [place for one in three for place in one.touches]
        if len(set(places)) == len(places) and not _within(places):
            drawn.append(three)
    return drawn


def _within(places: Sequence[str]) -> bool:
    """Whether one place lies inside another."""
    return any(
        one != other and one.startswith((f"{other}.", f"{other}["))
        for one in places
        for other in places
    )


def count_together(table: Table, course: WireCourse, release: tuple[Expected, ...]) -> None:
    """Each of the changes of one release ought to be told as if it were alone."""
    names = [one.name for one in release]
    rules = {rule for one in release for rule in (*one.rules, *one.also)}
    for one in release:
        beside = Expected(
            name=f"{one.name} with {', '.join(n for n in names if n != one.name)}",
            rules=one.rules,
            used=one.used,
            unused=None,
            also=frozenset(rules),
            runs=1,
            wire=True,
            front=one.front,
        )
        for outcome in course.change(beside, *names):
            table.count(outcome)
