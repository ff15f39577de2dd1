"""`vetportal doctor`: what this machine and these files can do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import typer

from automation.cli.output import AsJson, emit

if TYPE_CHECKING:
    from automation.settings import Settings

Check = tuple[str, Callable[[], str]]


def doctor(as_json: AsJson = False) -> None:
    """Check browser, home, key, database and the files of every portal; change nothing."""
    from automation.errors import VetportalError
    from automation.settings import read_settings

    findings = []
    for name, check in _checks(read_settings()):
        try:
            findings.append({"check": name, "ok": True, "detail": check(), "remedy": ""})
        except VetportalError as problem:
            found = {"detail": problem.message, "remedy": problem.remedy}
            findings.append({"check": name, "ok": False, **found})
    lines = [line for each in findings for line in _lines(each)]
    well = all(each["ok"] for each in findings)
    emit({"well": well, "checks": findings}, "\n".join(lines), as_json=as_json)
    if not well:
        raise typer.Exit(3)


def _lines(finding: dict[str, object]) -> Iterator[str]:
    yield f"{'ok  ' if finding['ok'] else 'FAIL'}  {finding['check']:<24} {finding['detail']}"
    if finding["remedy"]:
        yield f"      {'':<24} {finding['remedy']}"


def _checks(settings: Settings) -> Iterator[Check]:
    from automation import wiring

    yield "browser", lambda: wiring.check_browser(settings)
    yield "home", lambda: wiring.check_home(settings)
    yield "key", lambda: wiring.check_key(settings)
    yield "database", lambda: wiring.check_database(settings)
    files = wiring.catalog(settings)
    for portal in files.portals():
        yield f"portal {portal}", lambda portal=portal: wiring.check_portal(settings, portal)  # type: ignore[misc]
