"""The anchor: a copy of the head outside the database.

Whoever can write the database can put an older copy of it back, whose MACs are all right. The
anchor is a file beside the key that says how far the log was when this machine last wrote to it:

    vetportal-anchor-1 <seals> <chain> <mac>

Where a person puts a copy of the database back on purpose, the file has to be removed, too.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Final

from automation.errors import AuditBroken
from automation.model import AuditHead

_LINE: Final = re.compile(r"vetportal-anchor-1 ([0-9]+) (\S+) ([0-9a-f]{64})\n", re.ASCII)


class Anchor:
    """Reads and moves the anchor of this machine.

    Args:
        path: its file; it appears with the first batch.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> AuditHead | None:
        """How far the log was; None before the first batch.

        Raises:
            AuditBroken: the file is not what was written.
        """
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None
        if (found := _LINE.fullmatch(text)) is None:
            raise AuditBroken(f"{self.path} is not what was written there")
        return AuditHead(int(found[1]), found[2], found[3])

    def write(self, head: AuditHead) -> None:
        """Put another head in the place of the one before; it is there as a whole or not at all.

        Raises:
            OSError: the file cannot be written.
        """
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(f"vetportal-anchor-1 {head.seals} {head.chain} {head.mac}\n")
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)
