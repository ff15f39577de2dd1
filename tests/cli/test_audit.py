"""`vetportal audit`: whole, or broken at a place that is named."""

from __future__ import annotations

import csv
import getpass
import io
import json
import sqlite3
from pathlib import Path

import pytest

from tests.journeys.world import Home

TOKEN = ["token", "create", "--name", "x", "--scope", "patients:read"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.new(tmp_path / "home")
    assert home.command(*TOKEN).returncode == 0
    assert home.command(*TOKEN).returncode == 0
    return home


def test_a_log_that_nobody_touched_is_whole(home: Home) -> None:
    done = home.command("audit", "verify", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"chains": 2, "entries": 2, "seals": 2}
    told = home.command("audit", "verify").stdout
    assert told == "the audit log is whole: 2 entries in 2 chains\n"


def test_a_broken_one_ends_with_a_code_of_its_own_and_names_the_place(home: Home) -> None:
    with sqlite3.connect(home.database) as connection:
        connection.execute("DROP TRIGGER audit_entry_no_update")
        connection.execute("UPDATE audit_entry SET actor = 'nobody' WHERE rowid = 2")
        [[chain]] = connection.execute("SELECT chain FROM audit_entry WHERE rowid = 2")
    connection.close()
    done = home.command("audit", "verify", "--json")
    assert (done.returncode, done.stdout) == (9, "")
    problem = json.loads(done.stderr.splitlines()[-1])["error"]
    assert problem["kind"] == "AuditBroken"
    assert f"at chain {chain}, entry 1: it is not what was written" in problem["message"]


def test_an_export_names_who_did_it(home: Home) -> None:
    lines = home.command("audit", "export").stdout.splitlines()
    entries = [json.loads(line) for line in lines]
    assert [each["action"] for each in entries] == ["token.created"] * 2
    assert {each["actor"] for each in entries} == {f"cli:{getpass.getuser()}"}
    assert {each["organization"] for each in entries} == {"default"}


def test_an_export_as_csv_has_the_same_entries(home: Home) -> None:
    table = home.command("audit", "export", "--format", "csv").stdout
    assert [row["action"] for row in csv.DictReader(io.StringIO(table))] == ["token.created"] * 2


def test_an_export_begins_when_it_is_told_and_only_with_a_time(home: Home) -> None:
    assert home.command("audit", "export", "--since", "2099-01-01").stdout == ""
    assert home.command("audit", "export", "--practice", "north").stdout == ""
    done = home.command("audit", "export", "--since", "yesterday")
    assert done.returncode == 2
    assert "'yesterday' is no day and no time" in done.stderr
