"""The contract of the engine, held with real processes and real signals.

SQLite has one worker at a time; what another worker does on PostgreSQL, the next one does there.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from automation.model import Attempt, JobEnd, JobStatus
from automation.store import Leases, Store
from automation.worker import EngineClient, EnginePlace
from automation.worker.engine import DurableEngine
from tests.engine import run_engine
from tests.store.support import in_store
from tests.worker.engine.support import attempt, place_in, running, until
from tests.worker.support import Crew, crew, several

pytestmark = pytest.mark.usefixtures("database")
Measure = Callable[..., None]


def steps(crew: Crew, what: str, job: str) -> Counter[int]:
    return Counter(e["step"] for e in crew.log.events(what) if e["job"] == job)


@pytest.mark.must_hold("writes")
def test_a_job_whose_worker_is_killed_is_finished_by_another_one(
    tmp_path: Path, measured: Measure
) -> None:
    with crew(tmp_path, "north") as each:
        first = each.start()
        second = each.start() if several() else None
        each.enqueue("steps", "j", "north", seconds=[0.1, 3.0, 0.1])
        each.wait(lambda: steps(each, "begin", "j")[2] == 1)
        [begun] = [e for e in each.log.events("begin") if e["step"] == 2]
        victim = first if begun["pid"] == first.pid else second
        assert victim is not None
        each.kill(victim)
        killed = time.time()
        if not several():
            each.start()
        each.wait(lambda: steps(each, "end", "j")[3] == 1)
        again = max(e["at"] for e in each.log.events("begin") if e["step"] == 2)
        each.wait_for_all()
        measured("begun again after", round(again - killed, 1), "s")
        assert steps(each, "begin", "j") == {1: 1, 2: 2, 3: 1}
        assert steps(each, "end", "j") == {1: 1, 2: 1, 3: 1}


def test_recovery_that_comes_late_or_twice_starts_nothing_a_second_time(tmp_path: Path) -> None:
    place, begun = place_in(tmp_path), list[str]()

    async def long(attempt: Attempt) -> JobEnd:
        begun.append(attempt.key)
        await asyncio.sleep(30 if len(begun) == 1 else 1.0)
        return JobEnd(how="done")

    async def scene() -> JobStatus:
        async with running(place, "first", long) as engine:
            await engine.enqueue(attempt("k"))
            await until(lambda: holds(len(begun) == 1))
        async with running(place, "second", long) as engine:
            assert await engine.owners() == {"first"}
            assert await engine.recover(["first"]) == 0
            await until(lambda: holds(len(begun) == 2))
            for _ in range(3):
                assert await engine.recover(["first"]) == 0
            await until(lambda: is_over(engine, "k"))
            return await engine.status("k")

    assert run_engine(scene()).state == "done"
    assert begun == ["k", "k"]


@pytest.mark.must_hold("writes")
def test_one_key_is_done_once_however_often_and_from_wherever_it_is_asked_for(
    tmp_path: Path, measured: Measure
) -> None:
    place, begun = place_in(tmp_path), list[str]()

    async def quick(attempt: Attempt) -> JobEnd:
        begun.append(attempt.key)
        return JobEnd(how="done", result={"pages": 3})

    def ask_five_times(_: int) -> int:
        async def five() -> int:
            async with EngineClient.open(place) as client:
                return sum([await client.enqueue(attempt("k")) for _ in range(5)])

        return asyncio.run(five())

    async def scene() -> JobStatus:
        async with running(place, "only", quick) as engine:
            await until(lambda: is_over(engine, "k"))
            assert not await engine.enqueue(attempt("k"))
            await asyncio.sleep(0.3)
            return await engine.status("k")

    with ThreadPoolExecutor(8) as threads:
        new = sum(threads.map(ask_five_times, range(8)))
    found = run_engine(scene())
    measured("asked for", 41, "times, done once")
    assert (new, begun) == (1, ["k"])
    assert found.end == JobEnd(how="done", result={"pages": 3})


def test_a_try_that_is_to_be_repeated_is_followed_by_another_one_until_a_person_is_needed(
    tmp_path: Path,
) -> None:
    seen: list[tuple[int, int]] = []
    looked = asyncio.Event()

    async def failing(attempt: Attempt) -> JobEnd:
        seen.append((attempt.number, attempt.tries))
        if attempt.number == 1:
            return JobEnd(how="again", after=0.1, why="quiet", blamed=False)
        if attempt.number == 2:
            return JobEnd(how="again", after=0.1, why="hiccups")
        if attempt.number == 4:
            await looked.wait()
        return JobEnd(how="dead", error="CodeRefused", why="not accepted", remedy="call")

    async def scene() -> None:
        async with running(place_in(tmp_path), "only", failing) as engine:
            await engine.enqueue(attempt("k"))
            await until(lambda: is_over(engine, "k"))
            [dead] = await engine.jobs("dead")
            assert dead.end is not None
            assert (dead.attempt.number, dead.end.why) == (3, "not accepted")
            assert (await engine.counts())["dead"] == 1
            assert (await engine.retry("k")).state in {"queued", "running"}
            assert await engine.jobs("dead") == ()
            looked.set()
            await until(lambda: is_over(engine, "k"))
            assert len(await engine.jobs("dead")) == 1

    run_engine(scene())
    assert seen == [(1, 1), (2, 1), (3, 2), (4, 1)]


def moved(place: EnginePlace, key: str, executor: str, status: str) -> None:
    """Change the row of a try, as another worker would have."""
    engine = create_engine(place.url)
    with engine.begin() as connection:
        if several():
            connection.execute(text("SET search_path TO dbos"))
        row = "UPDATE workflow_status SET executor_id = :executor, status = :status"
        changed = text(f"{row} WHERE workflow_uuid = :key")
        connection.execute(changed, {"executor": executor, "status": status, "key": key})
    engine.dispose()


@pytest.mark.must_hold("writes")
@pytest.mark.parametrize(
    "meanwhile", [("other", "PENDING"), ("only", "SUCCESS"), ("only", "CANCELLED")]
)
def test_a_worker_that_was_frozen_asks_for_no_further_try_of_what_others_did_meanwhile(
    tmp_path: Path, meanwhile: tuple[str, str], measured: Measure
) -> None:
    place, begun = place_in(tmp_path), list[int]()

    async def frozen(attempt: Attempt) -> JobEnd:
        begun.append(attempt.number)
        await asyncio.to_thread(moved, place, attempt.key, *meanwhile)
        return JobEnd(how="again", why="its lease is lost", after=0.1)

    async def scene() -> int:
        async with running(place, "only", frozen) as engine:
            await engine.enqueue(attempt("k"))
            await until(lambda: holds(bool(begun) and not engine.running))
            return (await engine.status("k")).attempt.number

    number = run_engine(scene())
    measured("further tries", number - 1)
    assert (number, begun) == (1, [1])


def test_a_further_try_of_what_is_done_by_now_does_nothing(tmp_path: Path) -> None:
    begun: list[int] = []

    async def quick(attempt: Attempt) -> JobEnd:
        begun.append(attempt.number)
        return JobEnd(how="done", result={"pages": 3})

    async def scene() -> JobStatus:
        async with running(place_in(tmp_path), "only", quick) as engine:
            await engine.enqueue(attempt("k"))
            await until(lambda: is_over(engine, "k"))
            await engine.enqueue(attempt("k").next(blamed=True))  # asked for before that was seen
            await until(lambda: is_over(engine, "k"))
            return await engine.status("k")

    found = run_engine(scene())
    assert begun == [1]
    assert found.end is not None
    assert (found.state, found.end.result) == ("done", {"pages": 3})


def begun_so_often(place: EnginePlace, key: str) -> int:
    """How many beginnings of a try count."""
    engine = create_engine(place.url)
    with engine.begin() as connection:
        if several():
            connection.execute(text("SET search_path TO dbos"))
        asked = text("SELECT recovery_attempts FROM workflow_status WHERE workflow_uuid = :key")
        found = int(connection.execute(asked, {"key": key}).scalar_one())
    engine.dispose()
    return found


@pytest.mark.must_hold("writes")
@pytest.mark.parametrize("waits", [True, False], ids=["waits", "works"])
def test_a_kill_counts_against_a_job_that_works_and_not_against_one_that_waits_for_its_turn(
    tmp_path: Path, waits: bool, measured: Measure
) -> None:
    place, begun = place_in(tmp_path), [0]

    async def scene(rows: Store) -> JobStatus:
        leases = Leases(rows.database, seconds=600)
        turn = await leases.acquire("turn")
        assert turn is not None
        if not waits:
            await leases.release(turn)

        async def deed(_: Attempt) -> JobEnd:
            begun[0] += 1
            async with Leases(rows.database, seconds=0.1).hold("turn"):
                if not waits:
                    await asyncio.sleep(30)
            return JobEnd(how="done")

        async def under_way(number: int) -> bool:
            if begun[0] < number:
                return False
            counts = await asyncio.to_thread(begun_so_often, place, "k")
            return counts == (0 if waits else number)

        for number in range(1, 7):
            async with running(place, f"killed-{number}", deed) as engine:
                await engine.enqueue(attempt("k"))
                await engine.recover([f"killed-{number - 1}"])
                await until(partial(under_way, number))
        await leases.release(turn)
        async with running(place, "last", deed) as engine:
            await engine.recover(["killed-6"])
            await until(lambda: is_over(engine, "k"))
            return await engine.status("k")

    found = in_store(tmp_path / "vetportal.db", scene)
    measured("killed beginnings", 6, f", then {found.state}")
    assert (found.state, begun[0]) == (("done", 7) if waits else ("dead", 6))


def test_what_is_cancelled_ends_soon_unless_it_must_not_be_interrupted(tmp_path: Path) -> None:
    ended: list[str] = []

    async def long(attempt: Attempt) -> JobEnd:
        try:
            await asyncio.sleep(0.8)
        except asyncio.CancelledError:
            ended.append(f"{attempt.key} stopped")
            raise
        ended.append(f"{attempt.key} went on")
        return JobEnd(how="done")

    async def scene() -> set[str]:
        async with running(place_in(tmp_path), "only", long) as engine:
            for key, practice in (("read", "north"), ("write", "south")):
                await engine.enqueue(attempt(key, practice))
            await until(lambda: holds(len(engine.running) == 2))
            for key in ("read", "write"):
                await engine.cancel(key)
            await engine.stop_cancelled(lambda each: each.key != "write")
            await until(lambda: holds(not engine.running))
            return {each.state for each in await engine.jobs()}

    assert run_engine(scene()) == {"cancelled"}
    assert ended == ["read stopped", "write went on"]


def test_a_job_that_stands_under_our_id_and_is_not_done_here_is_picked_up(tmp_path: Path) -> None:
    place, begun = place_in(tmp_path), list[str]()

    async def quick(attempt: Attempt) -> JobEnd:
        begun.append(attempt.key)
        if len(begun) == 1:
            raise asyncio.CancelledError  # as when its end could not be written
        return JobEnd(how="done")

    async def scene() -> list[int]:
        async with running(place, "only", quick) as engine:
            await engine.enqueue(attempt("k"))
            await until(lambda: holds(len(begun) == 1))
            counts = [await engine.pick_up(after=timedelta(seconds=0.2))]
            await asyncio.sleep(0.3)
            counts.append(await engine.pick_up(after=timedelta(seconds=0.2)))
            await until(lambda: is_over(engine, "k"))
            return [*counts, await engine.pick_up(after=timedelta(0))]

    assert run_engine(scene()) == [0, 1, 0]
    assert begun == ["k", "k"]


async def holds(what: bool) -> bool:
    return what


async def is_over(engine: DurableEngine, key: str) -> bool:
    found = await engine.status(key)
    return found.finished_at is not None and found.state != "waiting"


def test_who_else_works_on_the_loop_has_threads_while_the_engine_ends(tmp_path: Path) -> None:
    place, turns = place_in(tmp_path), list[int]()

    async def beside() -> None:
        while True:
            turns.append(await asyncio.to_thread(len, turns))

    async def nothing(_: Attempt) -> JobEnd:
        return JobEnd(how="done")

    async def scene() -> None:
        async with running(place, "first", nothing):
            working = asyncio.create_task(beside())
            await until(lambda: holds(bool(turns)))
        before = len(turns)
        await until(lambda: holds(working.done() or len(turns) > before))
        assert not working.done()
        working.cancel()

    run_engine(scene())
