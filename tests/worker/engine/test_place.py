"""Where the engine keeps its rows."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from automation.errors import Unready
from automation.worker import EnginePlace


def test_a_file_has_the_engine_beside_it_and_a_server_has_it_inside(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'vetportal.db'}"
    assert EnginePlace.beside(url).file == tmp_path / "engine.db"
    place = EnginePlace.beside("postgresql://one:two@db.example:5432/vets?sslmode=require")
    assert place.url == "postgresql+psycopg://one:two@db.example:5432/vets?sslmode=require"
    assert place.file is None


def test_the_file_is_for_its_owner_only_and_has_a_log_written_ahead(tmp_path: Path) -> None:
    place = EnginePlace.beside(f"sqlite:///{tmp_path / 'vetportal.db'}")
    place.prepare()
    place.prepare()
    assert place.file is not None
    assert place.file.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(place.file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    place = EnginePlace.beside(f"sqlite:///{tmp_path / 'gone' / 'vetportal.db'}")
    with pytest.raises(Unready, match="the file of jobs .* cannot be used"):
        place.prepare()


def test_a_sqlite_that_cannot_tell_fractions_of_a_second_is_told_before_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = EnginePlace.beside(f"sqlite:///{tmp_path / 'vetportal.db'}")
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    monkeypatch.setattr(sys, "version_info", (3, 12, 0))
    with pytest.raises(Unready, match="is too old for jobs on this Python"):
        place.prepare()
