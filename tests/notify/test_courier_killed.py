"""A process is killed between the commit and the sending, and after it: nothing is lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from automation.notify import Courier
from automation.store import Store
from automation.transport import EventDoor
from automation.wiring import SystemClock
from automation.worker import EnginePlace
from tests.databases import url_of
from tests.engine import run_engine
from tests.fakes import Notes, VirtualClock
from tests.notify.process import keep_and_die, send_and_die
from tests.notify.receiver import Receiver, let_verifier_tell_time, receiving
from tests.notify.support import HERE, Post
from tests.store.support import NORTH, Reversing
from tests.worker.process import Log, Work
from tests.worker.support import Crew, at_work

EVENTS = 10
HOLD = 100.0


@pytest.mark.must_hold("serve")
def test_a_process_that_is_killed_on_the_way_loses_nothing_and_makes_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measured: Callable[..., None]
) -> None:
    url = url_of(tmp_path / "vetportal.db")
    clock = VirtualClock(now())
    let_verifier_tell_time(monkeypatch, clock)
    crew = Crew(tmp_path, url, Log(tmp_path), EnginePlace.beside(url))

    async def dies(work: Work) -> None:
        process = await asyncio.to_thread(crew.begin_as, work)
        assert await asyncio.to_thread(process.wait, 120) == -9

    async def scene(post: Post) -> None:
        await post.rows.add_practice(NORTH)
        await post.add()
        await post.begin()
        await post.read(*range(EVENTS))
        await dies(keep_and_die)
        assert (post.receiver.taken, await post.states()) == ([], ["waiting"] * EVENTS)
        await dies(send_and_die)
        assert await post.states() == ["waiting"] * EVENTS
        behind = now() - clock.now()
        clock.pass_time(behind.total_seconds() + HOLD)  # the claim of the dead one is over
        await post.courier.carry("whe_1")
        counted = Counter(post.receiver.ids)
        wanted = {each.id for each in await post.rows.outbox.events("default")}
        measured("events", len(wanted))
        measured("delivered more than once", sum(n > 1 for n in counted.values()))
        assert set(counted) == wanted
        assert set(counted.values()) == {2}  # once by the dead one, once by the next
        assert await post.states() == ["delivered"] * EVENTS

    with at_work(crew):
        run_engine(played(url, clock, scene))


async def played(url: str, clock: VirtualClock, scene: Callable[[Post], Awaitable[None]]) -> None:
    rows = await Store.open(url, clock=clock, sealer=Reversing())
    try:
        async with EventDoor(HERE, clock) as door, receiving(Receiver()) as receiver:
            courier = Courier(rows, door, Notes(), clock, Random(1))
            await scene(Post(rows, clock, courier, receiver, Notes()))
    finally:
        await rows.close()


def now() -> datetime:
    """The time of the processes."""
    return SystemClock().now()
