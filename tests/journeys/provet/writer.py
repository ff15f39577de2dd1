"""A process that performs one write, and dies or stands still at a seam.

    python -m tests.journeys.provet.writer WRITE TIMES [SEAM NTH SIGNAL]

It prints the state in which it left the write. Where many are to die, starting Python for each
takes longer than dying; a process that has imported everything makes a copy of itself for each one
that asks at its socket, and a copy that dies leaves without a word:

    python -m tests.journeys.provet.writer --at SOCKET
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from automation import pipeline, wiring
from automation.errors import Transient
from automation.settings import read_settings
from automation.writes import Seam, Seams, Times, unwatched


def at_seam(seam: Seam, nth: int, number: signal.Signals) -> Seams:
    """Send a signal to this process when a seam is passed for the n-th time."""
    passed = 0

    def watch(found: Seam) -> None:
        nonlocal passed
        passed += found is seam
        if found is seam and passed == nth:
            os.kill(os.getpid(), number)

    return watch


async def main(number: str, times: str, *told: str) -> None:
    seam: Seams = unwatched
    if told:
        name, nth, how = told
        seam = at_seam(Seam(name), int(nth), signal.Signals[how])
    async with wiring.tools(read_settings()) as tools:
        done = await pipeline.perform_write(
            tools, number, times=Times(*json.loads(times)), seam=seam
        )
    print(done.state, flush=True)


def serve(path: str) -> None:
    """Make a copy of this process for each write that is asked for at a socket."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen()
        print("ready", flush=True)
        while True:
            line, _ = door.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                door.close()
                _serve_one(line)
            line.close()


def _serve_one(line: socket.socket) -> None:
    word = "failed"
    try:
        asked = json.loads(line.makefile().readline())
        os.environ.update(asked["environment"])
        asyncio.run(main(*asked["arguments"]))
        word = "ended"
    except Transient as problem:
        word = f"interrupted: {problem.message}"
    finally:
        line.sendall(word.encode())
        os._exit(0)


async def died(path: Path, environment: Mapping[str, str], *arguments: str) -> bool:
    """Whether a copy died of what it was asked to do; one that may go on later is asked again."""
    word = "interrupted"
    tries = iter(range(5))
    while word.startswith("interrupted") and next(tries, None) is not None:
        word = await _last_word(path, environment, *arguments)
    assert word in {"", "ended"}, word
    return not word


async def _last_word(path: Path, environment: Mapping[str, str], *arguments: str) -> str:
    reader, writer = await asyncio.open_unix_connection(path)
    asked = {"environment": dict(environment), "arguments": arguments}
    writer.write(json.dumps(asked).encode() + b"\n")
    word = await reader.read()
    writer.close()
    return word.decode()


if __name__ == "__main__":
    if sys.argv[1] == "--at":
        serve(sys.argv[2])
    else:
        asyncio.run(main(*sys.argv[1:]))
