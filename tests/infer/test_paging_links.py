"""Lists that go on by what the last answer gave."""

from automation.model import Paged, Source
from tests.infer.traffic import Journey, both, infer, people


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
