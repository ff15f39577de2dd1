"""The table of promises: `tests/conftest.py`, run on small test files of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PROMISES = """
import pytest

@pytest.mark.must_hold("one")
def test_a_promise_is_kept(measured, scale):
    measured("patients", scale(200, 20_000))
    measured("peak", 12.5, "MB")

@pytest.mark.must_hold("two")
def test_a_promise_is_broken(measured):
    measured("patients", 3)
    raise AssertionError

def test_something_else():
    pass
"""
UNMEASURED = """
import pytest

@pytest.mark.must_hold("one")
def test_a_promise_without_a_figure():
    pass
"""


def run(folder: Path, content: str, *options: str) -> tuple[int, str]:
    shutil.copy(TESTS / "conftest.py", folder)
    (folder / "test_it.py").write_text(content)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = must_hold(slug): x\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_run_ends_with_each_promise_its_outcome_and_its_figures(tmp_path: Path) -> None:
    status, shown = run(tmp_path, PROMISES)
    assert status == 1
    table = shown[shown.index("promises") :]
    assert "one  passed  a promise is kept" in table
    assert "patients: 200\n" in table
    assert "peak: 12.5 MB" in table
    assert "two  failed  a promise is broken" in table
    assert "something else" not in table


def test_the_table_is_the_same_when_workers_share_the_run(tmp_path: Path) -> None:
    _, shown = run(tmp_path, PROMISES, "-n", "2")
    assert "patients: 200\n" in shown
    assert "two  failed  a promise is broken" in shown


def test_a_slug_runs_its_promises_only_and_full_raises_the_counts(tmp_path: Path) -> None:
    status, shown = run(tmp_path, PROMISES, "--slug", "one", "--full")
    assert status == 0
    assert "patients: 20,000\n" in shown
    assert "1 passed, 2 deselected" in shown


@pytest.mark.parametrize("slug", ["three", ""])
def test_a_slug_without_promises_fails_and_names_the_slugs_there_are(
    tmp_path: Path, slug: str
) -> None:
    status, shown = run(tmp_path, PROMISES, "--slug", slug)
    assert status != 0
    assert "known slugs: one, two" in shown


def test_a_promise_that_measures_nothing_fails(tmp_path: Path) -> None:
    status, shown = run(tmp_path, UNMEASURED)
    assert status == 1
    assert "a promise records its figure" in shown


def test_a_promise_without_a_slug_is_refused(tmp_path: Path) -> None:
    status, shown = run(tmp_path, UNMEASURED.replace('"one"', ""))
    assert status != 0
    assert "must_hold takes one slug" in shown


def test_a_test_cannot_reach_another_machine() -> None:
    with (
        socket.socket() as outside,
        pytest.raises(RuntimeError, match="tests stay on this machine"),
    ):
        outside.connect(("192.0.2.1", 80))
