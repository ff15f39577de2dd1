"""What is waited for is what was named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from automation.durable import settle


def test_a_file_and_the_names_in_a_folder_are_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: waited.append(os.fstat(handle).st_ino))
    file = tmp_path / "a"
    file.write_text("x")
    for path in (file, tmp_path):
        settle(path)
    assert waited == [file.stat().st_ino, tmp_path.stat().st_ino]
    with pytest.raises(FileNotFoundError):
        settle(tmp_path / "b")
