"""A capture is in place when it is complete, or not at all."""

from __future__ import annotations

import json
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from automation.capture import Archive, CaptureWriter
from automation.errors import BadArgument, Unready
from automation.model import Practice
from tests import canary
from tests.capture import traffic
from tests.vaults import vault_for

VAULT = vault_for("north", "south")
REPOSITORY = Path(__file__).parents[2]
LARGE = json.dumps({"rows": ["Bella the very special patient"] * 400})


def writer(root: Path, practice: Practice = traffic.SIMULATED) -> CaptureWriter:
    return CaptureWriter(root, practice, VAULT)


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """The kernel refuses to let any file grow over this size, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_nothing_is_there_before_the_first_exchange(tmp_path: Path) -> None:
    writer(tmp_path / "captures")
    assert list(tmp_path.iterdir()) == []


def test_only_the_end_gives_a_capture_its_name(tmp_path: Path) -> None:
    subject = writer(tmp_path)
    subject.exchange(traffic.exchange(0))
    (hidden,) = (tmp_path / "north").iterdir()
    assert hidden.name.startswith(".")
    subject.finish(traffic.head(traffic.SIMULATED))
    assert [path.name for path in (tmp_path / "north").iterdir()] == [
        "20260105T101500000000-list-a"
    ]


def test_the_capture_of_a_simulator_is_readable_line_by_line(tmp_path: Path) -> None:
    subject = writer(tmp_path)
    for number in range(3):
        subject.exchange(traffic.exchange(number))
    subject.snapshot(traffic.snapshot("1", "step-1.png"), b"\x89PNG")
    subject.finish(traffic.head(traffic.SIMULATED))
    (folder,) = (tmp_path / "north").iterdir()
    lines = (folder / "exchanges.ndjson").read_text().splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [0, 1, 2]
    assert json.loads((folder / "snapshots.ndjson").read_text())["screenshot"] == "step-1.png"
    assert (folder / "shots" / "step-1.png").read_bytes() == b"\x89PNG"
    head = json.loads((folder / "head.json").read_text())
    assert (head["version"], head["exchanges"], head["snapshots"]) == (1, 3, 1)
    assert "exchanges" not in head["capture"]


def test_a_large_body_lies_in_a_file_of_its_own_once(tmp_path: Path) -> None:
    subject = writer(tmp_path)
    for number in range(3):
        subject.exchange(traffic.exchange(number, text=LARGE))
    subject.exchange(traffic.exchange(3))
    subject.finish(traffic.head(traffic.SIMULATED))
    (folder,) = (tmp_path / "north").iterdir()
    (body,) = (folder / "bodies").iterdir()
    assert body.read_text() == LARGE
    assert "Bella" not in (folder / "exchanges.ndjson").read_text()


def test_nothing_of_a_real_practice_stands_in_the_open(tmp_path: Path) -> None:
    subject = writer(tmp_path, traffic.REAL)
    subject.exchange(traffic.exchange(0, text=LARGE))
    subject.snapshot(traffic.snapshot("1", "step-1.png"), b"Bella the very special picture")
    subject.finish(traffic.head(traffic.REAL))
    words = {"body": "Bella the very special", "path": "/Grid?page", "title": "Home 1"}
    assert canary.scan([tmp_path], words) == []
    assert not list(tmp_path.rglob("head.json"))


def test_everything_is_for_the_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        subject = writer(tmp_path / "captures")
        subject.exchange(traffic.exchange(0, text=LARGE))
        subject.snapshot(traffic.snapshot("1", "step-1.png"), b"\x89PNG")
        subject.finish(traffic.head(traffic.SIMULATED))
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert modes == {0o700, 0o600}


def test_the_capture_of_a_failed_flow_is_kept_apart(tmp_path: Path) -> None:
    subject = writer(tmp_path)
    subject.exchange(traffic.exchange(0))
    place = subject.abandon(traffic.head(traffic.SIMULATED))
    assert place == str(tmp_path / "north" / "20260105T101500000000-list-a.failed")
    assert Path(place, "head.json").exists()


def too_many_lines(subject: CaptureWriter) -> None:
    for number in range(1, 9):
        subject.exchange(traffic.exchange(number))


def too_large_a_body(subject: CaptureWriter) -> None:
    subject.exchange(traffic.exchange(1, text=LARGE))


def too_large_a_picture(subject: CaptureWriter) -> None:
    subject.snapshot(traffic.snapshot("1", "step-1.png"), b"x" * 5000)


def too_long_a_head(subject: CaptureWriter) -> None:
    inputs = {"note": "x" * 5000}
    subject.finish(traffic.head(traffic.SIMULATED).model_copy(update={"inputs": inputs}))


@pytest.mark.parametrize(
    "write", [too_many_lines, too_large_a_body, too_large_a_picture, too_long_a_head]
)
def test_a_full_disk_is_one_clear_error_and_leaves_nothing(
    write: Callable[[CaptureWriter], None], tmp_path: Path
) -> None:
    subject = writer(tmp_path)
    subject.exchange(traffic.exchange(0))
    with no_file_over(3000), pytest.raises(Unready, match="cannot be written") as caught:
        write(subject)
    assert "Free some space" in caught.value.remedy
    assert files(tmp_path) == []
    assert Archive(tmp_path, VAULT).ids("north") == ()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "north").write_text("a file where the folder should be")
    with pytest.raises(Unready, match="north") as caught:
        writer(tmp_path).exchange(traffic.exchange(0))
    assert "write access" in caught.value.remedy


def test_a_killed_process_leaves_no_capture(tmp_path: Path) -> None:
    program = f"""
import os, signal
from pathlib import Path
from tests.capture import traffic
from tests.capture.test_writing import writer
subject = writer(Path({str(tmp_path)!r}))
subject.exchange(traffic.exchange(0))
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=False)
    assert done.returncode == -signal.SIGKILL
    assert files(tmp_path) != []
    assert Archive(tmp_path, VAULT).ids("north") == ()


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", ""])
def test_a_name_that_leaves_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    subject = writer(tmp_path)
    with pytest.raises(BadArgument, match="no name"):
        subject.finish(traffic.head(traffic.SIMULATED, capture=name))
