"""Processes that are copies of one that has imported all of the product: most of a start is that.

What is run so has its own environment, folder, input and output, and ends as a program does. That
programs start by themselves, too, is held by tests/cli/test_entry.py and by those that signal them.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Final

FORKING: Final = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(
    [
        "pytest",
        "automation.cli.app",
        "automation.working",
        "playwright.async_api",
        "tests.worker.process",
        "tests.journeys.shift",
    ]
)
_STREAMS: Final = (
    ("stdin", os.O_RDONLY),
    ("stdout", os.O_WRONLY | os.O_APPEND),
    ("stderr", os.O_WRONLY | os.O_APPEND),
)


def run_module(
    module: str,
    arguments: Sequence[str],
    *,
    folder: Path,
    variables: Mapping[str, str],
    given: str = "",
    seconds: float,
) -> subprocess.CompletedProcess[str]:
    """Run a module as ``python -m`` does, in a copy of a process that has imported it.

    Args:
        module: its name.
        arguments: of its command line.
        folder: where it works.
        variables: its whole environment.
        given: its standard input.
        seconds: after which it is killed.

    Raises:
        subprocess.TimeoutExpired: it was.
    """
    with tempfile.TemporaryDirectory(prefix="forked-") as place:
        for name, _ in _STREAMS:
            Path(place, name).write_text(given if name == "stdin" else "", encoding="utf-8")
        told = (module, list(arguments), str(folder), place, dict(variables))
        process = FORKING.Process(target=_become, args=told)
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired([module, *arguments], seconds)
        said, complained = (Path(place, name).read_text() for name in ("stdout", "stderr"))
        code = process.exitcode
        process.close()
    return subprocess.CompletedProcess([module, *arguments], code, said, complained)


def _become(
    module: str, arguments: list[str], folder: str, place: str, variables: dict[str, str]
) -> None:
    """Be the program, as this whole process."""
    os.environ.clear()
    os.environ.update(variables)
    time.tzset()
    os.chdir(folder)
    for number, (name, flags) in enumerate(_STREAMS):
        handle = os.open(f"{place}/{name}", flags)
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin, sys.stdout, sys.stderr = (
        open(0, encoding="utf-8", closefd=False),  # noqa: SIM115 - as long as the process lives
        _written(1, errors="strict"),
        _written(2, errors="backslashreplace"),
    )
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit:
        raise
    except BaseException:  # noqa: BLE001 - as the interpreter does
        traceback.print_exc()
        sys.exit(1)


def _written(handle: int, *, errors: str) -> TextIOWrapper:
    return open(handle, "w", encoding="utf-8", errors=errors, closefd=False)
