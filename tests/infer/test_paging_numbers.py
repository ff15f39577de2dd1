"""Lists that go on by a number."""

from automation.model import Constant, Paged
from tests.infer.traffic import Journey, both, infer, people


def test_a_list_that_pages_by_number_is_one_endpoint_with_its_total_and_size() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-people")
        for page in (1, 2, 3):
            made.call(
                "POST",
                "/People/Grid",
                {"rows": people(page * 5, 5), "total": 23},
                step=str(page),
                form={"page": str(page), "pageSize": "5", "sort": "name"},
            )
        return made

    endpoint = infer(*both(journey))["list-people"]
    assert endpoint.effect == "read"
    assert endpoint.response.items == "rows"
    assert endpoint.response.key == "id"
    assert endpoint.pagination is not None
    assert (endpoint.pagination.kind, endpoint.pagination.start) == ("page", 1)
    assert endpoint.pagination.size == 5
    assert endpoint.pagination.stop.total == "total"
    form = endpoint.request.form
    assert isinstance(form["page"], Paged)
    assert isinstance(form["pageSize"], Paged)
    assert form["sort"] == Constant(constant="name", why="the same in 6 calls of 2 recordings")


def test_an_offset_grows_by_the_items_returned() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-people")
        for offset in (0, 20, 40):
            made.call(
                "GET",
                f"/people?offset={offset}&limit=20",
                {"items": people(offset, 20), "more": True},
                step=str(offset + 1),
            )
        return made

    endpoint = infer(*both(journey))["list-people"]
    assert endpoint.pagination is not None
    assert (endpoint.pagination.kind, endpoint.pagination.step) == ("offset", 20)
    assert endpoint.pagination.stop.more == "more"


def test_one_recording_works_and_says_what_it_cannot_know() -> None:
    capture = Journey("list-pets").call("GET", "/pets?view=all&page=1&size=25",
        {"rows": people(0, 25), "total": 240}).done()  # fmt: skip
    endpoint = infer(capture)["list-pets"]
    assert "hypothesis" in endpoint.request.query["view"].why
    assert endpoint.pagination is not None
    assert endpoint.pagination.proof == "hypothesis"
    assert endpoint.pagination.stop.total == "total"
