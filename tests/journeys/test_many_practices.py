"""Many practices, several workers, and what may happen to them: nothing is lost or done twice."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

import pytest

from automation import pipeline, vault
from automation.model import Write
from automation.pipeline import Tools
from automation.store import Scope
from automation.worker import EngineClient, EnginePlace, ask_for_write
from tests.databases import url_of
from tests.journeys import shift
from tests.journeys import street as streets
from tests.journeys.leasing import Tenure, tell_leases, tenures, two_at_once
from tests.journeys.street import CLIENTS, Street
from tests.journeys.world import NO_BROWSER, Home
from tests.postgres import Cluster
from tests.worker.process import Log
from tests.worker.support import Crew, Process, at_work, several

pytestmark = pytest.mark.usefixtures("database")
Measure = Callable[..., None]
Scale = Callable[[int, int], int]
TTL: Final = 3.0
"""Seconds after which leases run out, and workers count as dead."""
_AT_ONCE: Final = 8
_LONGEST: Final = 1800.0
_REST: Final = 2.0
"""Seconds between two kills at least."""


@dataclass
class Scene:
    """A street, a home with all of its shops, and the workers of that home."""

    street: Street
    home: Home
    crew: Crew
    crowd: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def names(self) -> list[str]:
        return list(self.street.shops)

    @property
    def living(self) -> list[Process]:
        return [each for each in self.crew.processes if each.poll() is None]

    def staff(self, crowd: int) -> None:
        """Begin so many workers; from now on, whoever waits here begins one for each that ended."""
        self.crowd = crowd
        with self.lock:
            while len(self.living) < crowd:
                self.crew.begin(silent=TTL)

    def wait(self, holds: Callable[[], bool]) -> None:
        def staffed() -> bool:
            self.staff(self.crowd)
            return holds()

        self.crew.wait(staffed, _LONGEST, pause=0.25)

    def ask_for(self, turn: int, *, sync: bool = True) -> None:
        """Accept two sales in each shop, and ask for a sync; then all tokens are unknown.

        The job of the first sale is asked for by whoever finds it, that of the second one is in a
        queue that keeps nothing apart.
        """
        known = shift.hurried()

        async def scene(tools: Tools) -> None:
            room = asyncio.Semaphore(_AT_ONCE)

            async def sell(name: str, client: EngineClient) -> None:
                async with room:
                    practice = await tools.store.practice(name)
                    first, second = [
                        await pipeline.accept_write(
                            tools, practice, "sell", {"client_id": 1}, key=f"{turn}-{number}"
                        )
                        for number in range(2)
                    ]
                    jobs = [self.crew.job("write-too", name, write=second.id)]
                    jobs += [self.crew.job("sync", name)] if sync else []
                    for job in jobs:
                        await client.enqueue(known.attempt(job, f"{job.kind}-{turn}-{name}"))
                    if name < self.names[len(self.names) // 2]:
                        await ask_for_write(client, known, first)

            async with (
                EngineClient.open(self.crew.place) as client,
                asyncio.TaskGroup() as group,
            ):
                for name in self.names:
                    group.create_task(sell(name, client))

        self.home.work(scene)
        self.street.forget()

    def has_sold(self, count: int) -> bool:
        return self.street.sales >= count

    def writes(self) -> tuple[Write, ...]:
        return self.home.work(lambda tools: pipeline.list_writes(tools, limit=100_000))

    def await_end(self) -> None:
        """Wait until every write is over and no job is open."""
        self.wait(lambda: all(write.is_over for write in self.writes()))
        self.wait(self.crew.all_over)

    def compare(self, asked: int) -> Counter[str]:
        """Each write that was asked for is one sale of its shop, and no job is left behind."""
        writes = self.writes()
        assert len(writes) == asked
        assert [w.why for w in writes if w.happened is not True] == []
        for name, shop in self.street.shops.items():
            wanted = Counter(w.marker for w in writes if w.practice == name)
            assert Counter(shop.sold) == wanted, name
        jobs = self.crew.ask(lambda client: client.jobs(limit=100_000))
        assert [(j.attempt.key, j.end) for j in jobs if j.state != "done"] == []
        return Counter(job.attempt.job.kind for job in jobs)

    def tries(self) -> dict[str, int]:
        """How often each job was tried."""
        jobs = self.crew.ask(lambda client: client.jobs(limit=100_000))
        return {job.attempt.key: job.attempt.number for job in jobs}

    def read(self) -> dict[str, int]:
        """How many clients the store has of each practice."""

        async def scene(tools: Tools) -> dict[str, int]:
            return {
                name: len(await tools.store.rows("client", Scope(practice=name), limit=100))
                for name in self.names
            }

        return self.home.work(scene)


@contextmanager
def scene_of(folder: Path, count: int, url: str = "") -> Iterator[Scene]:
    """A street with that many shops; its workers end with the block."""
    with streets.running(*(f"shop-{number:02}" for number in range(count))) as street:
        home = Home.new(folder / "home", flows=streets.written(folder / "flows"))
        vault.make_key_file(home.settings.key_file)
        url = url or url_of(home.database)
        if url.startswith("postgresql"):
            home = Home(home.path, home.flows, {**NO_BROWSER, "VETPORTAL_DATABASE_URL": url})
        home.work(street.move_in)
        crew = Crew(
            folder,
            url,
            Log(folder),
            EnginePlace.beside(url),
            work=shift.work,
            environment=home.variables,
        )
        with at_work(crew):
            yield Scene(street, home, crew)


@contextmanager
def killing(scene: Scene, count: int, every: int) -> Iterator[list[int]]:
    """Kill a worker at random after each so many sales, and begin another one in its place.

    At most one in some seconds is killed, and so many in all; those that were are in the list.
    """
    chance, killed, over = Random(7), list[int](), threading.Event()

    def kill() -> None:
        while len(killed) < count and not over.wait(_REST):
            if scene.has_sold((len(killed) + 1) * every):
                victim = chance.choice(scene.living)
                scene.crew.kill(victim)
                killed.append(victim.pid)
                scene.staff(scene.crowd)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def outside(street: Street, held: list[Tenure]) -> int:
    """Requests to sell that reached a shop while nobody had the right to write there."""
    count = 0
    for name, shop in street.shops.items():
        own = [each for each in held if each.key == f"writer:{name}"]
        for moment in shop.arrived:
            count += not any(each.began <= moment <= each.ended for each in own)
    return count


@pytest.mark.must_hold("writes")
def test_workers_that_are_killed_lose_nothing_do_nothing_twice_and_share_no_right(
    tmp_path: Path, scale: Scale, measured: Measure
) -> None:
    practices, turns, most = scale(4, 60), scale(1, 3), scale(2, 20)
    asked = 2 * practices * turns
    with scene_of(tmp_path, practices) as scene:
        tell_leases(scene.home.database)
        crowd = 3 if several() else 1
        scene.staff(crowd)
        with killing(scene, most, asked // (most + 1)) as killed:
            for turn in range(turns):
                scene.ask_for(turn)
            scene.await_end()
        done = scene.compare(asked)
        assert scene.read() == dict.fromkeys(scene.names, len(CLIENTS))
        held = tenures(scene.home.database)
        shops = scene.street.shops.values()
        logins = [each for each in held if each.key.startswith("login:")]
        writers = [each for each in held if each.key.startswith("writer:")]
        measured("jobs", f"{done.total()} of {practices} practices, {done['sync']} of them syncs")
        measured("workers killed", f"{len(killed)} of {crowd} at once")
        measured("sales at the portal", scene.street.sales)
        measured("rights to write", f"{len(writers)}, two at once: {two_at_once(writers)}")
        measured("logins", f"{len(logins)}, two at once: {two_at_once(logins)}")
        assert killed
        assert two_at_once(held) == 0
        assert {shop.most["POST token"] for shop in shops} == {1}
        assert {shop.most["POST sale"] for shop in shops} == {1}
        assert outside(scene.street, writers) == 0


@pytest.mark.must_hold("writes")
@pytest.mark.only_on("postgresql")
def test_a_worker_that_is_frozen_and_woken_too_late_submits_nothing(
    tmp_path: Path, measured: Measure
) -> None:
    with scene_of(tmp_path, 2) as scene:
        before, after = scene.street.shops.values()
        scene.ask_for(0, sync=False)
        looking, selling = before.hold("GET sale"), after.hold("POST sale")
        scene.staff(1)
        [frozen] = scene.living
        assert looking.came.wait(60)
        assert selling.came.wait(60)
        frozen.send_signal(signal.SIGSTOP)
        looking.goes_on.set()
        selling.goes_on.set()
        scene.staff(2)
        scene.await_end()
        kept, sold, tries = scene.writes(), scene.street.sales, scene.tries()
        frozen.send_signal(signal.SIGCONT)
        assert frozen.wait(60) != 0
        scene.crowd = 1
        scene.await_end()
        scene.compare(4)
        measured("sales that the woken worker sent", scene.street.sales - sold)
        assert [len(shop.arrived) for shop in (before, after)] == [2, 2]
        assert scene.writes() == kept
        assert scene.tries() == tries, "it asked for no further try of what is done"


@pytest.mark.must_hold("writes")
@pytest.mark.only_on("postgresql")
def test_a_database_that_breaks_down_in_the_middle_loses_nothing_and_nobody_is_declared_dead(
    tmp_path: Path, own_postgres: Cluster, measured: Measure, scale: Scale
) -> None:
    practices = scale(2, 20)
    with scene_of(tmp_path, practices, own_postgres.url()) as scene:
        for turn in range(2):
            scene.ask_for(turn)
        scene.staff(2)
        scene.wait(partial(scene.has_sold, practices // 2))
        own_postgres.stop(signal.SIGQUIT)
        time.sleep(1.5 * TTL)
        own_postgres.start()
        scene.await_end()
        done = scene.compare(2 * 2 * practices)
        ended = [each.poll() for each in scene.crew.processes]
        measured("jobs over a crash", f"{done.total()}, {done['sync']} of them syncs")
        assert scene.read() == dict.fromkeys(scene.names, len(CLIENTS))
        assert ended == [None, None]
