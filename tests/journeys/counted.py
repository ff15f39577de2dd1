"""Runs the command line and writes what it cost: ``python -m tests.journeys.counted FILE ARGS...``.

The file gets one JSON object: ``statements`` that went to the database, and the ``peak`` of the
memory that the process held, in bytes.
"""

from __future__ import annotations

import json
import re
import runpy
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


def peak() -> int:
    """Most memory this program ever held; the kernel forgets that of its parent, unlike getrusage.

    Source: VmHWM in proc_pid_status(5), in KiB.
    """
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) * 1024


def run(report: Path) -> None:
    sent: Counter[str] = Counter()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401
        sent[statement.split(maxsplit=1)[0].upper()] += 1

    event.listen(Engine, "before_cursor_execute", note)
    try:
        runpy.run_module("automation", run_name="__main__", alter_sys=True)
    finally:
        cost = {"statements": sent.total(), "by_verb": dict(sent), "peak": peak()}
        report.write_text(json.dumps(cost), encoding="utf-8")


if __name__ == "__main__":
    run(Path(sys.argv.pop(1)))
