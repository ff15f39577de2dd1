"""`vetportal browser ensure`, as a program."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tests.forking import run_module
from tests.simulator import REPOSITORY


def ensure(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run_module(
        "automation",
        ["browser", "ensure", *arguments],
        folder=REPOSITORY,
        variables=os.environ | environment,
        seconds=120,
    )


def test_the_browser_of_this_machine_is_named() -> None:
    done = ensure()
    assert done.returncode == 0
    assert done.stdout.startswith("browser: ")


def test_with_json_it_is_one_object() -> None:
    facts = json.loads(ensure("--json").stdout)
    assert set(facts) == {"executable", "channel", "version", "origin"}


def test_a_browser_named_in_the_environment_is_the_one_used() -> None:
    executable = json.loads(ensure("--json").stdout)["executable"]
    facts = json.loads(ensure("--json", VETPORTAL_BROWSER_EXECUTABLE=executable).stdout)
    assert (facts["executable"], facts["origin"]) == (executable, "named")


def test_a_named_browser_that_is_not_there_is_one_error_with_the_remedy() -> None:
    done = ensure(VETPORTAL_BROWSER_EXECUTABLE="/no/such/browser")
    assert done.returncode == 3
    message, remedy = done.stderr.splitlines()
    assert "/no/such/browser" in message
    assert "VETPORTAL_BROWSER_EXECUTABLE" in remedy


def test_a_broken_configuration_file_is_one_error_that_names_key_and_file(tmp_path: Path) -> None:
    path = tmp_path / "playwright.config.json"
    path.write_text('{"headles": true}')
    done = ensure(VETPORTAL_BROWSER_CONFIG=str(path))
    assert done.returncode == 2
    assert f"error: {path}: headles: unknown key; valid keys:" in done.stderr
