"""The mark outside the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.audit.anchor import Anchor
from automation.errors import AuditBroken
from automation.model import AuditHead

HEAD = AuditHead(7, "20260302T093000-0123456789abcdef", "ab" * 32)


def test_before_the_first_batch_there_is_none(tmp_path: Path) -> None:
    assert Anchor(tmp_path / "anchor").read() is None


def test_it_says_what_was_written_last_and_leaves_nothing_else_behind(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "anchor")
    anchor.write(AuditHead(6, "x", "cd" * 32))
    anchor.write(HEAD)
    assert anchor.read() == HEAD
    assert [each.name for each in tmp_path.iterdir()] == ["anchor"]


def test_nobody_else_can_write_it(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "anchor")
    anchor.write(HEAD)
    assert anchor.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "vetportal-anchor-1 7 x", "\x00" * 90])
def test_a_damaged_one_is_told_and_not_taken_for_a_beginning(tmp_path: Path, text: str) -> None:
    (tmp_path / "anchor").write_text(text)
    with pytest.raises(AuditBroken, match="is not what was written there"):
        Anchor(tmp_path / "anchor").read()
