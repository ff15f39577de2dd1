"""The lock installs anywhere, and the wheel works without the repository."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_lock_names_no_host_so_that_the_machine_chooses_its_index() -> None:
    lock = (REPOSITORY / "requirements.lock").read_text()
    assert "://" not in lock
    assert "--index" not in lock
    assert "--find-links" not in lock


def test_each_line_of_the_lock_is_pinned_and_hashed() -> None:
    lock = (REPOSITORY / "requirements.lock").read_text().replace("\\\n", " ")
    lines = [
        line for line in lock.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    loose = [line for line in lines if "==" not in line or "--hash=sha256:" not in line]
    assert lines
    assert loose == []


def test_the_lock_holds_every_dependency_of_the_project() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {canonical(re.split(r"[\[<>=!~; ]", text, maxsplit=1)[0]) for text in wanted}
    lock = (REPOSITORY / "requirements.lock").read_text()
    locked = {canonical(name) for name in re.findall(r"^([\w.-]+)==", lock, flags=re.MULTILINE)}
    assert names - locked == set()


def test_the_wheel_carries_flows_and_browser_file_and_runs_without_the_repository(
    tmp_path: Path,
) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("vetportal-*.whl")
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    program = (
        f"import sys; sys.path.insert(0, {str(unpacked)!r})\n"
        "from automation.settings import read_settings\n"
        "from automation import wiring\n"
        "settings = read_settings()\n"
        "assert wiring.browser_profile(settings).args\n"
        "print(settings.flows)\n"
        "print(*sorted(path.name for path in settings.flows.iterdir()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    flows, names = done.stdout.splitlines()
    assert Path(flows) == unpacked / "automation" / "_flows"
    portals = [path.name for path in (REPOSITORY / "flows").iterdir()]
    assert names.split() == sorted(portals)
