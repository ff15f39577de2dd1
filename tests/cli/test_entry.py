"""How the command line ends: codes, one line, one remedy, no traceback."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from automation import __version__
from automation.cli import entry, main
from automation.errors import Unready, VetportalError

DOCUMENTED = Path(__file__).parents[2] / "docs" / "reference" / "exit-codes.md"


def vetportal(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "automation", *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def every_kind(kind: type[VetportalError] = VetportalError) -> list[type[VetportalError]]:
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in every_kind(child))]


Ending = tuple[int, str]
End = Callable[..., Ending]


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> End:
    """End the command by an exception; give the exit code and what the error stream held."""

    def end(problem: BaseException, *arguments: str) -> Ending:
        def fail(**_: object) -> None:
            raise problem

        monkeypatch.setattr(entry, "app", fail)
        monkeypatch.setattr(sys, "argv", ["vetportal", *arguments])
        with pytest.raises(SystemExit) as exit_info:
            main()
        shown = capsys.readouterr()
        assert shown.out == ""
        assert isinstance(exit_info.value.code, int)
        return exit_info.value.code, shown.err

    return end


def test_an_error_of_the_tree_is_one_line_and_one_remedy_with_its_code(ended: End) -> None:
    code, shown = ended(Unready("no\n  browser", remedy="Install one."))
    assert code == Unready.exit_code
    assert shown == "error: no browser\n  Install one.\n"


def test_with_json_the_error_is_one_object(ended: End) -> None:
    code, shown = ended(Unready("no browser", remedy="Install one."), "--json")
    assert json.loads(shown) == {
        "error": {
            "kind": "Unready",
            "message": "no browser",
            "remedy": "Install one.",
            "exit_code": code,
        }
    }


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), typer.Abort()])
def test_an_interrupted_command_ends_as_interrupted(ended: End, problem: BaseException) -> None:
    assert ended(problem) == (130, "stopped\n")


def test_a_full_disk_is_said_with_what_to_do(ended: End) -> None:
    code, shown = ended(OSError(errno.ENOSPC, "No space left on device", "/var/x.db"))
    assert code == Unready.exit_code
    assert shown.startswith("error: /var/x.db: No space left on device\n")
    assert "Free some space" in shown


def test_a_forbidden_path_is_said_without_a_traceback(ended: End) -> None:
    code, shown = ended(PermissionError(errno.EACCES, "Permission denied", "/root/x"))
    assert code == Unready.exit_code
    assert shown.startswith("error: /root/x: Permission denied\n")


def test_of_tasks_that_failed_together_the_first_speaks(ended: End) -> None:
    inner = ExceptionGroup("pages", [Unready("no browser", remedy="Install one.")])
    code, shown = ended(ExceptionGroup("tasks", [inner, Unready("no key")]))
    assert (code, shown) == (Unready.exit_code, "error: no browser\n  Install one.\n")


def test_a_mistake_of_ours_among_tasks_is_not_hidden(ended: End) -> None:
    with pytest.raises(ExceptionGroup):
        ended(ExceptionGroup("tasks", [Unready("no key"), ZeroDivisionError()]))


def test_a_mistake_of_ours_is_not_hidden(ended: End) -> None:
    with pytest.raises(ZeroDivisionError):
        ended(ZeroDivisionError())


def test_a_reader_that_closes_the_pipe_gets_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "automation", "--help"],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_each_exit_code_is_documented_with_each_error_that_has_it() -> None:
    rows = [line for line in DOCUMENTED.read_text().splitlines() if line.startswith("| ")]
    for kind in every_kind():
        row = next((row for row in rows if row.startswith(f"| {kind.exit_code} |")), "")
        assert f"`{kind.__name__}`" in row, f"{kind.__name__} has code {kind.exit_code}"


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["browser", "nonsense"]])
def test_a_command_that_does_not_exist_is_one_line_and_the_help_that_helps(
    arguments: list[str],
) -> None:
    done = vetportal(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    message, remedy = done.stderr.splitlines()
    assert "nonsense" in message
    assert "--help" in remedy


def test_without_arguments_the_help_is_shown() -> None:
    done = vetportal()
    assert done.returncode == 0
    assert "Usage: vetportal" in done.stdout
    assert "browser" in done.stdout


def test_the_version_is_the_one_of_the_package() -> None:
    assert vetportal("--version").stdout == f"vetportal {__version__}\n"


def test_help_starts_without_loading_what_only_commands_need() -> None:
    program = (
        "import sys\nimport automation.cli\n"
        "heavy = {'playwright', 'pydantic', 'sqlalchemy', 'httpx2', 'structlog', 'cryptography'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
