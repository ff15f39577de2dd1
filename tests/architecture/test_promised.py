"""What is promised is kept by something that exists, and shown by a test that does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from automation.notify import EVENTS
from automation.serve.problems import STATUSES, TITLES
from tests.serve.office import Office, app_for, in_office

REPOSITORY = Path(__file__).parents[2]
REFERENCE = REPOSITORY / "docs" / "reference"
_ROUTE = re.compile(r"`(GET|POST|PATCH) (/[\w/{}]+)`( \(not yet\))?")
_EVENT = re.compile(r"`([a-z_]+\.(?!md)[a-z_]+)`")


def rows() -> list[list[str]]:
    text = (REFERENCE / "promises.md").read_text(encoding="utf-8")
    found = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| ")
    ]
    return [row for row in found if row[0] != "promise"]


def test_each_promise_is_shown_by_a_test_or_says_why_not() -> None:
    assert len(rows()) > 40
    for promise, kept, shown in rows():
        if not shown:
            assert "(not yet)" in kept or "(out of scope)" in kept, promise
        for path in re.findall(r"`(tests/[\w/.]+)`", shown):
            assert (REPOSITORY / path).is_file(), (promise, path)


def test_each_route_and_event_of_a_promise_exists(tmp_path: Path) -> None:
    async def scene(office: Office) -> dict[str, Any]:
        described: dict[str, Any] = app_for(office.service).openapi()["paths"]
        return described

    paths = in_office(tmp_path, scene)
    for promise, kept, _ in rows():
        for method, path, missing in _ROUTE.findall(kept):
            there = method.lower() in paths.get(path, {})
            assert there is not bool(missing), (promise, method, path)
        for event in _EVENT.findall(kept):
            assert event in EVENTS, (promise, event)


def test_each_code_of_a_problem_is_in_the_reference_with_its_status() -> None:
    text = (REFERENCE / "api.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z_]+)` \| (\d{3}) \|", text, re.MULTILINE))
    assert {code: int(status) for code, status in told.items()} == {
        code: STATUSES[code] for code in TITLES
    }
