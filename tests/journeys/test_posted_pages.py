"""Lists whose pages are posted, and rows that come inside of JSON: recorded, inferred and read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from typing_extensions import override

from automation import browser
from automation.errors import AnswerNotUnderstood
from automation.model import Call, Reply, Rung
from tests.browser.hands import Hands
from tests.browser.site import Asked, serving
from tests.engine import run_engine
from tests.journeys.forms import Forms, identities
from tests.journeys.paper import Paper
from tests.journeys.test_pages_as_data import Done, Learnt, Plain, learn

pytestmark = pytest.mark.journey


async def turn_pages(hands: Hands) -> None:
    await hands.page.goto(f"{hands.page.url}Animals.aspx")
    for number in (2, 3):
        async with hands.page.expect_navigation():
            await hands.click(f"a.p{number}")


async def show_more(hands: Hands) -> None:
    async with hands.page.expect_response("**/Stock/Rows*"):
        await hands.page.goto(f"{hands.page.url}Stock")
    for _ in range(2):
        async with hands.page.expect_response("**/Stock/Rows*"):
            await hands.click("#more")


@pytest.fixture(scope="module")
def forms() -> Forms:
    return Forms(Paper.of(27))


@pytest.fixture(scope="module")
def learnt(
    forms: Forms,
    tmp_path_factory: pytest.TempPathFactory,
    browser_profile: browser.BrowserProfile,
    found_browser: browser.FoundBrowser,
) -> Iterator[Learnt]:
    """Recorded with mouse and keyboard, captured twice, inferred."""
    journeys: dict[str, Done] = {"list-animals": turn_pages, "list-stock": show_more}
    with serving() as site:
        site.pages["/"] = "<p>Welcome</p>"
        forms.serve(site)
        folder = tmp_path_factory.mktemp("captures")
        work = learn(site, folder, browser_profile, found_browser, journeys)
        with ThreadPoolExecutor(1) as thread:
            yield Learnt(site, thread.submit(asyncio.run, work).result())


def read(learnt: Learnt, name: str, kind: type[Plain] = Plain) -> list[str]:
    """The animals that the endpoint gives, read without a browser."""

    async def run() -> list[str]:
        session = kind(learnt.site)
        async with session.door:
            answers = learnt.answers(session, name)
            return [each async for answer in answers for each in identities([*answer.items])]

    return run_engine(run())


def truth(forms: Forms) -> list[str]:
    return [str(one.number) for one in forms.everyone()]


def test_every_page_that_a_form_posts_for_is_read(learnt: Learnt, forms: Forms) -> None:
    rule = learnt.endpoints["list-animals"].pagination
    assert rule is not None
    assert (rule.kind, rule.opens) == ("post", "get")
    assert read(learnt, "list-animals") == truth(forms)
    assert forms.refused == 0


def test_every_row_that_comes_as_markup_inside_of_json_is_read(
    learnt: Learnt, forms: Forms
) -> None:
    endpoint = learnt.endpoints["list-stock"]
    assert (endpoint.response.markup, endpoint.response.key) == (("html",), '"@data-animal-id"')
    assert read(learnt, "list-stock") == truth(forms)


class OnAnyRung(Plain):
    """The same portal for a browser: it shows it the same pages."""

    @override
    async def send(self, call: Call, *, rung: Rung = Rung.HTTP) -> Reply:
        return await self.door.send(call)


def test_a_grid_that_is_gone_is_an_error_and_no_empty_list(learnt: Learnt, forms: Forms) -> None:
    def without(asked: Asked) -> str:
        return str(forms.grid(asked)).split("<table", maxsplit=1)[0]

    learnt.site.pages["/Animals.aspx"] = without
    try:
        with pytest.raises(AnswerNotUnderstood, match=r"no list of items at tables\.Animals"):
            read(learnt, "list-animals", OnAnyRung)
    finally:
        forms.serve(learnt.site)
