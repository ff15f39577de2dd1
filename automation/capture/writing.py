"""The writer of one capture: append-only, in place at the end or not at all.

    <captures>/<practice>/<id>/
        exchanges.ndjson    one exchange per line, in order
        snapshots.ndjson    one snapshot per line, in order
        bodies/<sha256>     bodies over 4 KiB, once each, by the hash of their text
        shots/<name>.png    pictures
        head.json           what the capture is and how many lines it has; head.sealed if sealed

While it is written, the folder has a hidden name; a crash leaves nothing under the final one. The
final name of a capture whose flow failed ends in ``.failed``.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from automation.capture.envelope import Envelope, Sealer
from automation.durable import settle
from automation.errors import BadArgument, Unready
from automation.model import Capture, Exchange, Practice, Snapshot

VERSION: Final = 1
EXCHANGES: Final = "exchanges.ndjson"
SNAPSHOTS: Final = "snapshots.ndjson"
BODIES: Final = "bodies"
SHOTS: Final = "shots"
HEAD: Final = "head.json"
SEALED_HEAD: Final = "head.sealed"
FAILED: Final = ".failed"
STORED: Final = "stored"
"""Key of a body whose text lies in a file of its own."""

_LARGE: Final = 4096
_NAME: Final = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
_NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class CaptureWriter:
    """Writes one capture, redacted before it gets here.

    Args:
        root: folder of all captures; made when it is missing, for the owner only.
        practice: whose capture it is; only the captures of simulators are left unsealed.
        sealer: seals every line, body and picture.
    """

    __slots__ = ("_bodies", "_counts", "_envelope", "_home", "_part")

    def __init__(self, root: Path, practice: Practice, sealer: Sealer) -> None:
        self._home = root / practice.name
        self._envelope = Envelope(practice.name, None if practice.loopback else sealer)
        self._part: Path | None = None
        self._bodies: set[str] = set()
        self._counts = Counter({EXCHANGES: 0, SNAPSHOTS: 0})

    def exchange(self, exchange: Exchange) -> None:
        """Append one exchange; they come in order of request start.

        Raises:
            Unready: it cannot be written; nothing of the capture is left.
        """
        line = exchange.model_dump(mode="json", exclude_defaults=True)
        with self._disk() as part:
            for side in ("request", "response"):
                self._move_body(part, line.get(side) or {})
            self._append(part, EXCHANGES, line)

    def snapshot(self, snapshot: Snapshot, png: bytes | None) -> None:
        """Append one snapshot; its picture goes to the file that the snapshot names.

        Raises:
            Unready: it cannot be written; nothing of the capture is left.
        """
        with self._disk() as part:
            if png is not None and snapshot.screenshot:
                name = _plain(snapshot.screenshot)
                _write(part / SHOTS / name, self._envelope.wrap(f"{SHOTS}/{name}", png))
            self._append(part, SNAPSHOTS, snapshot.model_dump(mode="json", exclude_defaults=True))

    def finish(self, head: Capture) -> None:
        """Put the capture in place under its id; exchanges and snapshots of the head are ignored.

        Raises:
            Unready: it cannot be written; nothing of the capture is left.
        """
        self._close(head, _plain(head.id))

    def abandon(self, head: Capture) -> str:
        """Keep what there is as the capture of a failed flow and return where it is.

        Raises:
            Unready: it cannot be written; nothing of the capture is left.
        """
        return str(self._close(head, _plain(head.id) + FAILED))

    def _close(self, head: Capture, name: str) -> Path:
        facts = {
            "version": VERSION,
            "exchanges": self._counts[EXCHANGES],
            "snapshots": self._counts[SNAPSHOTS],
            "capture": head.model_dump(
                mode="json", exclude_defaults=True, exclude={"exchanges", "snapshots"}
            ),
        }
        sealed = self._envelope.sealer is not None
        with self._disk() as part:
            content = self._envelope.wrap("head", _encoded(facts, indent=None if sealed else 2))
            _write(part / (SEALED_HEAD if sealed else HEAD), content)
            for path in (part / EXCHANGES, part / SNAPSHOTS, part / BODIES, part / SHOTS, part):
                settle(path)
            place = part.rename(self._home / name)
            self._part = None
            settle(self._home)
        return place

    def _append(self, part: Path, file: str, line: Mapping[str, object]) -> None:
        place = f"{file}/{self._counts[file]}"
        content = self._envelope.wrap_line(place, _encoded(line)) + b"\n"
        with (part / file).open("ab") as target:
            target.write(content)
        self._counts[file] += 1

    def _move_body(self, part: Path, message: dict[str, Any]) -> None:
        body = message.get("body") or {}
        text: str = body.get("text", "")
        if len(text) <= _LARGE:
            return
        content = text.encode("utf-8", "surrogatepass")
        name = body[STORED] = hashlib.sha256(content).hexdigest()
        del body["text"]
        if name not in self._bodies:
            _write(part / BODIES / name, self._envelope.wrap(f"{BODIES}/{name}", content))
            self._bodies.add(name)

    @contextmanager
    def _disk(self) -> Iterator[Path]:
        """The folder under its hidden name; an error of the disk removes it."""
        try:
            yield self._opened()
        except OSError as problem:
            if self._part is not None:
                shutil.rmtree(self._part, ignore_errors=True)
            raise Unready(
                f"the capture cannot be written below {self._home}: {problem.strerror}",
                remedy=f"Free some space on the disk of {self._home} and run again."
                if problem.errno in _NO_SPACE
                else f"Give this user write access to {self._home} and run again.",
            ) from problem

    def _opened(self) -> Path:
        if self._part is None:
            for folder in (self._home.parent, self._home):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._part = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=self._home))
            for name in (BODIES, SHOTS):
                (self._part / name).mkdir(mode=0o700)
            for name in (EXCHANGES, SNAPSHOTS):
                _write(self._part / name, b"")
        return self._part


def _plain(name: str) -> str:
    """A name that stays inside the folder it is put in."""
    if not _NAME.fullmatch(name):
        raise BadArgument(f"{name!r} is no name for a part of a capture")
    return name


def _encoded(value: object, indent: int | None = None) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return text.encode("utf-8", "surrogatepass")


def _write(path: Path, content: bytes) -> None:
    """A file for the owner only, safely on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
