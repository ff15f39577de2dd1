"""How fast requests start."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import pytest
from typing_extensions import override

from automation.errors import Throttled
from automation.model import Pace
from automation.transport.pace import Pacer
from tests.engine import run_engine
from tests.fakes import VirtualClock


async def ask(pacer: Pacer, clock: VirtualClock, seconds: float = 0.0) -> float:
    started = await pacer.enter()
    if seconds:
        await clock.sleep(seconds)
    pacer.leave(started, answered=True)
    return started


def test_without_a_stated_rate_nothing_waits() -> None:
    clock = VirtualClock()

    async def run() -> None:
        pacer = Pacer(Pace(), clock)
        for _ in range(1000):
            await ask(pacer, clock)

    run_engine(run())
    assert clock.slept == []


def test_a_stated_rate_is_kept_over_any_span() -> None:
    clock = VirtualClock()

    async def run() -> list[float]:
        pacer = Pacer(Pace(per_second=5, parallel=4), clock)
        return [await ask(pacer, clock) for _ in range(100)]

    starts = run_engine(run())
    assert starts[-1] == pytest.approx((100 - 4) / 5)
    for first, last in zip(starts, starts[20:], strict=False):
        assert last - first >= 20 / 5 - 4 / 5 - 1e-9


def test_no_more_than_the_stated_number_are_under_way() -> None:
    clock = VirtualClock()
    under_way = 0
    most = 0

    async def one(pacer: Pacer) -> None:
        nonlocal under_way, most
        started = await pacer.enter()
        under_way += 1
        most = max(most, under_way)
        await clock.sleep(1)
        under_way -= 1
        pacer.leave(started, answered=True)

    async def run() -> None:
        pacer = Pacer(Pace(parallel=3), clock)
        async with asyncio.TaskGroup() as group:
            for _ in range(20):
                group.create_task(one(pacer))

    run_engine(run())
    assert most == 3
    assert clock.monotonic() == pytest.approx(7)


def test_a_cancelled_waiter_leaves_its_place_to_the_next() -> None:
    clock = VirtualClock()

    async def run() -> None:
        pacer = Pacer(Pace(parallel=1), clock)
        started = await pacer.enter()
        waiting = [asyncio.ensure_future(pacer.enter()) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        pacer.leave(started, answered=True)
        waiting[1].cancel()
        await asyncio.wait(waiting, timeout=5)
        assert waiting[2].done()
        assert not waiting[2].cancelled()

    run_engine(run())


def test_nobody_starts_while_the_portal_asked_for_silence() -> None:
    clock = VirtualClock()

    async def run() -> float:
        pacer = Pacer(Pace(), clock)
        pacer.too_many(0, 30)
        return await ask(pacer, clock)

    assert run_engine(run()) == pytest.approx(30)


def test_a_silence_longer_than_a_run_waits_is_an_error_at_once() -> None:
    clock = VirtualClock()

    async def run() -> None:
        pacer = Pacer(Pace(), clock)
        pacer.too_many(0, 3600)
        await pacer.enter()

    with pytest.raises(Throttled) as raised:
        run_engine(run())
    assert raised.value.retry_after == pytest.approx(3600)
    assert clock.slept == []


def test_refusals_of_requests_that_were_under_way_together_count_once() -> None:
    clock = VirtualClock()

    async def run() -> float:
        pacer = Pacer(Pace(per_second=8, parallel=4), clock)
        started = [await pacer.enter() for _ in range(4)]
        clock.pass_time(1)
        for each in started:
            pacer.too_many(each, 5)
            pacer.leave(each, answered=False)
        starts = [await ask(pacer, clock) for _ in range(12)]
        return starts[-1] - starts[4]

    assert run_engine(run()) == pytest.approx(7 / 4, rel=0.2)


class Sliding:
    """A portal that takes so many requests in any second."""

    def __init__(self, clock: VirtualClock, rate: float) -> None:
        self._clock, self._rate = clock, rate
        self._seen: deque[float] = deque()

    def takes(self) -> bool:
        now = self._clock.monotonic()
        while self._seen and self._seen[0] <= now - 1:
            self._seen.popleft()
        if len(self._seen) >= self._rate:
            return False
        self._seen.append(now)
        return True


class Strict(Sliding):
    """One that counts what it refused, too."""

    @override
    def takes(self) -> bool:
        taken = super().takes()
        if not taken:
            self._seen.append(self._clock.monotonic())
        return taken


class Calendar(Sliding):
    """One that begins anew with each second."""

    @override
    def takes(self) -> bool:
        second = int(self._clock.monotonic())
        while self._seen and int(self._seen[0]) < second:
            self._seen.popleft()
        return super().takes()


class Bucket:
    """One that lets a burst pass, of twice what comes back in a second."""

    def __init__(self, clock: VirtualClock, rate: float) -> None:
        self._clock, self._rate = clock, rate
        self._left, self._at = 2 * rate, 0.0

    def takes(self) -> bool:
        now = self._clock.monotonic()
        self._left = min(2 * self._rate, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


@dataclass
class Seen:
    """What a portal took and refused after the first five minutes."""

    taken: int = 0
    refused: int = 0

    def used(self, rate: float, seconds: float) -> float:
        return self.taken / (rate * seconds)


def asked(
    limit: type[Sliding | Bucket], rate: float, *, readers: int, latency: float, seconds: float
) -> Seen:
    """Ask a portal that names no limit as much as the pacer allows."""
    clock, rng, seen = VirtualClock(), Random(7), Seen()

    async def one(pacer: Pacer, portal: Sliding | Bucket) -> None:
        while clock.monotonic() < SETTLING + seconds:
            started = await pacer.enter()
            await clock.sleep(latency * rng.uniform(0.4, 0.6))
            taken = portal.takes()
            await clock.sleep(latency * rng.uniform(0.4, 0.6))
            pacer.leave(started, answered=taken)
            if not taken:
                pacer.too_many(started, None)
            if clock.monotonic() >= SETTLING:
                seen.taken += taken
                seen.refused += not taken

    async def run() -> None:
        pacer, portal = Pacer(Pace(parallel=readers), clock), limit(clock, rate)
        async with asyncio.TaskGroup() as group:
            for _ in range(readers):
                group.create_task(one(pacer, portal))

    run_engine(run())
    return seen


SETTLING = 300.0
LIMITS: tuple[type[Sliding | Bucket], ...] = (Sliding, Strict, Calendar, Bucket)


@pytest.mark.must_hold("writes")
@pytest.mark.parametrize("limit", LIMITS)
def test_of_a_limit_that_nobody_documents_most_is_used_and_it_is_seldom_met(
    limit: type[Sliding | Bucket],
    scale: Callable[[float, float], float],
    measured: Callable[..., None],
) -> None:
    seconds = scale(300.0, 3600.0)
    for readers, latency in ((1, 0.05), (4, 0.1)):
        seen = asked(limit, 5, readers=readers, latency=latency, seconds=seconds)
        share = seen.refused / (seen.taken + seen.refused)
        told = f"{limit.__name__}, {readers} at once, answers in {latency} s"
        measured(told, f"{seen.used(5, seconds):.0%} used, {share:.2%} refused")
        assert seen.used(5, seconds) >= 0.8
        assert share < 0.01


@pytest.mark.parametrize("rate", [1, 12])
def test_smaller_and_larger_limits_are_found_as_well(rate: int) -> None:
    seen = asked(Sliding, rate, readers=4, latency=0.1, seconds=200)
    assert seen.used(rate, 200) >= 0.8
    assert seen.refused < 0.02 * seen.taken


def test_a_limit_that_was_lifted_is_forgotten() -> None:
    clock = VirtualClock()

    async def run() -> float:
        pacer, portal = Pacer(Pace(parallel=1), clock), Sliding(clock, 5)
        while clock.monotonic() < 60:
            started = await pacer.enter()
            await clock.sleep(0.01)
            taken = portal.takes()
            pacer.leave(started, answered=taken)
            if not taken:
                pacer.too_many(started, None)
        lifted = clock.monotonic()
        while clock.monotonic() < lifted + 100:
            await ask(pacer, clock, 0.01)
        before = clock.monotonic()
        for _ in range(100):
            await ask(pacer, clock, 0.01)
        return clock.monotonic() - before

    assert run_engine(run()) == pytest.approx(1, rel=0.05)


def test_a_portal_that_becomes_slow_is_asked_less_at_once() -> None:
    clock = VirtualClock()

    async def together(pacer: Pacer, seconds: float) -> float:
        before = clock.monotonic()
        async with asyncio.TaskGroup() as group:
            for _ in range(8):
                group.create_task(ask(pacer, clock, seconds))
        return clock.monotonic() - before

    async def run() -> list[float]:
        pacer = Pacer(Pace(parallel=8), clock)
        rounds = [await together(pacer, 0.1) for _ in range(3)]
        rounds.append(await together(pacer, 10))
        rounds.append(await together(pacer, 0.1))
        rounds += [await together(pacer, 0.1) for _ in range(20)]
        return rounds

    rounds = run_engine(run())
    assert rounds[2] == pytest.approx(0.1)
    assert rounds[4] == pytest.approx(0.2)
    assert rounds[-1] == pytest.approx(0.1)
