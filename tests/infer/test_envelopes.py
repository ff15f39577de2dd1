"""Lists that were too short to show how they go on."""

import pytest
from pydantic import JsonValue

from automation.model import Endpoint, Pagination, Source
from tests.infer.traffic import Journey, both, infer, people


def envelope(rows: list[dict[str, object]], onward: str | None = None) -> dict[str, object]:
    return {"sum": len(rows), "more": onward, "rows": rows}


def short(*answers: object) -> Endpoint:
    """A list with these answers, beside one of the same portal that goes on by a link."""

    def journey(run: int) -> Journey:
        del run
        made = Journey("list-pets")
        made.call("GET", "/pets", envelope(people(0, 5), "/pets?at=5&of=pets"))
        made.call("GET", "/pets?at=5&of=pets", envelope(people(5, 5)), step="2")
        return made

    def other(run: int) -> Journey:
        del run
        made = Journey("list-rooms")
        for step, answer in enumerate(answers, 1):
            made.call("GET", "/rooms", answer, step=str(step))
        return made

    return infer(*both(journey), *both(other))["list-rooms"]


def test_a_list_that_was_always_empty_is_one_where_others_have_theirs() -> None:
    response = short(envelope([])).response
    assert (response.items, response.key) == ("rows", "id")


def test_a_list_of_one_page_goes_on_as_those_that_look_alike() -> None:
    rule = short(envelope(people(0, 3))).pagination
    assert rule is not None
    assert (rule.kind, rule.source, rule.proof) == ("next", Source(json_path="more"), "hypothesis")


def test_what_looks_otherwise_says_nothing() -> None:
    assert short({"rooms": people(0, 3), "more": None}).pagination is None
    assert short({"rows": [], "flags": [], "name": "x"}).response.items is None


def alone(answer: object) -> Endpoint:
    return infer(*both(lambda _: Journey("list-memos").call("GET", "/memos", answer)))["list-memos"]


def test_an_empty_list_beside_a_count_of_zero_is_a_list() -> None:
    assert alone({"memos": [], "totalCount": 0}).response.items == "memos"
    assert alone({"memos": [], "totalCount": 4}).response.items is None
    assert alone({"memos": [], "tags": [], "total": 0}).response.items is None


@pytest.mark.parametrize("links", [True, False])
def test_a_link_that_is_null_beside_one_that_leads_back_goes_on(links: bool) -> None:
    ends: dict[str, JsonValue] = {"next": None, "prev": None}
    answer = {"rows": people(0, 3), **({"links": ends} if links else ends)}
    rule = alone(answer).pagination
    assert rule is not None
    path = "links.next" if links else "next"
    assert (rule.source, rule.proof) == (Source(json_path=path), "hypothesis")
    assert alone({"rows": people(0, 3), "next": None}).pagination is None


def asked(query: str) -> Pagination | None:
    def journey(run: int) -> Journey:
        del run
        return Journey("list-memos").call("GET", f"/memos?{query}", {"rows": people(0, 3)})

    return infer(*both(journey))["list-memos"].pagination


@pytest.mark.parametrize(
    "query, kind", [("start=0&length=25", "offset"), ("page=1&size=25", "page")]
)
def test_a_page_that_came_short_of_the_size_it_asked_for_is_one_of_several(
    query: str, kind: str
) -> None:
    rule = asked(query)
    assert rule is not None
    assert (rule.kind, rule.size, rule.proof) == (kind, 25, "hypothesis")
    assert rule.stop.short
    assert rule.step == (25 if kind == "offset" else 1)


@pytest.mark.parametrize("query", ["page=1", "length=25", "page=3&size=25", "page=1&size=2"])
def test_a_number_alone_is_no_page(query: str) -> None:
    assert asked(query) is None
