"""A copy of a process is as good as a program that starts by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forking import run_module

TELLING = """
import json, os, sys
told = {"arguments": sys.argv[1:], "folder": os.getcwd(), "variables": dict(os.environ)}
told |= {"given": sys.stdin.read(), "terminal": sys.stdout.isatty(), "name": __name__}
print(json.dumps(told, sort_keys=True))
print("a word", file=sys.stderr)
END
"""
ENDS = {
    "in_peace": "",
    "with_a_code": "sys.exit(7)",
    "with_words": "sys.exit('it is over')",
    "by_a_mistake": "raise ValueError('a mistake')",
}


def both(
    folder: Path, module: str, *arguments: str
) -> tuple[subprocess.CompletedProcess[str], ...]:
    """A module as a program of its own, and as a copy."""
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder), "VETPORTAL_X": "ä"}
    alone = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=variables,
        input="line\nö",
        capture_output=True,
        text=True,
        check=False,
    )
    copied = run_module(
        module, arguments, folder=folder, variables=variables, given="line\nö", seconds=60
    )
    return alone, copied


@pytest.mark.parametrize("end", ENDS)
def test_it_has_its_own_folder_environment_and_streams_and_ends_as_a_program_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    (tmp_path / "telling.py").write_text(TELLING.replace("END", ENDS[end]), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    alone, copied = both(tmp_path, "telling", "--one", "zwei")
    assert copied.returncode == alone.returncode
    assert copied.stdout.replace('"LC_CTYPE": "C.UTF-8", ', "") == alone.stdout.replace(
        '"LC_CTYPE": "C.UTF-8", ', ""
    )
    assert copied.stderr.splitlines()[0] == "a word"
    assert copied.stderr.splitlines()[-1] == alone.stderr.splitlines()[-1]


def test_what_one_leaves_behind_the_next_one_does_not_see(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "leaving.py").write_text(
        "import os, sys\n"
        "print(os.environ.get('LEFT'), getattr(sys, 'left', None))\n"
        "os.environ['LEFT'] = sys.left = 'behind'\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    done = [
        run_module("leaving", (), folder=tmp_path, variables=os.environ, seconds=60)
        for _ in range(2)
    ]
    assert [each.stdout for each in done] == ["None None\n"] * 2


def test_who_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dreaming.py").write_text("import threading\nthreading.Event().wait()\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(subprocess.TimeoutExpired):
        run_module("dreaming", (), folder=tmp_path, variables=os.environ, seconds=1)
