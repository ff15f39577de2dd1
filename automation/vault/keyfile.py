"""The key file: key-encryption keys, one a line, readable by its owner only.

    vetportal-key-1 <64 hexadecimal digits>

The number is the version of the format. The first key is the one in use; a second line is there
only while a rotation is under way. Whoever has the file and the database can open every sealed
value, so it is refused as soon as anybody else could have read it.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from automation.durable import settle
from automation.errors import Unready
from automation.model import Secret

_HEADER: Final = "vetportal-key-1"
_KEY_BYTES: Final = 32
_LINE: Final = re.compile(rf"{_HEADER} ([0-9a-f]{{{2 * _KEY_BYTES}}})", re.ASCII)
_MOST: Final = 4096


def new_key() -> Secret:
    """A fresh key: 64 hexadecimal digits, 256 bits."""
    return Secret(secrets.token_hex(_KEY_BYTES))


def make_key_file(path: Path) -> bool:
    """Make the file with a fresh key unless there is one; say whether it was made.

    Two processes that start together agree on one key: the file appears complete or not at all,
    and whoever comes second leaves what the first one wrote.

    Args:
        path: the key file; missing folders above it are made, for the owner only.

    Raises:
        Unready: it cannot be written.
    """
    with _told(path):
        if path.exists():
            return False
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        _write(draft, [new_key()])
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return False
        finally:
            draft.unlink()
        settle(path.parent)
        return True


def read_keys(path: Path) -> tuple[Secret, ...]:
    """The keys of the file, the one in use first; there is at least one.

    Raises:
        Unready: it is missing, damaged, readable by others, not a plain file, or cannot be read.
    """
    with _told(path), path.open(encoding="ascii", errors="replace") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise Unready(f"{path}: the key file is not a plain file")
        if mode & 0o077:
            raise Unready(
                f"{path}: the key file can be used by others (mode {stat.S_IMODE(mode):04o})",
                remedy=f"Run `chmod 600 {path}`; if others may have read it, run "
                "`vetportal vault rotate-key` after that.",
            )
        lines = [_LINE.fullmatch(line) for line in file.read(_MOST).splitlines()]
    found = tuple(Secret(line.group(1)) for line in lines if line is not None)
    if len(found) != len(lines) or not found:
        raise Unready(
            f"{path}: the key file is damaged: not lines of `{_HEADER} <64 hexadecimal digits>`",
            remedy="Put back your copy of it: without the key, sealed values stay closed. To start "
            "over, move the whole home away and enter the credentials again.",
        )
    return found


def replace_keys(path: Path, keys: Sequence[Secret]) -> None:
    """Put these keys in the place of the old ones: afterwards the disk holds either or.

    The caller sees to it that nobody else replaces them at the same time.

    Raises:
        Unready: it cannot be written; the old keys are still there.
    """
    with _told(path):
        whole = path.resolve()  # a link stays a link
        # one name for every draft, so that a draft of a killed process does not stay for good
        draft = whole.with_name(f".{whole.name}.rotation")
        draft.unlink(missing_ok=True)
        _write(draft, keys)
        draft.replace(whole)
        settle(whole.parent)


def _write(path: Path, keys: Sequence[Secret]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.writelines(f"{_HEADER} {key.reveal()}\n" for key in keys)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise Unready(
            f"{path}: the key file cannot be used: {problem.strerror}",
            remedy=f"Give this user read and write access to {path.parent} and run again.",
        ) from problem
