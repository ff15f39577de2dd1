"""Workers as processes: they take over, hand over, and stay out of each other's way."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, text

from automation.model import Schedule, Worker
from automation.store import Schedules, Store, Workers
from automation.worker import Cron, EngineClient
from tests.processes import descendants, living
from tests.worker.process import Log, declare, work_until_recovery
from tests.worker.support import Crew, crew, overlaps, several

pytestmark = pytest.mark.usefixtures("database")
Measure = Callable[..., None]
Scale = Callable[[int, int], int]
_LONGEST_LEFT: Final = 10.0


def states(crew: Crew) -> list[str]:
    async def scene(store: Store) -> tuple[Worker, ...]:
        return await Workers(store.database).all()

    return sorted(each.state for each in crew.in_store(scene))


def test_a_worker_that_is_told_to_stop_ends_its_jobs_in_time_and_hands_over_the_rest(
    tmp_path: Path,
) -> None:
    with crew(tmp_path, "north", "south") as each:
        first = each.start(grace=1.5)
        port = each.log.events("ready")[0]["port"]
        with urlopen(f"http://127.0.0.1:{port}/ready", timeout=5) as answer:
            assert answer.read() == b"ready\n"
        each.enqueue("nap", "short", "north", seconds=1.0)
        each.enqueue("nap", "long", "south", seconds=20.0)
        each.wait(lambda: len(each.log.events("begin")) == 2)
        first.send_signal(signal.SIGTERM)
        assert first.wait(20) == 0
        assert [event["job"] for event in each.log.events("end")] == ["short"]
        assert states(each) == ["dead"]  # somebody takes over what it left
        second = each.start(grace=0)
        each.wait(lambda: Counter(e["job"] for e in each.log.events("begin"))["long"] == 2, 10)
        each.ask(lambda client: client.cancel("long"))
        each.wait_for_all()
        second.send_signal(signal.SIGTERM)
        assert second.wait(20) == 0
        assert states(each) == ["dead", "left"]


def test_a_poisoned_practice_holds_up_no_other_and_its_jobs_wait_for_a_person(
    tmp_path: Path,
) -> None:
    with crew(tmp_path, "poison", "north") as each:
        each.enqueue("fails", "down", "poison", error="PortalDown")
        each.enqueue("fails", "mistake", "poison", error="ValueError")
        each.enqueue("brief", "slow", "poison", seconds=5)
        for number in range(5):
            each.enqueue("nap", f"n{number}", "north", seconds=0.05)
        each.start()
        each.wait_for_all()
        each.enqueue("steps", "hangs", "poison", seconds=["never"])
        each.wait(lambda: each.log.events("begin")[-1]["job"] == "hangs")
        for number in range(5, 10):
            each.enqueue("nap", f"n{number}", "north", seconds=0.05)
        each.wait(lambda: len(each.log.events("end")) == 10)  # they did not wait for it
        each.ask(lambda client: client.cancel("hangs"))
        each.wait_for_all()
        dead = {j.attempt.key: j for j in each.ask(lambda client: client.jobs("dead"))}
        ends = {key: found.end for key, found in dead.items()}
        assert {key: (end.error if end else "") for key, end in ends.items()} == {
            "down": "PortalDown",
            "mistake": "Bug",
            "slow": "Transient",
        }
        assert dead["down"].attempt.number == 3
        done = [event["job"] for event in each.log.events("end")]
        assert sorted(done) == sorted(f"n{number}" for number in range(10))
        assert "rabbit" not in (tmp_path / "stderr").read_text()


@pytest.mark.must_hold("writes")
@pytest.mark.only_on("sqlite")
def test_a_second_worker_on_a_file_is_refused_also_while_the_first_one_is_frozen(
    tmp_path: Path, measured: Measure
) -> None:
    with crew(tmp_path, "north") as each:
        first = each.start()
        first.send_signal(signal.SIGSTOP)
        second = each.begin()
        assert second.wait(60) == 3
        measured("exit code of the second worker", 3)
        said = (tmp_path / "stderr").read_text()
        assert f"a worker works on this home already (process {first.pid}" in said


@pytest.mark.must_hold("writes")
@pytest.mark.only_on("postgresql")
def test_a_worker_that_was_frozen_does_no_later_step_when_it_wakes_and_ends_itself(
    tmp_path: Path, measured: Measure
) -> None:
    with crew(tmp_path, "north") as each:
        frozen = each.start()
        each.enqueue("steps", "j", "north", seconds=[0.1, "thaw", 0.1])
        each.wait(lambda: len(each.log.events("begin")) == 2)
        frozen.send_signal(signal.SIGSTOP)
        each.start()
        each.wait(lambda: len(each.log.events("begin")) == 3)  # the second step, once more
        each.log.note("thaw")
        each.wait_for_all()
        frozen.send_signal(signal.SIGCONT)
        assert frozen.wait(20) == 75
        after = [e for e in each.log.events() if e["pid"] == frozen.pid and e.get("step") == 3]
        ended = Counter(event["step"] for event in each.log.events("end"))
        measured("steps after waking", len(after))
        assert after == []
        assert (ended[1], ended[3]) == (1, 1)


@pytest.mark.must_hold("writes")
def test_jobs_of_a_worker_are_taken_over_also_when_who_found_it_dead_dies_before_that(
    tmp_path: Path, measured: Measure
) -> None:
    with crew(tmp_path, "north") as each:
        first = each.start()
        each.enqueue("steps", "j", "north", seconds=[0.1, 5.0, 0.1])
        each.wait(lambda: len(each.log.events("begin")) == 2)
        each.kill(first)
        assert each.begin_as(work_until_recovery).wait(60) == -signal.SIGKILL
        each.start()
        each.wait_for_all()
        ended = Counter(event["step"] for event in each.log.events("end"))
        measured("steps ended", ended.total())
        assert ended == {1: 1, 2: 1, 3: 1}


@pytest.mark.must_hold("writes")
def test_a_lease_keeps_jobs_of_all_priorities_and_of_two_queues_apart(
    tmp_path: Path, scale: Scale, measured: Measure
) -> None:
    count, practices = scale(60, 600), [f"p{number}" for number in range(6)]
    seconds = scale(100, 20) / 1000
    with crew(tmp_path, *practices) as each:

        async def ask(client: EngineClient) -> None:
            for number in range(count):
                key, name = f"j{number}", practices[number % len(practices)]
                kind = ("alone", "alone_too")[number // len(practices) % 2]
                job = each.job(kind, name, seconds=seconds, job=key)
                await client.enqueue(each.kinds.attempt(job, key))

        each.ask(ask)
        mixed = "UPDATE workflow_status SET priority = 1 + created_at % 7"
        engine = create_engine(each.place.url)
        with engine.begin() as connection:
            if several():
                connection.execute(text("SET search_path TO dbos"))
            connection.execute(text(mixed))
        engine.dispose()
        for _ in range(3 if several() else 1):
            each.begin()
        each.wait(lambda: len(each.log.events("end")) >= count, 900)
        each.wait_for_all()
        done = {event["job"] for event in each.log.events("end")}
        measured("jobs of mixed priorities", f"{len(done)} of {count}")
        measured("two at once in a practice", overlaps(each.log))
        assert len(done) == count
        assert overlaps(each.log) == 0


@pytest.mark.must_hold("writes")
def test_who_is_killed_while_declaring_the_schedules_of_a_practice_declared_none(
    tmp_path: Path, measured: Measure
) -> None:
    with crew(tmp_path, "north") as each:

        async def declared(store: Store) -> int:
            return len(await Schedules(store.database).all())

        for killed_at in (2, 3):
            assert each.begin_as(declare, killed_at=killed_at).wait(60) == -signal.SIGKILL
            assert each.in_store(declared) == 0
        assert each.begin_as(declare, killed_at=0).wait(60) == 0
        [whole] = each.log.events("declared")
        measured("schedules", f"{whole['count']} or none")
        assert each.in_store(declared) == whole["count"] > 3


@pytest.mark.must_hold("writes")
@pytest.mark.only_on("sqlite")
def test_of_a_worker_that_is_killed_in_a_job_no_browser_is_left_ten_seconds_later(
    tmp_path: Path, measured: Measure
) -> None:
    with crew(tmp_path, "north") as each:
        worker = each.start()
        each.enqueue("browse", "b", "north")
        each.wait(lambda: bool(each.log.events("open")))
        below = descendants(worker.pid)
        assert len(below) > 1
        each.kill(worker)
        killed = time.monotonic()
        while (left := living(below)) and time.monotonic() - killed < _LONGEST_LEFT:
            time.sleep(0.1)
        measured("browser processes ended", f"{len(below - left)} of {len(below)}")
        measured("after", round(time.monotonic() - killed, 1), "s")
        assert left == set()


@pytest.mark.must_hold("writes")
def test_each_time_of_a_schedule_has_one_job_also_when_a_worker_is_killed(
    tmp_path: Path, scale: Scale, measured: Measure
) -> None:
    seconds = scale(8, 60)
    with crew(tmp_path, "north") as each:
        crowd = [each.start() for _ in range(2)] if several() else [each.start()]
        cron = Cron.parse("*/2 * * * * *", ZoneInfo("UTC"))
        begin = datetime.now(UTC)
        schedule = Schedule(
            name="often",
            practice="north",
            kind="nap",
            cron="*/2 * * * * *",
            missed="all",
            next_at=cron.after(begin),
        )

        async def add(store: Store) -> None:
            await Schedules(store.database).add(schedule)

        each.in_store(add)
        time.sleep(seconds / 2)
        each.kill(crowd[0])
        if not several():
            each.start()
        time.sleep(max(0.0, seconds - (datetime.now(UTC) - begin).total_seconds()))
        until = datetime.now(UTC) - timedelta(seconds=2)

        def all_there() -> bool:
            keys = {schedule.key_of(tick) for tick in cron.between(begin, until)}
            found = each.ask(lambda client: client.jobs("done", limit=1000))
            return keys <= {job.attempt.key for job in found}

        each.wait(all_there)
        jobs = each.ask(lambda client: client.jobs(limit=1000))
        expected = {schedule.key_of(tick) for tick in cron.between(begin, until)}
        found = Counter(job.attempt.key for job in jobs)
        measured("times of a schedule", f"{len(expected)}, each once")
        assert set(found.values()) == {1}
        assert expected <= set(found)


def test_two_at_once_in_a_practice_are_noticed(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.note("in", practice="north")
    log.note("in", practice="south")
    log.note("in", practice="north")
    assert overlaps(log) == 1


@pytest.mark.must_hold("writes")
def test_many_practices_are_served_side_by_side_and_each_by_one_job_at_a_time(
    tmp_path: Path, scale: Scale, measured: Measure
) -> None:
    practices = [f"p{number}" for number in range(scale(20, 200))]
    with crew(tmp_path, *practices) as each:

        async def ask(client: EngineClient) -> None:
            for name in practices:
                for number in range(2):
                    key = f"{name}-{number}"
                    job = each.job("alone", name, seconds=0.2, job=key, lease=False)
                    await client.enqueue(each.kinds.attempt(job, key))

        each.ask(ask)
        crowd = [each.begin(at_once=4) for _ in range(2 if several() else 1)]
        each.wait(lambda: len(each.log.events("out")) == 2 * len(practices), 300)
        events = [e for e in each.log.events() if e["what"] in {"in", "out"}]
        events.sort(key=lambda event: float(event["at"]))
        inside = [0]
        for event in events:
            inside.append(inside[-1] + (1 if event["what"] == "in" else -1))
        measured("at once", f"{max(inside)} of {4 * len(crowd)}")
        assert 1 < max(inside) <= 4 * len(crowd)
        assert Counter(e["practice"] for e in each.log.events("out")) == dict.fromkeys(practices, 2)
