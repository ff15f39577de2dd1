"""The pages that explain the API need nothing from elsewhere and no token."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from automation.serve.problems import TITLES
from automation.serve.rest.reading_room import coded
from tests.serve.office import Office, in_office


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def test_the_pages_explain_every_operation_and_every_code(home: Path, page: Page) -> None:
    async def scene(office: Office) -> tuple[str, str, dict[str, dict[str, dict[str, str]]]]:
        docs, errors = [await office.client.get(path) for path in ("/docs", "/docs/errors")]
        assert docs.status_code == errors.status_code == 200
        return docs.text, errors.text, (await office.client.get("/openapi.json")).json()["paths"]

    docs, errors, paths = in_office(home, scene)
    asked: list[str] = []

    def elsewhere(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route(re.compile("^http"), elsewhere)
    page.set_viewport_size({"width": 390, "height": 844})
    page.set_content(docs)
    shown = {one["operationId"] for methods in paths.values() for one in methods.values()}
    assert {each.get_attribute("id") for each in page.locator("details").all()} == shown
    page.locator("#list_patients summary").click()
    assert page.locator("#list_patients").get_by_text("patients:read").is_visible()
    assert page.locator("#list_patients pre").last.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "`" not in page.locator("main").inner_text()
    page.set_content(errors)
    assert {each.get_attribute("id") for each in page.locator("tr[id]").all()} == set(TITLES)
    assert asked == []


def test_code_in_a_text_is_shown_as_code_and_nothing_else_is_markup() -> None:
    assert coded("`a<b` & <i>") == "<code>a&lt;b</code> &amp; &lt;i&gt;"
