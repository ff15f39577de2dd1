"""`vetportal browser ensure`, as a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def ensure(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "automation", "browser", "ensure", *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
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
