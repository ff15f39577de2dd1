"""What is on the disk stays there when the power goes."""

from __future__ import annotations

import os
from pathlib import Path


def settle(path: Path) -> None:
    """Wait until the disk has what a file holds, or the names in a folder (POSIX fsync).

    Raises:
        OSError: there is none, or the disk fails.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
