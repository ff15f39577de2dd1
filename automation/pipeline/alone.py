"""One process at a time for a place, proven by a lock that ends with the process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from automation.errors import Unready


@contextmanager
def alone(path: Path, busy: str, remedy: str) -> Iterator[None]:
    """Hold a file for as long as the block lasts.

    Args:
        path: the file; it is made, and stays.
        busy: what another process does that holds it.
        remedy: what to do then.

    Raises:
        Unready: another process holds it, or it cannot be made.
    """
    try:
        held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unready(f"{path} cannot be made: {error.strerror}") from error
    try:
        _take(held, path, busy, remedy)
        os.ftruncate(held, 0)
        os.pwrite(held, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(held)


def _take(held: int, path: Path, busy: str, remedy: str) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        who = os.pread(held, 32, 0).decode(errors="replace").strip() or "another process"
        raise Unready(f"{busy} already (process {who}, {path})", remedy=remedy) from None
