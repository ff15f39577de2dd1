"""Lists that go on by what is posted from the page before."""

from __future__ import annotations

from automation.infer import infer_endpoints
from automation.model import Derived, Endpoint, FromSession, Paged
from tests.infer.traffic import Journey, both, infer, people

GRID = "ctl00$Main$Grid"


def page(number: int, run: int, *, pager: str = "Page${}", pages: int = 3) -> str:
    """One page of people, the state of its form, and the links of its pager."""
    links = "".join(
        f"""<a href="javascript:__doPostBack('{GRID}','{pager.format(n)}')">{n}</a> """
        for n in range(1, pages + 1)
        if n != number
    )
    rows = "".join(
        f'<tr><td><a href="Show.aspx?PersonID={one["id"]}">{one["name"]}</a></td><td>x</td></tr>'
        for one in people(number * 10, 5)
    )
    return f"""<form method=post action="List.aspx">
      <input type=hidden name=__VIEWSTATE value="dDwt{run}MTY{number}NDk2OTsW7xQ=">
      <input name=txtName value=""><table id=Grid><caption>People</caption><tr><th>Name</th>
      <th>Code</th></tr>{rows}<tr><td colspan=2>{links}</td></tr></table></form>"""


def form(number: int, run: int, target: str, argument: str, **more: str) -> dict[str, str]:
    state = f"dDwt{run}MTY{number}NDk2OTsW7xQ="
    posted = {"__EVENTTARGET": target, "__EVENTARGUMENT": argument, "__VIEWSTATE": state}
    return {**posted, "txtName": "", **more}


def paged(run: int) -> Journey:
    made = Journey().screen("/List.aspx", page(1, run), step="1")
    for number in (2, 3):
        sent = form(number - 1, run, GRID, f"Page${number}")
        made.post("/List.aspx", sent, page(number, run), step=str(number))
    return made


def list_of(found: dict[str, Endpoint]) -> Endpoint:
    return found["list-things"]


def test_a_list_goes_on_by_what_the_links_of_its_pager_post() -> None:
    endpoint = list_of(infer(*both(paged)))
    rule = endpoint.pagination
    assert rule is not None
    assert (rule.kind, rule.opens, rule.stop.absent, rule.proof) == (
        "post",
        "get",
        True,
        "observed",
    )
    assert endpoint.effect == "read"
    asked = {name: one for name, one in endpoint.request.form.items() if isinstance(one, Paged)}
    assert {name: one.page for name, one in asked.items()} == {
        "__EVENTTARGET": "target",
        "__EVENTARGUMENT": "argument",
    }
    assert isinstance(endpoint.request.form["__VIEWSTATE"], FromSession)
    assert endpoint.response.items == "tables.People"
    assert rule.trigger in {"2", "3"}


def test_the_page_that_begins_such_a_list_is_no_endpoint_of_its_own() -> None:
    inference = infer_endpoints(both(paged))
    assert [e.endpoint for e in inference.endpoints] == ["list-things"]
    assert [(one.operation, one.rule) for one in inference.left] == [
        ("GET /List.aspx", "the first page of a list that goes on by posts")
    ]


def test_what_is_asked_for_by_a_row_of_the_first_page_is_asked_for_by_every_row() -> None:
    def journey(run: int) -> Journey:
        identity = people(10, 5)[run]["id"]
        chart = "".join(f"<tr><th>L{n}</th><td>Fact {n} of {identity}</td></tr>" for n in range(4))
        return paged(run).screen(
            f"/Show.aspx?PersonID={identity}", f"<table>{chart}</table>", step="4"
        )

    chart = next(e for e in infer(*both(journey)).values() if e.request.url == "/Show.aspx")
    binding = chart.request.query["PersonID"]
    assert isinstance(binding, Derived)
    assert (binding.derived, binding.path) == (
        "list-things",
        'tables.People[]."@href?PersonID"',
    )


def test_a_search_that_is_posted_begins_the_list_itself() -> None:
    def journey(run: int) -> Journey:
        made = Journey().screen("/List.aspx", page(9, run, pages=0), step="1")
        search = form(9, run, "", "", btnSearch="Search")
        made.post("/List.aspx", search, page(1, run), step="2")
        for number in (2, 3):
            sent = form(number - 1, run, GRID, f"Page${number}")
            made.post("/List.aspx", sent, page(number, run), step="3")
        return made

    endpoint = next(e for e in infer(*both(journey)).values() if e.request.method == "POST")
    assert endpoint.pagination is not None
    assert (endpoint.pagination.kind, endpoint.pagination.opens) == ("post", None)
    button = endpoint.request.form["btnSearch"]
    assert isinstance(button, Paged)
    assert (button.page, button.first, button.optional) == ("begin", "Search", True)
    target = endpoint.request.form["__EVENTTARGET"]
    assert isinstance(target, Paged)
    assert target.first == ""


def test_what_is_posted_to_sort_or_to_open_a_row_is_no_pagination() -> None:
    def journey(run: int) -> Journey:
        made = Journey().screen("/List.aspx", page(1, run), step="1")
        return made.post("/List.aspx", form(1, run, GRID, "Sort$Name"), page(7, run), step="2")

    assert all(e.pagination is None for e in infer(*both(journey)).values())


def numbered(run: int, *, first: int, by_get: bool = True) -> Journey:
    """A pager that puts its number into a field of the form; the page before came by a GET."""
    made = Journey()
    if by_get:
        made.screen("/People.do", page(1, run, pages=0), step="1")
    for number in range(first, first + 2):
        sent = {"pageNo": str(number), "sort": "name"}
        made.post("/People.do", sent, page(number - first + 2, run, pages=0), step=str(number + 5))
    return made


def test_numbers_that_are_posted_from_the_second_page_on_begin_with_the_page_itself() -> None:
    for first in (1, 2):
        rule = list_of(infer(*both(lambda run, first=first: numbered(run, first=first)))).pagination  # type: ignore[misc]  # bound now
        assert rule is not None
        assert (rule.kind, rule.opens, rule.start) == ("page", "get", first)


def test_numbers_whose_first_page_nobody_saw_begin_with_one() -> None:
    rule = list_of(infer(*both(lambda run: numbered(run, first=2, by_get=False)))).pagination
    assert rule is not None
    assert (rule.kind, rule.opens, rule.start) == ("page", None, 1)
