"""One worker process for a SQLite file, proven by a lock that ends with the process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from automation.errors import Unready


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a file for as long as the block lasts.

    Args:
        path: the file; it is made, and stays.

    Raises:
        Unready: another process holds it, or it cannot be made.
    """
    try:
        held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unready(f"{path} cannot be made: {error.strerror}") from error
    try:
        _take(held, path)
        os.ftruncate(held, 0)
        os.pwrite(held, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(held)


def _take(held: int, path: Path) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        who = os.pread(held, 32, 0).decode(errors="replace").strip() or "another process"
        raise Unready(
            f"a worker works on this home already (process {who}, {path})",
            remedy="Stop it first, or use PostgreSQL, where several may work at once.",
        ) from None
