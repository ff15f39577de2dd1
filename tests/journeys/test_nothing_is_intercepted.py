"""Journeys work on the real thing: nothing between product, browser and portal is replaced."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.simulator import REPOSITORY

# Ways to put something else in the place of an answer, a page or a part of the product.
STANDS_IN: Final = re.compile(
    r"\.route\(|route_from_har|\.fulfill\(|set_content\(|add_init_script|addInitScript"
    r"|monkeypatch|unittest\.mock|MonkeyPatch|MockTransport|FakeSession|httpserver"
)
BESIDE: Final = ("person.py", "record_flows.py", "infer_endpoints.py", "simulator.py")
"""What journeys are made of and stands elsewhere."""
ITSELF: Final = Path(__file__).name


def offenders(text: str) -> list[str]:
    return STANDS_IN.findall(text)


@pytest.mark.must_hold("spine")
def test_no_journey_puts_anything_in_the_place_of_portal_browser_or_product(
    measured: Callable[..., None],
) -> None:
    tests = REPOSITORY / "tests"
    files = [path for path in (tests / "journeys").glob("*.py") if path.name != ITSELF]
    files += [*(tests / "oracle").glob("*.py"), *(tests / name for name in BESIDE)]
    found = {path.name: offenders(path.read_text(encoding="utf-8")) for path in files}
    assert {name: lines for name, lines in found.items() if lines} == {}
    measured("files of the journeys", len(files))


def test_an_intercepted_answer_would_be_found() -> None:
    assert offenders('await page.route("**/GetGrid", lambda route: route.fulfill(body="{}"))')
