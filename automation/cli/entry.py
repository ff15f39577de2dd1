"""Run the command line and end it well.

An error of our tree becomes one line, one remedy and its exit code; with ``--json`` both are one
JSON object on the error stream. The codes are documented in `docs/reference/exit-codes.md`.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from typing import Final

import typer
from typer.exceptions import TyperException

from automation.cli.app import app
from automation.errors import BadArgument, Unready, VetportalError

_STOPPED: Final = 130
_PIPE_CLOSED: Final = 1


def main() -> None:
    """Run the command that the arguments name and exit with its code."""
    sys.exit(_run())


def _run() -> int:
    try:
        outcome = app(prog_name="vetportal", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("stopped", err=True)
        return _STOPPED
    except (VetportalError, TyperException, OSError) as problem:
        return _report(_in_our_words(problem))
    except ExceptionGroup as group:
        return _report(_first_of_ours(group))
    return outcome if isinstance(outcome, int) else 0


def _first_of_ours(group: ExceptionGroup[Exception]) -> VetportalError:
    """One error of a task group speaks for all; a mistake of ours among them stays visible."""
    ours, others = group.split((VetportalError, OSError))
    if ours is None or others is not None:
        raise group
    first: Exception = ours
    while isinstance(first, ExceptionGroup):
        first = first.exceptions[0]
    return _in_our_words(first)


def _in_our_words(problem: Exception) -> VetportalError:
    if isinstance(problem, TyperException):
        return _misused(problem)
    if isinstance(problem, OSError):
        return _machine(problem)
    if isinstance(problem, VetportalError):
        return problem
    raise problem


def _report(problem: VetportalError) -> int:
    message = " ".join(problem.message.split())
    if "--json" in sys.argv[1:]:
        body = {
            "kind": type(problem).__name__,
            "message": message,
            "remedy": problem.remedy,
            "exit_code": problem.exit_code,
        }
        typer.echo(json.dumps({"error": body}), err=True)
    else:
        typer.secho(f"error: {message}", fg="red", err=True)
        typer.echo(f"  {problem.remedy}", err=True)
    return problem.exit_code


def _misused(problem: TyperException) -> BadArgument:
    context = getattr(problem, "ctx", None)
    command = context.command_path if context else "vetportal"
    return BadArgument(problem.format_message(), remedy=f"See `{command} --help`.")


def _machine(problem: OSError) -> Unready:
    place = f"{problem.filename}: " if problem.filename else ""
    if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
        remedy = "Free some space, then run again; nothing was left half-written."
    else:
        remedy = "Check that the path exists and that this user may use it."
    return Unready(f"{place}{problem.strerror or problem}", remedy=remedy)
