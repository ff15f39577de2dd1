"""`vetportal init`: makes what is missing, and says so."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.databases import url_of
from tests.journeys.world import Home
from tests.postgres import PASSWORD, Cluster


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.new(tmp_path / "home")
    home.path.rmdir()
    return home


def test_home_key_and_database_are_made_and_stay_as_they_are(home: Home) -> None:
    done = home.command("init")
    assert done.returncode == 0, done.stderr
    paths = (home.path, home.settings.key_file, home.database)
    assert done.stdout.splitlines()[:3] == [f"made   {path}" for path in paths]
    assert "Keep a copy of the key file" in done.stdout
    assert stat.S_IMODE(home.settings.key_file.stat().st_mode) == 0o600
    key = home.settings.key_file.read_bytes()
    again = home.command("init", "--json")
    expected = [{"path": str(path), "made": False} for path in paths]
    assert json.loads(again.stdout) == {"paths": expected}
    assert home.settings.key_file.read_bytes() == key


def test_a_key_of_the_environment_needs_no_file(home: Home) -> None:
    given = Home(home.path, home.flows, {"VETPORTAL_KEY": "0f" * 32})
    done = given.command("init", "--json")
    paths = (home.path, home.database)
    assert json.loads(done.stdout) == {
        "paths": [{"path": str(path), "made": True} for path in paths]
    }
    assert not home.settings.key_file.exists()


def test_a_lost_key_is_not_made_again(home: Home) -> None:
    home.command("init")
    home.settings.key_file.unlink()
    done = home.command("init")
    assert done.returncode == 3
    assert "the key of this database is missing" in done.stderr
    assert not home.settings.key_file.exists()


@pytest.mark.only_on("postgresql")
@pytest.mark.usefixtures("database")
def test_a_database_on_a_server_is_made_and_found_well_and_its_password_is_never_shown(
    home: Home, postgres_cluster: Cluster, tmp_path: Path
) -> None:
    password = quote(PASSWORD, safe="")
    name = url_of(tmp_path / "x.db", empty=True).partition("?")[0].rpartition("/")[2]
    place = f"127.0.0.1:{postgres_cluster.port}/{name}"
    given = {"VETPORTAL_DATABASE_URL": f"postgresql://postgres:{password}@{place}"}
    server = Home(home.path, home.flows, given)
    done = server.command("init")
    assert done.returncode == 0, done.stderr
    assert f"made   postgresql://{place}" in done.stdout
    doctor = server.command("doctor", "--json")
    [found] = [each for each in json.loads(doctor.stdout)["checks"] if each["check"] == "database"]
    assert found["detail"] == f"postgresql://{place}, practices: 0"
    wrong = {"VETPORTAL_DATABASE_URL": f"postgresql://postgres:{password}Canary@{place}"}
    refused = Home(home.path, home.flows, wrong).command("practice", "list")
    assert refused.returncode == 3
    assert "user name or password is not accepted" in refused.stderr
    away = {"VETPORTAL_DATABASE_URL": f"postgresql://postgres:{password}@127.0.0.1:1/x"}
    unreached = Home(home.path, home.flows, away).command("practice", "list", "--json")
    assert unreached.returncode == 75
    for each in (done, doctor, refused, unreached):
        for secret in (password, PASSWORD, "Canary"):
            assert secret not in each.stdout + each.stderr
    assert not home.database.exists()
