"""An import is planned as a whole: every bad line is told, and then nothing is done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from automation.cli.practices.draft import Draft, keep_changed, keep_new
from automation.cli.practices.plan import drafts_of, known
from automation.cli.practices.table import Row
from automation.errors import BadFile
from automation.model import Practice
from automation.pipeline import Tools
from tests.journeys.world import PORTAL, Home

LOGIN = {"username": "ann", "password": "Sesame-9!"}


def row(line: int, name: str, **cells: str) -> Row:
    where = {"portal": PORTAL, "base_url": "https://clinic.example"}
    return Row(line, {"name": name, **where, **LOGIN, **cells})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.new(tmp_path / "home")


def imported(home: Home, *rows: Row, update: bool = False) -> Mapping[str, Practice]:
    async def scene(tools: Tools) -> dict[str, Practice]:
        there = await known(tools)
        for draft in drafts_of(tools, rows, there, update=update, shown="clinics.csv"):
            keep = keep_changed if draft.practice.name in there.practices else keep_new
            await keep(tools, draft)
        return {each.name: each for each in await tools.store.practices()}

    return home.work(scene)


def refused(home: Home, *rows: Row, update: bool = False) -> str:
    with pytest.raises(BadFile) as caught:
        imported(home, *rows, update=update)
    assert "Sesame" not in caught.value.message
    return caught.value.message


def test_every_bad_line_is_told_with_all_that_is_wrong_with_it(home: Home) -> None:
    said = refused(
        home,
        row(2, "good"),
        row(3, "north", timezone="Sesame", quiet_hours="Sesame", totp="Sesame-0189"),
        Row(4, {}, "2 cells in place of 4"),
        row(5, "west", portal="Sesame", organization="Sesame"),
        row(6, "east", password="", username=""),
        row(7, "good"),
    )
    assert said.startswith("clinics.csv: 5 of 6 lines cannot be used, nothing was kept; ")
    parts = said.split("; ")[1:]
    assert [part.partition(":")[0] for part in parts] == [f"line {n}" for n in (3, 4, 5, 6, 7)]
    for fault in ("totp: ", "timezone: ", "quiet_hours: "):
        assert fault in parts[0]
    assert parts[1] == "line 4: 2 cells in place of 4"
    assert f"portal: known are {PORTAL}" in parts[2]
    assert "organization: known are default" in parts[2]
    assert parts[3] == "line 6: password: missing, username: missing"
    assert parts[4] == "line 7: the name stands in line 2, too"
    assert imported(home) == {}


def test_what_is_there_is_an_error_unless_it_is_to_be_changed(home: Home) -> None:
    first = imported(home, row(2, "north", label="North", timezone="America/Chicago"))
    assert "--update changes it" in refused(home, row(2, "north"))
    changed = row(2, "north", label="", timezone="Europe/Berlin", username="", password="")
    after = imported(home, changed, update=True)
    assert after["north"] == first["north"].model_copy(update={"timezone": "Europe/Berlin"})


def test_a_login_that_is_there_changes_by_rotation_only(home: Home) -> None:
    imported(home, row(2, "north"))
    said = refused(home, row(2, "north", password="Sesame-10!"), update=True)
    assert "`vetportal practice rotate north` changes it" in said


def test_a_practice_stays_with_its_portal(home: Home) -> None:
    imported(home, row(2, "north"))
    said = refused(home, row(2, "north", portal="other", username="", password=""), update=True)
    assert f"portal: it belongs to {PORTAL}, which does not change" in said


def test_a_practice_whose_secrets_cannot_be_kept_is_not_kept_either(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(tools: Tools) -> tuple[Practice, ...]:
        async def full(*_: object) -> None:
            raise OSError("the disk is full")

        monkeypatch.setattr(tools.sessions, "put_secret", full)
        [draft] = drafts_of(
            tools, [row(2, "north")], await known(tools), update=False, shown="clinics.csv"
        )
        assert isinstance(draft, Draft)
        with pytest.raises(OSError, match="full"):
            await keep_new(tools, draft)
        return await tools.store.practices()

    assert home.work(scene) == ()
