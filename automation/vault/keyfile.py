"""The key file: one line, readable by its owner only.

    vetportal-key-1 <64 hexadecimal digits>

The number is the version of the format. Whoever has the file can open every sealed value, so it is
refused as soon as anybody else could have read it.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path
from typing import Final

from automation.errors import Unready
from automation.model import Secret

_HEADER: Final = "vetportal-key-1"
_KEY_BYTES: Final = 32
_LINE: Final = re.compile(rf"{_HEADER} ([0-9a-f]{{{2 * _KEY_BYTES}}})\n?", re.ASCII)


def load_or_create_key(path: Path) -> Secret:
    """Return the key of this file; the first call makes the file.

    Two processes that start together agree on one key: the file appears complete or not at all,
    and whoever comes second reads what the first one wrote.

    Args:
        path: the key file; missing folders above it are made, for the owner only.

    Returns:
        64 hexadecimal digits, 256 bits.

    Raises:
        Unready: the file is damaged, readable by others, not a plain file, or cannot be written.
    """
    try:
        if not path.exists():
            _create(path)
        return _load(path)
    except OSError as problem:
        raise Unready(
            f"{path}: the key file cannot be used: {problem.strerror}",
            remedy=f"Give this user read and write access to {path.parent} and run again.",
        ) from problem


def _create(path: Path) -> None:
    """Write the file under a name of its own, then link it into place unless there is one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{_HEADER} {secrets.token_hex(_KEY_BYTES)}\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _load(path: Path) -> Secret:
    with path.open(encoding="ascii", errors="replace") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise Unready(f"{path}: the key file is not a plain file")
        if mode & 0o077:
            raise Unready(
                f"{path}: the key file can be used by others (mode {stat.S_IMODE(mode):04o})",
                remedy=f"Run `chmod 600 {path}`; if others may have read it, replace the key.",
            )
        line = _LINE.fullmatch(file.read(1024))
    if line is None:
        raise Unready(
            f"{path}: the key file is damaged: not one line `{_HEADER} <64 hexadecimal digits>`",
            remedy="Put back your copy of it: without the key, sealed values stay closed. To start "
            "over, move the file away and enter the credentials again.",
        )
    return Secret(line.group(1))
