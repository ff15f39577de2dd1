"""The archive: all captures below the home directory, by practice and time."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from json import JSONDecodeError
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from automation.capture.envelope import Envelope, Sealer
from automation.capture.writing import (
    BODIES,
    EXCHANGES,
    FAILED,
    HEAD,
    SEALED_HEAD,
    SNAPSHOTS,
    STORED,
    VERSION,
    CaptureWriter,
)
from automation.errors import BadFile, NotKnown, Unready
from automation.model import Capture, Practice, Snapshot

_REMEDY: Final = "Remove this capture and capture the flow again."


class Archive:
    """Keeps captures; each is complete or not there.

    Args:
        root: folder of all captures.
        sealer: seals and opens those that are not of simulators.
    """

    def __init__(self, root: Path, sealer: Sealer) -> None:
        self._root = root
        self._sealer = sealer

    def writer(self, practice: Practice) -> CaptureWriter:
        """A writer for one more capture; nothing is on the disk before its first exchange."""
        return CaptureWriter(self._root, practice, self._sealer)

    def keep_picture(
        self, practice: Practice, flow: str, at: datetime, seen: Snapshot, picture: bytes
    ) -> None:
        """Keep what stopped a flow, as a failed capture of one snapshot.

        Args:
            practice: whose portal it is.
            flow: name of the flow.
            at: when it was seen.
            seen: the page, redacted.
            picture: the page as PNG, with what was typed and what is secret covered.
        """
        writer = self.writer(practice)
        writer.snapshot(seen.model_copy(update={"screenshot": f"step-{seen.step}.png"}), picture)
        writer.abandon(
            Capture(
                id=f"{at:%Y%m%dT%H%M%S%f}-{flow}",
                flow=flow,
                portal=practice.portal,
                practice=practice.name,
                base_url=practice.base_url,
                started_at=at,
                timezone=practice.timezone,
            )
        )

    def ids(self, practice: str) -> tuple[str, ...]:
        """The captures of a practice, oldest first; those of failed flows are left out."""
        return tuple(path.name for path in self._folders(self._root / practice))

    def read(self, practice: str, capture: str) -> Capture:
        """A capture by its id.

        Raises:
            NotKnown: the practice has no such capture.
            BadFile: a file of it is damaged or does not open.
        """
        folder = self._root / practice / capture
        if not folder.is_dir():
            raise NotKnown("capture", capture, self.ids(practice))
        return read_capture(folder, self._sealer)

    def runs(self, practice: str, flow: str) -> tuple[tuple[str, bool], ...]:
        """The runs of a flow, oldest first: where each is kept, and whether it was well."""
        home = self._root / practice
        names = sorted(path.name for path in home.iterdir()) if home.is_dir() else []
        return tuple(
            (name, not name.endswith(FAILED))
            for name in names
            if name.removesuffix(FAILED).partition("-")[2] == flow and not name.startswith(".")
        )

    def pages(self, practice: str, run: str) -> tuple[Snapshot, ...]:
        """The pages of a run, failed ones too; its exchanges are not read.

        Raises:
            BadFile: a file of it is missing, damaged, or does not open.
        """
        return _Reader.at(self._root / practice / run, self._sealer).pages()

    def latest(self, portal: str, *, per_flow: int) -> tuple[Capture, ...]:
        """The newest captures of each flow of a portal, oldest first.

        Those of one flow are of one practice, the one that ran it last: placeholders of different
        practices cannot be compared.

        Args:
            portal: name of the portal folder.
            per_flow: how many of each flow.

        Raises:
            BadFile: a file of a capture is damaged or does not open.
        """
        by_flow: dict[str, list[_Reader]] = defaultdict(list)
        practices = self._root.iterdir() if self._root.is_dir() else ()
        for folder in (capture for home in practices for capture in self._folders(home)):
            reader = _Reader.at(folder, self._sealer)
            if reader.head.portal == portal:
                by_flow[reader.head.flow].append(reader)
        chosen: list[_Reader] = []
        for readers in by_flow.values():
            newest = max(readers, key=lambda each: each.head.id).head.practice
            own = [each for each in readers if each.head.practice == newest]
            chosen += sorted(own, key=lambda each: each.head.id)[-per_flow:]
        return tuple(each.read() for each in sorted(chosen, key=lambda each: each.head.id))

    def erase(self, practice: str) -> int:
        """Remove all captures of a practice, unfinished and failed ones, too; say how many."""
        home = self._root / practice
        if not home.is_dir():
            return 0
        count = len(list(home.iterdir()))
        shutil.rmtree(home)
        return count

    @staticmethod
    def _folders(home: Path) -> Iterator[Path]:
        """Finished captures only: unfinished ones have hidden names."""
        for path in sorted(home.iterdir()) if home.is_dir() else ():
            if not path.name.startswith(".") and not path.name.endswith(FAILED):
                yield path


def read_capture(folder: Path, sealer: Sealer) -> Capture:
    """The capture in a folder, also that of a failed flow.

    Raises:
        BadFile: a file is missing, damaged, or does not open.
    """
    return _Reader.at(folder, sealer).read()


@dataclass(frozen=True, slots=True)
class _Reader:
    """A capture whose head was read; the rest is read when it is asked for."""

    folder: Path
    envelope: Envelope
    facts: dict[str, Any]
    head: Capture

    @classmethod
    def at(cls, folder: Path, sealer: Sealer) -> _Reader:
        sealed = (folder / SEALED_HEAD).exists()
        envelope = Envelope(folder.parent.name, sealer if sealed else None)
        path = folder / (SEALED_HEAD if sealed else HEAD)
        with _understanding(path):
            facts = _decoded(envelope.unwrap("head", path.read_bytes()))
            if facts["version"] != VERSION:
                raise ValueError(f"its version is {facts['version']!r}, known is {VERSION}")
            return cls(folder, envelope, facts, Capture.model_validate(facts["capture"]))

    def read(self) -> Capture:
        exchanges = self._lines(EXCHANGES, self.facts["exchanges"])
        snapshots = self._lines(SNAPSHOTS, self.facts["snapshots"])
        with _understanding(self.folder):
            return Capture.model_validate(
                self.head.model_dump() | {"exchanges": exchanges, "snapshots": snapshots}
            )

    def pages(self) -> tuple[Snapshot, ...]:
        lines = self._lines(SNAPSHOTS, self.facts["snapshots"])
        with _understanding(self.folder):
            return tuple(map(Snapshot.model_validate, lines))

    def _lines(self, name: str, count: int) -> list[dict[str, Any]]:
        path = self.folder / name
        with _understanding(path):
            lines = path.read_bytes().split(b"\n")
        if len(lines) != count + 1 or lines[-1]:
            raise BadFile(
                str(path), f"it has not the {count} lines it was left with", remedy=_REMEDY
            )
        return [self._line(path, number, line) for number, line in enumerate(lines[:-1])]

    def _line(self, path: Path, number: int, line: bytes) -> dict[str, Any]:
        with _understanding(path, f"line {number + 1}: "):
            parsed = _decoded(self.envelope.unwrap_line(f"{path.name}/{number}", line))
        for side in ("request", "response"):
            body = (parsed.get(side) or {}).get("body") or {}
            if STORED in body:
                body["text"] = self._body(body.pop(STORED))
        return parsed

    def _body(self, name: str) -> str:
        path = self.folder / BODIES / name
        with _understanding(path):
            content = self.envelope.unwrap(f"{BODIES}/{name}", path.read_bytes())
            if hashlib.sha256(content).hexdigest() != name:
                raise ValueError("it is cut off or was changed")
            return content.decode("utf-8", "surrogatepass")


def _decoded(content: bytes) -> dict[str, Any]:
    value = json.loads(content.decode("utf-8", "surrogatepass"))
    if not isinstance(value, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - the file is wrong, not the call
    return value


@contextmanager
def _understanding(path: Path, where: str = "") -> Iterator[None]:
    """Say which file is damaged, and never show what it holds."""
    try:
        yield
    except OSError as problem:
        raise BadFile(str(path), f"{where}{problem.strerror}", remedy=_REMEDY) from problem
    except Unready as problem:
        raise BadFile(str(path), where + problem.message, remedy=problem.remedy) from problem
    except KeyError as problem:
        raise BadFile(str(path), f"{where}{problem} is missing", remedy=_REMEDY) from problem
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise BadFile(str(path), f"{where}{place}: {first['msg']}", remedy=_REMEDY) from None
    except ValueError as problem:
        said = "it is no JSON" if isinstance(problem, JSONDecodeError) else str(problem)
        raise BadFile(str(path), where + said, remedy=_REMEDY) from None
