"""`vetportal export`: a copy that programs are told of."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from tests.journeys.world import Home


def test_a_copy_is_made_and_brought_up_to_date(tmp_path: Path) -> None:
    home = Home.new(tmp_path / "home")
    for form, place in (("parquet", tmp_path / "files"), ("duckdb", tmp_path / "copy.duckdb")):
        done = home.command("export", str(place), "--format", form, "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == {"rows": {}, "whole": True, "sequence": 0}
        assert "what changed, 0 rows" in home.command("export", str(place), "--format", form).stdout
    assert pq.read_table(tmp_path / "files" / "patients.parquet").num_rows == 0
    with duckdb.connect(str(tmp_path / "copy.duckdb"), read_only=True) as database:
        assert database.execute("SELECT count(*) FROM patients").fetchall() == [(0,)]


def test_a_practice_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    home = Home.new(tmp_path / "home")
    done = home.command("export", str(tmp_path / "files"), "--practice", "nowhere", "--json")
    assert done.returncode != 0
    assert "nowhere" in done.stderr
