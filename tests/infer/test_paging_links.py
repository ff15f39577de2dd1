"""Lists that go on by what the last answer gave."""

from itertools import pairwise
from urllib.parse import quote

import pytest
from pydantic import JsonValue

from automation.model import Paged, Source
from automation.replay.places import finder
from tests.infer.traffic import BASE, Journey, both, infer, people


def test_a_cursor_comes_from_the_answer_before_and_is_absent_at_first() -> None:
    def journey(run: int) -> Journey:
        cursors = [None, f"c3VyZQ{run}AbC1", f"bm90aGVy{run}Xy2"]
        made = Journey("list-people")
        for number, cursor in enumerate(cursors):
            following = cursors[number + 1] if number < 2 else None
            made.call(
                "POST",
                "/people/search",
                {"data": {"items": people(number * 4, 4), "nextCursor": following}},
                step=str(number + 1),
                send={"cursor": cursor, "take": 4},
            )
        return made

    endpoint = infer(*both(journey))["list-people"]
    assert endpoint.pagination is not None
    assert endpoint.pagination.kind == "cursor"
    assert endpoint.pagination.source == Source(json_path="data.nextCursor")
    cursor = endpoint.request.json_body["cursor"]
    assert isinstance(cursor, Paged)
    assert (cursor.page, cursor.first, cursor.optional) == ("cursor", None, False)
    size = endpoint.request.json_body["take"]
    assert isinstance(size, Paged)
    assert (size.page, endpoint.pagination.size) == ("size", 4)


def test_a_next_link_is_followed_whole() -> None:
    def journey(run: int) -> Journey:
        return (
            Journey("list-people")
            .call(
                "GET",
                "/people?size=3",
                {"items": people(0, 3), "links": {"next": f"/people?size=3&t=Zz{run}9Kq"}},
            )
            .call(
                "GET",
                f"/people?size=3&t=Zz{run}9Kq",
                {"items": people(3, 3), "links": {"next": None}},
                step="2",
            )
        )

    endpoint = infer(*both(journey))["list-people"]
    assert endpoint.pagination is not None
    assert endpoint.pagination.kind == "next"
    assert endpoint.pagination.source == Source(json_path="links.next")
    assert "t" not in endpoint.request.query


@pytest.mark.parametrize("name, field", [("rel", "href"), ("relation", "url")])
def test_a_link_in_a_list_of_links_is_known_by_its_relation(name: str, field: str) -> None:
    """As in FHIR bundles and Collection+JSON; the token in it comes with the link alone."""

    def journey(run: int) -> Journey:
        made = Journey("list-people")
        for page in range(3):
            more = {name: "next", field: f"/people?size=4&at={page * 4 + 4}&search=q{run}Zz8Kw1"}
            links = [{name: "self", field: "/people"}, *([more] if page < 2 else [])]
            found = {"entry": [{"resource": one} for one in people(page * 4, 4)], "link": links}
            asked = f"&at={page * 4}&search=q{run}Zz8Kw1" if page else ""
            made.call("GET", f"/people?size=4{asked}", found, step=str(page + 1))
        return made

    endpoint = infer(*both(journey))["list-people"]
    assert endpoint.pagination is not None
    assert endpoint.pagination.kind == "next"
    path = f"link[?{name}=='next'] | [0].{field}"
    assert endpoint.pagination.source == Source(json_path=path)
    assert set(endpoint.request.query) == {"size"}
    assert endpoint.response.key == "resource.id"
    links: list[JsonValue] = [
        {name: "self", field: "/people"},
        {name: "next", field: "/people?at=4"},
    ]
    assert finder(path)({"link": links}) == "/people?at=4"
    assert finder(path)({"link": links[:1]}) is None


def _times(number: int, *, count: int = 3) -> list[dict[str, object]]:
    """Rows of a page, newest first, no two of one time."""
    return [
        {"id": 100000 + number * count + n, "at": f"2026-03-0{9 - number}T10:00:0{9 - n}"}
        for n in range(count)
    ]


