"""The key changes while other programs work, and whoever changes it may be killed at any moment."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from automation.store import DataKeys, Store
from automation.vault import FileRing, Vault, make_key_file
from tests.conftest import Measure
from tests.databases import url_of
from tests.engine import run_engine
from tests.fakes import VirtualClock
from tests.simulator import REPOSITORY
from tests.store.support import SOUTH

pytestmark = [pytest.mark.journey, pytest.mark.must_hold("sessions")]

PRACTICES = 250
WORKER = """
import asyncio, sys
from pathlib import Path
from tests.journeys import test_key_rotation
asyncio.run(test_key_rotation.work(Path(sys.argv[1]), sys.argv[2]))
"""
ROTATION = """
import asyncio, sys
from pathlib import Path
from tests.journeys import test_key_rotation
asyncio.run(test_key_rotation.rotate(Path(sys.argv[1])))
"""


async def opened(home: Path) -> tuple[Store, Vault]:
    sealer = Vault(FileRing(home / "vault.key"))
    url = url_of(home / "vetportal.db", empty=True)
    return await Store.open(url, clock=VirtualClock(), sealer=sealer), sealer


async def put(store: Store, name: str) -> None:
    await store.add_practice(SOUTH.model_copy(update={"name": name}))
    await store.put_sealed(name, "password", f"word of {name}".encode())


async def check(store: Store, sealer: Vault, name: str) -> None:
    found = await store.get_sealed(name, "password")
    assert found is not None
    assert sealer.open(name, "password", found.blob, found.version) == f"word of {name}".encode()


async def work(home: Path, worker: str) -> None:
    """Read one value after another, and add a practice now and then, until told to stop."""
    store, sealer = await opened(home)
    rng, rounds = random.Random(worker), 0
    print("works", flush=True)
    while not (home / "stop").exists():
        await check(store, sealer, f"p{rng.randrange(PRACTICES)}")
        rounds += 1
        if rounds % 200 == 0:
            await put(store, f"{worker}-{rounds}")
    await store.close()
    print(rounds, flush=True)


async def rotate(home: Path) -> None:
    store, sealer = await opened(home)
    print("rotates", flush=True)
    await DataKeys(store.database).rotate(sealer)
    print("done", flush=True)
    await store.close()


async def fill(home: Path) -> None:
    store, _ = await opened(home)
    for number in range(PRACTICES):
        await put(store, f"p{number}")
    await store.close()


async def check_all(home: Path) -> int:
    """Open every value in a process that begins now; say how many practices there are."""
    store, sealer = await opened(home)
    practices = [each.name for each in await store.practices()]
    for name in practices:
        if await store.get_sealed(name, "password") is not None or name.startswith("p"):
            await check(store, sealer, name)
    await store.close()
    return len(practices)


def program(text: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a program, and wait until it has begun."""
    started = subprocess.Popen(
        [sys.executable, "-c", text, *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    if not started.stdout.readline():
        pytest.fail(started.communicate()[1])
    return started


@dataclass
class Tally:
    """What became of the rotations, and what the workers did meanwhile."""

    killed: int = 0
    halfway: int = 0
    finished: int = 0
    rounds: int = 0


@contextmanager
def workers(home: Path, tally: Tally) -> Iterator[None]:
    """Two other programs that work all the time, and are refused nothing."""
    running = [program(WORKER, str(home), name) for name in ("left", "right")]
    try:
        yield
    finally:
        (home / "stop").touch()
        ended = [worker.communicate(timeout=120) for worker in running]
    assert [error for _, error in ended] == ["", ""]
    tally.rounds = sum(int(told) for told, _ in ended)


def rotate_or_be_killed(home: Path, seconds: float, tally: Tally) -> None:
    rotation = program(ROTATION, str(home))
    try:
        rotation.wait(seconds)
    except subprocess.TimeoutExpired:
        rotation.send_signal(signal.SIGKILL)
    told, error = rotation.communicate()
    assert error == ""
    if told == "done\n":
        tally.finished += 1
    else:
        tally.killed += 1
        tally.halfway += len(keys_in(home)) == 2


def keys_in(home: Path) -> list[str]:
    return (home / "vault.key").read_text().splitlines()


def test_a_rotation_killed_at_any_moment_leaves_everything_readable_and_ends_when_run_again(
    tmp_path: Path, measured: Measure, scale: Callable[[int, int], int]
) -> None:
    make_key_file(tmp_path / "vault.key")
    run_engine(fill(tmp_path))
    rng, tally = random.Random(7), Tally()
    with workers(tmp_path, tally):
        while tally.halfway < scale(2, 40) or tally.finished < scale(1, 10):
            rotate_or_be_killed(tmp_path, rng.uniform(0.0, 0.4), tally)
            run_engine(check_all(tmp_path))
    rotate_or_be_killed(tmp_path, 60, tally)
    assert len(keys_in(tmp_path)) == 1
    assert [path.name for path in tmp_path.glob(".vault*")] == []
    practices = run_engine(check_all(tmp_path))
    measured("rotations killed", tally.killed)
    measured("of them with the old and the new key in the file", tally.halfway)
    measured("rotations finished", tally.finished)
    measured("values opened by two other programs meanwhile, none refused", tally.rounds)
    measured("practices added by them meanwhile, all readable", practices - PRACTICES)
