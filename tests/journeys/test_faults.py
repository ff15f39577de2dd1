"""What a user sees when something is wrong: one line, one remedy, and nothing half-written.

Every command here is the real program in a process of its own, against the real simulator.
"""

from __future__ import annotations

import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from automation.pipeline import Tools
from fixtures.common.totp import STEP_SECONDS
from tests import oracle
from tests.journeys.world import (
    PORTAL,
    Home,
    add_by_command,
    days_of,
    name_of,
    run_program,
    sign_in,
    stored,
    try_to_add,
)
from tests.simulator import REPOSITORY, Practice, Simulator, running

pytestmark = [pytest.mark.journey, pytest.mark.must_hold("spine")]

Done = subprocess.CompletedProcess[str]
Measure = Callable[..., None]

FOR_EVER: Final = 10**6
CODES: Final = (REPOSITORY / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class World:
    """A simulator, a home that knows a practice of it, and the same home signed in."""

    portal: Simulator
    practice: Practice
    stranger: Home
    inside: Home

    @property
    def name(self) -> str:
        return name_of(self.practice)

    def sign_ins(self) -> dict[str, int]:
        found: dict[str, int] = self.portal.counts().get("sign_in", {})
        return found

    def served(self) -> int:
        count: int = self.portal.counts()["exchanges"]
        return count


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(PORTAL, patients=60) as portal:
        folder = tmp_path_factory.mktemp("faults")
        practice = portal.practices()[1]
        stranger = Home.new(folder / "stranger")
        add_by_command(stranger, portal, practice)
        inside = stranger.copy(folder / "inside")
        signed_in(inside, portal, practice)
        yield World(portal, practice, stranger, inside)


def signed_in(home: Home, portal: Simulator, practice: Practice) -> None:
    async def scene(tools: Tools) -> None:
        await sign_in(tools, portal, await tools.store.practice(name_of(practice)))

    home.work(scene)


@pytest.fixture(autouse=True)
def mended(world: World) -> Iterator[None]:
    """A portal without faults, and codes that were not used yet."""
    world.portal.clock.advance(2 * STEP_SECONDS)
    yield
    world.portal.faults.clear()


def own_flows(tmp_path: Path, home: Home) -> Home:
    """The same home with portal folders of its own, which may be broken."""
    return replace(home, flows=Path(shutil.copytree(home.flows, tmp_path / "flows")))


# ---------------------------------------------------------------- what is looked at


def refused(done: Done, code: int, *said: str, shows: bool = False) -> str:
    """The one error of a command that failed as it should, with its remedy.

    A sync that read something ``shows`` that, whatever it failed with.
    """
    assert done.returncode == code, done.stderr
    assert f"\n| {code} |" in CODES, "every code is documented"
    assert bool(done.stdout) is shows
    assert "Traceback" not in done.stderr
    told = [line for line in done.stderr.splitlines() if not line.startswith('{"')]
    assert len(told) == 2, done.stderr
    error, remedy = told
    assert error.startswith("error: ")
    assert re.fullmatch(r"  \S.*[.\w]", remedy), remedy
    for words in said:
        assert words in error + remedy, error + remedy
    return error.removeprefix("error: ")


def files_of(home: Home) -> set[str]:
    """All files but logs, and but those that SQLite keeps beside its database while it likes."""
    found = {path.relative_to(home.path) for path in home.path.rglob("*") if path.is_file()}
    return {
        str(path)
        for path in found
        if path.parts[0] != "logs" and not path.name.endswith(("-wal", "-shm"))
    }


def texts_of(flows: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in flows.rglob("*") if path.is_file()}


def sound(home: Home) -> bool:
    """Whether the database is what SQLite calls intact, references included."""
    with closing(sqlite3.connect(home.database)) as rows:
        intact = rows.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return intact and rows.execute("PRAGMA foreign_key_check").fetchall() == []


def unharmed(world: World, home: Home) -> int:
    """See that nothing is half-written; how many entities were read before the fault."""
    assert sound(home)
    assert files_of(home) == files_of(world.inside)
    days = days_of(home, world.portal, world.practice)
    held = oracle.facts_in_dump(world.portal.dump(world.practice.id), days)
    wanted, found = oracle.expected_entities(held), stored(home, world.name)
    assert {line.rpartition(": ")[2] for line in oracle.difference(wanted, found)} <= {"missing"}
    counts = {kind: (len(found[kind]), len(wanted[kind])) for kind in wanted}
    assert all(have in {0, all_of_them} for have, all_of_them in counts.values()), counts
    return sum(have for have, _ in counts.values())


def goes_on(world: World, home: Home) -> None:
    """See that the same command works once the fault is gone."""
    done = home.command("sync", world.name)
    assert done.returncode == 0, done.stderr
    days = days_of(home, world.portal, world.practice)
    held = oracle.facts_in_dump(world.portal.dump(world.practice.id), days)
    assert oracle.difference(oracle.expected_entities(held), stored(home, world.name)) == []


# ---------------------------------------------------------------- files


@dataclass(frozen=True)
class Breakage:
    """How one file is broken, and what is said then.

    Attributes:
        file: below the folder of the portal.
        old: what stands there.
        new: what is put there.
        said: words of the error.
    """

    file: str
    old: str
    new: str
    said: tuple[str, ...]


BROKEN: Final = {
    "a flow with an unknown step": Breakage(
        "login.flow.yaml", "\n  - fill:", "\n  - fil:", ("steps[1]", "fil", "fill")
    ),
    "a flow that ends in the middle of a text": Breakage(
        "login.flow.yaml", "version: 1\n", "version: 1\nflow: 'log", ("line 2",)
    ),
    "a mapping of a field that does not exist": Breakage(
        "mappings/patient.yaml", "\n  breed:", "\n  bred:", ("bred", "breed")
    ),
    "a mapping with a path that is none": Breakage(
        "mappings/patient.yaml",
        "entered_at: EnteredDate",
        "entered_at: 'Entered['",
        ("entered_at",),
    ),
    "an endpoint with an unknown key": Breakage(
        "endpoints/list-patients.yaml", "\nrequest:", "\nrequst:", ("requst", "request")
    ),
    "an endpoint with an impossible value": Breakage(
        "endpoints/list-patients.yaml", "effect: read", "effect: red", ("effect", "read")
    ),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named_with_its_place_before_anything_is_asked(
    world: World, tmp_path: Path, broken: Breakage, measured: Measure
) -> None:
    of = world.stranger if "flow" in broken.file else world.inside
    home = own_flows(tmp_path, of.copy(tmp_path / "home"))
    path = home.flows / PORTAL / broken.file
    text = path.read_text(encoding="utf-8")
    assert broken.old in text
    path.write_text(text.replace(broken.old, broken.new, 1), encoding="utf-8")
    before, broken_files = world.served(), texts_of(home.flows)

    error = refused(home.command("sync", world.name), 2, f"{PORTAL}/{broken.file}", *broken.said)
    assert unharmed(world, home) == 0
    assert texts_of(home.flows) == broken_files
    assert world.served() == before
    measured("said", error)


def test_a_wrong_key_of_the_browsers_configuration_is_named_with_the_valid_ones(
    world: World, tmp_path: Path, measured: Measure
) -> None:
    text = (REPOSITORY / "playwright.config.json").read_text(encoding="utf-8")
    config = tmp_path / "playwright.config.json"
    config.write_text(text.replace('"headless"', '"headles"', 1), encoding="utf-8")
    home = world.stranger.copy(
        tmp_path / "home", settings={"VETPORTAL_BROWSER_CONFIG": str(config)}
    )
    before = world.served()
    error = refused(home.command("sync", world.name), 2, str(config), "headles", "viewport")
    assert unharmed(world, home) == 0
    assert world.served() == before
    measured("said", error)


# ---------------------------------------------------------------- credentials


def with_login(world: World, path: Path, **changed: str) -> Home:
    home = Home.new(path)
    add_by_command(home, world.portal, world.practice, **changed)
    return home


def test_a_wrong_password_is_sent_once_however_often_the_command_runs(
    world: World, tmp_path: Path, measured: Measure
) -> None:
    home = with_login(world, tmp_path / "home", password="not the password")
    before = world.sign_ins().get("wrong_passwords", 0)
    error = refused(home.command("sync", world.name), 5, "password")
    refused(home.command("sync", world.name), 5, "password")
    refused(home.command("capture", world.name, "list-patients"), 5, "password")
    assert world.sign_ins()["wrong_passwords"] - before == 1
    assert unharmed(world, home) == 0
    measured("wrong passwords sent by three runs", 1)
    measured("said", error)


def test_a_wrong_totp_secret_sends_one_code_however_often_the_command_runs(
    world: World, tmp_path: Path, measured: Measure
) -> None:
    home = with_login(world, tmp_path / "home", totp="JBSWY3DPEHPK3PXP")
    before = world.sign_ins().get("codes_refused", 0)
    error = refused(home.command("sync", world.name), 5, "TOTP")
    refused(home.command("sync", world.name), 5, "TOTP")
    assert world.sign_ins()["codes_refused"] - before == 1
    assert unharmed(world, home) == 0
    measured("wrong codes sent by two runs", 1)
    measured("said", error)


def test_a_totp_secret_that_is_none_is_told_when_it_is_given_and_nothing_is_kept(
    world: World, tmp_path: Path, measured: Measure
) -> None:
    home = Home.new(tmp_path / "home")
    before = world.served()
    done = try_to_add(home, world.portal, world.practice, totp="0189-8910-1980")
    error = refused(done, 2, "TOTP", "base32")
    assert "0189" not in done.stderr
    refused(home.command("sync", world.name), 2, "no practice")
    assert world.served() == before
    measured("said", error)


@pytest.mark.parametrize("command", ["sync", "capture", "replay"])
def test_a_practice_that_is_not_there_is_told_with_those_that_are(
    world: World, tmp_path: Path, command: str, measured: Measure
) -> None:
    home = world.inside.copy(tmp_path / "home")
    more = {"capture": ["list-patients"], "replay": ["list-patients"]}.get(command, [])
    before = world.served()
    error = refused(home.command(command, "nobody", *more), 2, "'nobody'", world.name)
    assert unharmed(world, home) == 0
    assert world.served() == before
    measured("said", error)


# ---------------------------------------------------------------- the portal


@pytest.mark.parametrize("kept", [True, False], ids=["with a session", "without a session"])
def test_a_portal_that_is_down_may_work_later(
    world: World, tmp_path: Path, kept: bool, measured: Measure
) -> None:
    home = Home.new(tmp_path / "home")
    with running(PORTAL, patients=20) as gone:
        practice = gone.practices()[1]
        add_by_command(home, gone, practice)
        if kept:
            signed_in(home, gone, practice)
    before = files_of(home)
    error = refused(home.command("sync", name_of(practice)), 75, "127.0.0.1", "portal is up")
    assert sound(home)
    assert files_of(home) == before
    assert not any(stored(home, name_of(practice)).values())
    measured("said", error)


@pytest.mark.parametrize(
    "kind, code, said",
    [
        ("503", 75, "server error"),
        ("truncate", 6, "list-patients"),
        ("html", 6, "list-patients"),
        ("drop-before", 75, "connection"),
    ],
)
def test_a_portal_that_fails_for_ever_ends_the_run_and_loses_nothing(
    world: World, tmp_path: Path, kind: str, code: int, said: str, measured: Measure
) -> None:
    home = world.inside.copy(tmp_path / "home")
    world.portal.faults.add("patients_data", kind, times=FOR_EVER)
    error = refused(home.command("sync", world.name), code, said, shows=True)
    measured("entities kept", unharmed(world, home))
    measured("said", error)
    world.portal.faults.clear()
    goes_on(world, home)


# ---------------------------------------------------------------- the disk

# A file system of its own, as large as the home and a little, that ends with the program: the
# home is put into it, the command runs, and the home comes out again to be looked at.
FULL_DISK: Final = """
set -e
mount -t tmpfs -o size=${SIZE}k tmpfs "$DISK"
cp -a "$HOME_BEFORE/." "$DISK/"
code=0; "$@" || code=$?
mkdir "$HOME_AFTER"; cp -a "$DISK/." "$HOME_AFTER/"
exit $code
"""
ROOM: Final = 160
"""Kilobytes that are left: enough to begin, too few for what is read."""


def on_a_full_disk(home: Home, tmp_path: Path, *arguments: str) -> tuple[Done, Home]:
    """Run a command where the disk is too small for what it wants to write."""
    after = replace(home, path=tmp_path / "after")
    disk = tmp_path / "disk"
    disk.mkdir()
    sizes = [-(-path.stat().st_size // 4096) * 4 for path in home.path.rglob("*")]
    variables = {
        **replace(home, path=disk).variables,
        "SIZE": str(sum(sizes) + ROOM),
        "DISK": str(disk),
        "HOME_BEFORE": str(home.path),
        "HOME_AFTER": str(after.path),
    }
    program = [sys.executable, "-m", "automation", *arguments]
    shell = ["unshare", "--mount", "--map-root-user", "sh", "-c", FULL_DISK, "sh"]
    return run_program([*shell, *program], variables), after


def where_files_may_not_grow(home: Home, *arguments: str) -> Done:
    """Run a command that may not make a file longer than the longest there is, and a little.

    Its browser may not, either.
    """
    limit = ROOM // 4 * 1024 + max(path.stat().st_size for path in home.path.rglob("*"))

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "automation", *arguments],
        cwd=REPOSITORY,
        env=home.variables,
        preexec_fn=limited,
        capture_output=True,
        text=True,
        check=False,
    )


def mounts() -> bool:
    """Whether this machine lets a program have a file system of its own."""
    tried = ["unshare", "--mount", "--map-root-user", "true"]
    return shutil.which("unshare") is not None and not subprocess.run(tried, check=False).returncode


def test_a_full_disk_is_told_and_what_the_database_holds_stays_whole(
    world: World, tmp_path: Path, measured: Measure
) -> None:
    home = world.inside.copy(tmp_path / "home")
    if mounts():
        done, home = on_a_full_disk(home, tmp_path, "sync", world.name)
        error = refused(done, 3, "the disk is full", "Free some space")
    else:
        error = refused(where_files_may_not_grow(home, "sync", world.name), 3, "space")
    measured("entities kept", unharmed(world, home))
    measured("said", error)
    goes_on(world, home)


def test_a_full_disk_is_told_and_leaves_nothing_of_a_capture(
    world: World, tmp_path: Path, measured: Measure
) -> None:
    home = world.inside.copy(tmp_path / "home")
    if mounts():
        done, home = on_a_full_disk(home, tmp_path, "capture", world.name, "list-patients")
        error = refused(done, 3, "No space left", "Free some space")
    else:
        blocked = home.path / "captures"
        blocked.write_text("no folder")
        error = refused(home.command("capture", world.name, "list-patients"), 3, str(blocked))
        blocked.unlink()
    unharmed(world, home)
    measured("said", error)


def test_a_database_that_may_not_grow_stays_whole(
    world: World, tmp_path: Path, measured: Measure
) -> None:
    home = world.inside.copy(tmp_path / "home")
    error = refused(where_files_may_not_grow(home, "sync", world.name), 3, "space")
    measured("entities kept", unharmed(world, home))
    measured("said", error)
    goes_on(world, home)