def test_a_list_may_go_on_after_any_field_of_the_last_item_that_tells_the_items_apart() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-calls").call("GET", "/calls?top=3", {"rows": _times(0)})
        for number in (1, 2):
            last = _times(number - 1)[-1]["at"]
            made.call(
                "GET",
                f"/calls?top=3&before={last}",
                {"rows": _times(number)},
                step=str(number + 1),
            )
        return made

    endpoint = infer(*both(journey))["list-calls"]
    paging = endpoint.pagination
    assert paging is not None
    assert (paging.kind, paging.item, paging.size) == ("keyset", "last", 3)
    assert paging.source == Source(json_path="at")
    assert isinstance(endpoint.request.query["before"], Paged)


def test_a_list_whose_answers_end_with_the_newest_goes_on_before_their_first_item() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-calls")
        for number, before in enumerate(("", "?before=100006", "?before=100003")):
            rows = [{"id": 100006 - 3 * number + n, "name": f"call {n}"} for n in range(3)]
            made.call("GET", f"/calls{before}", {"rows": rows}, step=str(number + 1))
        return made

    paging = infer(*both(journey))["list-calls"].pagination
    assert paging is not None
    assert (paging.kind, paging.item, paging.source) == ("keyset", "first", Source(json_path="id"))


def test_what_several_items_say_is_a_filter_and_no_key() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-bills")
        for number, status in enumerate(("Open", "Paid")):
            rows = [{"id": 100000 + 10 * number + n, "next": "Paid"} for n in range(3)]
            made.call("GET", f"/bills?status={status}", {"rows": rows}, step=str(number + 1))
        return made

    assert infer(*both(journey))["list-bills"].pagination is None


def test_an_end_that_the_answer_only_repeats_is_no_cursor() -> None:
    def journey(run: int) -> Journey:
        made, days = Journey("list-people"), [f"2026-03-{day:02}" for day in range(1, 6)]
        for number, (start, end) in enumerate(pairwise(days)):
            asked = f"/people/feed?start={start}&end={end}"
            rows = [{"id": 100 * run + 10 * number + n, "at": f"{start}T0{n}:00"} for n in (1, 2)]
            made.call("GET", asked, {"end": end, "rows": rows}, step=str(number + 1))
        return made

    endpoint = infer(*both(journey))["list-people"]
    assert endpoint.pagination is not None
    assert endpoint.pagination.kind == "window"


def test_a_number_that_is_called_a_cursor_is_one_and_says_where_the_list_ends() -> None:
    def journey(run: int) -> Journey:
        made = Journey("list-people")
        for number in range(3):
            rows, last = people(number * 4, 4), 100000 + number * 4 + 3
            asked = f"/people?cursor={last - 4}" if number else "/people"
            following = last if number < 2 else None
            answer = {"items": rows, "nextCursor": following, "run": run}
            made.call("GET", asked, answer, step=str(number + 1))
        return made

    endpoint = infer(*both(journey))["list-people"]
    assert endpoint.pagination is not None
    assert (endpoint.pagination.kind, endpoint.pagination.stop.absent) == ("cursor", True)
    assert endpoint.pagination.source == Source(json_path="nextCursor")


def test_a_next_link_is_the_same_address_in_another_encoding() -> None:
    """The token in it is hidden in text and address alike, each encoded in its own way."""

    def hidden(run: int, page: int) -> str:
        return f"«sec:field:{run}{page}38665c44:2:digits»"

    def journey(run: int) -> Journey:
        made = Journey("list-people")
        for page in range(3):
            said = f"&$skip={hidden(run, page + 1)}" if page < 2 else ""
            asked = f"&%24skip={quote(hidden(run, page))}" if page else ""
            onward = f"{BASE}/people?$of=a%20b{said}" if said else None
            found = {"value": people(page * 4, 4), "@odata.nextLink": onward}
            made.call("GET", f"/people?%24of=a+b{asked}", found, step=str(page + 1))
        return made

    rule = infer(*both(journey))["list-people"].pagination
    assert rule is not None
    assert (rule.kind, rule.source) == ("next", Source(json_path='"@odata.nextLink"'))
