"""The budgets that a portal states are kept to the call, and nobody waits longer than needed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from math import ceil
from random import Random

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from automation.errors import Throttled
from automation.model import AllowList, Budget, Call, Charge, Pace, Portal, Practice
from automation.transport import Budgets, HttpDoor, OwnLedger
from tests.engine import run_engine
from tests.fakes import VirtualClock

ORIGIN = "https://app.acme.example"
PORTAL = Portal(portal="acme", title="Acme", hosts=())
NORTH = Practice(name="north", portal="acme", base_url=ORIGIN)


class Counting:
    """A portal that counts calls as they arrive and refuses what is beyond its budget.

    What is on its way takes `delays` there and back, in turn.
    """

    def __init__(
        self, clock: VirtualClock, budget: Budget, delays: tuple[float, ...] = (0.0,)
    ) -> None:
        self._clock, self._budget, self._delays = clock, budget, delays
        self.arrived: list[tuple[float, int]] = []
        self.refused = 0
        self.sent = 0

    async def call(self, weight: int) -> bool:
        delay = self._delays[self.sent % len(self._delays)]
        self.sent += 1
        await self._clock.sleep(delay)
        now = self._clock.monotonic()
        used = sum(w for at, w in self.arrived if at > now - self._budget.seconds)
        if used + weight > self._budget.calls:
            self.refused += 1
            return False
        self.arrived.append((now, weight))
        await self._clock.sleep(delay)
        return True

    def worst(self) -> int:
        """The most that arrived within any span."""
        return max(
            sum(w for at, w in self.arrived if last - self._budget.seconds < at <= last)
            for last, _ in self.arrived
        )


async def calling(budgets: Budgets, portal: Counting, charge: Charge) -> None:
    taken = await budgets.take(charge)
    try:
        await portal.call(charge.weight)
    finally:
        budgets.done(taken)


def charge_of(budget: Budget, weight: int = 1, name: str = "list-things") -> Charge:
    return Charge(name, budget, weight)


def in_turn(budget: Budget, weights: list[int], delays: tuple[float, ...] = (0.0,)) -> Counting:
    """Calls one after the other, as pages of a list are."""
    clock = VirtualClock()
    portal = Counting(clock, budget, delays)
    portal_time: list[float] = []

    async def run() -> None:
        budgets = Budgets("user", OwnLedger(), clock)
        for weight in weights:
            await calling(budgets, portal, charge_of(budget, weight))
        portal_time.append(clock.monotonic())

    run_engine(run())
    return portal


def test_a_full_budget_is_used_at_once_and_the_rest_when_its_span_is_over() -> None:
    portal = in_turn(Budget(calls=60, items_per_call=50), [4] * 45)
    assert [at for at, _ in portal.arrived] == pytest.approx(
        [0.0] * 15 + [60.0] * 15 + [120.0] * 15
    )
    assert portal.refused == 0


def test_what_the_last_calls_of_a_run_took_long_for_counts_in_the_next_one() -> None:
    clock, budget, ledger = VirtualClock(), Budget(calls=3), OwnLedger()
    portal = Counting(clock, budget, (20.0, 20.0, 20.0, 0.0, 0.0, 0.0))

    async def run() -> None:
        for _ in range(2):
            budgets = Budgets("user", ledger, clock)
            one = charge_of(budget)
            await asyncio.gather(*(calling(budgets, portal, one) for _ in range(3)))
            await budgets.settle()

    run_engine(run())
    assert portal.refused == 0
    assert portal.worst() <= 3


WEIGHTS = st.lists(st.integers(1, 7), min_size=1, max_size=40)
DELAYS = st.lists(st.sampled_from([0.0, 0.1, 1.5, 20.0, 70.0]), min_size=1, max_size=5)
PAUSES = st.lists(st.sampled_from([0.0, 0.0, 0.5, 7.0, 31.0, 90.0]), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(
    weights=WEIGHTS,
    pauses=PAUSES,
    delays=DELAYS,
    calls=st.integers(7, 30),
    abreast=st.integers(1, 5),
)
def test_whenever_calls_come_and_however_long_they_take_no_span_holds_more_than_the_budget(
    weights: list[int], pauses: list[float], delays: list[float], calls: int, abreast: int
) -> None:
    clock = VirtualClock()
    budget = Budget(calls=calls)
    portal = Counting(clock, budget, tuple(delays))

    async def some(budgets: Budgets, mine: list[tuple[int, float]]) -> None:
        for weight, pause in mine:
            await clock.sleep(pause)
            await calling(budgets, portal, charge_of(budget, weight))

    async def run() -> None:
        budgets = Budgets("user", OwnLedger(), clock)
        everything = [(w, pauses[i % len(pauses)]) for i, w in enumerate(weights)]
        async with asyncio.TaskGroup() as group:
            for first in range(abreast):
                group.create_task(some(budgets, everything[first::abreast]))

    run_engine(run())
    assert portal.refused == 0
    assert len(portal.arrived) == len(weights)
    assert portal.worst() <= calls


@settings(max_examples=60, deadline=None)
@given(weights=WEIGHTS, calls=st.integers(7, 30))
def test_nobody_waits_longer_than_the_budget_demands(weights: list[int], calls: int) -> None:
    budget = Budget(calls=calls)
    portal = in_turn(budget, weights)
    for position, (at, weight) in enumerate(portal.arrived):
        before = portal.arrived[:position]
        earliest = max((start for start, _ in before), default=0.0)
        while sum(w for start, w in before if start > earliest - 60) + weight > calls:
            earliest = min(start for start, _ in before if start > earliest - 60) + 60
        assert at == pytest.approx(earliest)
    # a call that no longer fits leaves at most its own weight unused in each span
    worst = calls - max(weights) + 1
    assert portal.arrived[-1][0] <= 60 * (ceil(sum(weights) / worst) - 1) + 1e-6


def test_a_call_that_takes_long_counts_until_a_span_after_its_answer() -> None:
    portal = in_turn(Budget(calls=1), [1, 1], delays=(10.0,))
    assert [at for at, _ in portal.arrived] == [10.0, 90.0]


def test_endpoints_do_not_wait_for_each_other_and_those_that_share_a_budget_do() -> None:
    clock = VirtualClock()
    one = Budget(calls=1)
    started: dict[str, list[float]] = {}

    async def call(budgets: Budgets, name: str) -> None:
        budgets.done(await budgets.take(charge_of(one, name=name)))
        started.setdefault(name, []).append(clock.monotonic())

    async def run() -> None:
        budgets = Budgets("user", OwnLedger(), clock)
        async with asyncio.TaskGroup() as group:
            for name in ("list-a", "list-a", "list-b", "shared", "shared"):
                group.create_task(call(budgets, name))

    run_engine(run())
    assert started == {"list-a": [0, 60], "list-b": [0], "shared": [0, 60]}


def test_a_budget_belongs_to_a_user_whatever_session_asks() -> None:
    clock = VirtualClock()
    one = charge_of(Budget(calls=1))

    async def run() -> tuple[float, float]:
        ledger = OwnLedger()
        await Budgets("anna", ledger, clock).take(one)
        await Budgets("ben", ledger, clock).take(one)
        others = clock.monotonic()
        await Budgets("anna", ledger, clock).take(one)
        return others, clock.monotonic()

    assert run_engine(run()) == (0, 60)


def test_who_stops_waiting_leaves_the_turn_to_the_next() -> None:
    clock = VirtualClock()
    one = charge_of(Budget(calls=1))

    async def run() -> float:
        budgets = Budgets("user", OwnLedger(), clock)
        budgets.done(await budgets.take(one))
        waiting = [asyncio.ensure_future(budgets.take(one)) for _ in range(2)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await waiting[1]
        return clock.monotonic()

    assert run_engine(run()) == 60


def test_a_budget_that_is_used_up_for_longer_than_a_run_waits_is_an_error_at_once() -> None:
    clock = VirtualClock()
    daily = charge_of(Budget(calls=1, seconds=86400))

    async def run() -> None:
        budgets = Budgets("user", OwnLedger(), clock)
        budgets.done(await budgets.take(daily))
        await budgets.take(daily)

    with pytest.raises(
        Throttled, match=r"the budget of list-things is used up for 86400 s"
    ) as told:
        run_engine(run())
    assert told.value.retry_after == 86400
    assert clock.slept == []


# ---------------------------------------------------------------- refused all the same


class Busy(httpx2.AsyncBaseTransport):
    """A portal whose budget somebody else uses up, too."""

    def __init__(self, clock: VirtualClock, refusals: list[str | None]) -> None:
        self._clock, self._refusals = clock, refusals
        self.asked: list[tuple[str, float]] = []

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        self.asked.append((path, self._clock.monotonic()))
        if path == "/moved":
            return httpx2.Response(301, headers={"location": "/a"})
        if path == "/a" and self._refusals:
            after = self._refusals.pop(0)
            return httpx2.Response(429, headers={"retry-after": after} if after else {})
        return httpx2.Response(200, content=b"{}")


Scene = Callable[[HttpDoor], Awaitable[None]]


def in_busy_portal(scene: Scene, *refusals: str | None, parallel: int = 4) -> Busy:
    clock = VirtualClock()
    portal = Busy(clock, list(refusals))

    async def run() -> None:
        allowed, pace = AllowList.of(PORTAL, NORTH), Pace(parallel=parallel)
        door = HttpDoor(allowed, pace, clock=clock, rng=Random(1), transport=portal)
        async with door:
            await scene(door)

    run_engine(run())
    return portal


def call_to(path: str, calls: int, name: str = "") -> Call:
    charge = Charge(name or path, Budget(calls=calls))
    return Call("GET", f"{ORIGIN}{path}", charge=charge)


def test_a_refusal_holds_its_own_budget_as_long_as_the_portal_says_and_no_other() -> None:
    async def scene(door: HttpDoor) -> None:
        async with asyncio.TaskGroup() as group:
            for path in ("/a", "/a", "/b", "/c"):
                group.create_task(door.send(call_to(path, 1 if path == "/a" else 5)))

    portal = in_busy_portal(scene, "7")
    assert portal.asked[:3] == [("/a", 0), ("/b", 0), ("/c", 0)]
    assert portal.asked[3] == ("/a", 7)


def test_after_a_refusal_our_own_calls_count_as_before() -> None:
    async def scene(door: HttpDoor) -> None:
        for _ in range(7):
            await door.send(call_to("/a", 3))

    portal = in_busy_portal(scene, "7")
    times = [at for _, at in portal.asked]
    assert times == pytest.approx([0, 7, 7, 7, 67, 67, 67, 127])


def test_a_refusal_that_names_no_time_is_tried_again_until_a_span_is_over() -> None:
    async def scene(door: HttpDoor) -> None:
        await door.send(call_to("/a", 3))

    portal = in_busy_portal(scene, *[None] * 5)
    assert [at for _, at in portal.asked] == pytest.approx([0, 10, 20, 30, 40, 50])


def test_a_refusal_for_longer_than_a_run_waits_ends_the_call() -> None:
    async def scene(door: HttpDoor) -> None:
        with pytest.raises(Throttled):
            await door.send(call_to("/a", 3))
        with pytest.raises(Throttled, match="used up"):
            await door.send(call_to("/a", 3))

    assert len(in_busy_portal(scene, "3600").asked) == 1


def test_who_waits_for_a_budget_takes_no_place_from_others() -> None:
    async def scene(door: HttpDoor) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(door.send(call_to("/b", 1)))
            for _ in range(5):
                group.create_task(door.send(call_to("/c", 9)))

    portal = in_busy_portal(scene, parallel=1)
    assert [at for path, at in portal.asked if path == "/c"] == [0] * 5
    assert [at for path, at in portal.asked if path == "/b"] == [0, 60, 120, 180, 240]


def test_a_redirect_costs_once() -> None:
    async def scene(door: HttpDoor) -> None:
        for _ in range(3):
            await door.send(call_to("/moved", 3))

    assert {at for _, at in in_busy_portal(scene).asked} == {0}
