"""Lists that go on by a number."""

from automation.model import Constant, Input, Paged
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


def test_a_request_counter_is_no_page_number() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-pets")
        for draw in (1, 2, 3):
            start = (draw - 1) * 10
            made.call(
                "GET",
                f"/grid?draw={draw}&start={start}&length=10",
                {"draw": draw, "recordsTotal": 300, "data": people(start, 10)},
                step=str(draw),
            )
        return made

    endpoint = infer(*both(journey))["list-pets"]
    assert endpoint.pagination is not None
    assert endpoint.pagination.kind == "offset"
    draw = endpoint.request.query["draw"]
    assert isinstance(draw, Constant)
    assert draw.constant == "1"


def test_a_number_that_no_answer_says_again_is_no_request_counter() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-pets")
        for tab in (1, 2, 3):
            start = (tab - 1) * 10
            path = f"/grid?tab={tab}&start={start}&length=10"
            made.call("GET", path, {"total": 300, "data": people(start, 10)}, step=str(tab))
        return made

    assert isinstance(infer(*both(journey))["list-pets"].request.query["tab"], Input)


def test_rows_without_names_page_like_others() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-pets")
        for start in (0, 10, 20):
            rows = [[100000 + n, f"Pet {n}", "x"] for n in range(start, start + 10)]
            made.call("GET", f"/grid?iDisplayStart={start}", {"aaData": rows}, step=str(start + 1))
        return made

    endpoint = infer(*both(journey))["list-pets"]
    assert (endpoint.response.items, endpoint.response.key) == ("aaData", "[0]")
    assert endpoint.pagination is not None
    assert endpoint.pagination.kind == "offset"
