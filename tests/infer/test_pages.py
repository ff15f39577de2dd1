"""Pages that hold data themselves, told from frames that scripts fill."""

from __future__ import annotations

import json

from automation.infer.pages import pages_of
from automation.model import Derived, Endpoint
from tests.infer.traffic import Journey, both, infer, people


def table(people: list[dict[str, object]], rest: str = "", *, caption: str = "People") -> str:
    rows = "".join(
        f'<tr><td><a href="/People/Show/{one["id"]}">{one["name"]}</a></td>'
        f"<td>{one['id']}x</td></tr>"
        for one in people
    )
    nothing = '<tr><td colspan="2">Nobody</td></tr>'
    return (
        f'<nav><a href="/">Home</a></nav><table id="g"><caption>{caption}</caption><thead><tr>'
        f"<th>Name</th><th>Code</th></tr></thead><tbody>{rows or nothing}</tbody></table>{rest}"
    )


def chart(number: int, caption: str = "Visits") -> str:
    return f"""<h1>Person {number}</h1><table><tr><th>Name</th><td>Person {number}</td></tr>
      <tr><th>Street</th><td>{number} Elm Street</td></tr><tr><th>Town</th><td>Springfield</td></tr>
      </table><table><caption>{caption}</caption><tr><th>Day</th><th>Reason</th></tr>
      <tr data-visit-id="{number}7"><td>2026-03-0{number % 9 + 1}</td><td>Cough {number}</td></tr>
      <tr data-visit-id="{number}8"><td>2026-04-0{number % 9 + 1}</td><td>Fever {number}</td></tr>
      <tr data-visit-id="{number}9"><td>2026-05-0{number % 9 + 1}</td><td>Rash {number}</td></tr>
      </table>"""


def test_a_page_whose_rows_stood_on_the_screen_is_a_list() -> None:
    listed = infer(*both(lambda _: Journey().screen("/People", table(people(0, 5)))))
    endpoint = listed["list-things"]
    assert endpoint.response.kind == "html"
    assert endpoint.response.items == "tables.People"
    assert endpoint.response.key == '"@href/3"'
    assert endpoint.effect == "read"


def test_a_frame_that_a_script_fills_is_no_source() -> None:
    def journey(run: int) -> Journey:
        frame = table([], "<p>Loading</p>")
        return (
            Journey()
            .screen("/People", frame, shown="People Name Code Loading")
            .call("POST", "/People/GetGrid", {"rows": people(0, 5)}, form={"page": "1"})
        )

    found = infer(*both(journey))
    assert [e.request.url for e in found.values()] == ["/People/GetGrid"]


def test_a_page_that_repeats_what_a_call_gave_is_no_source() -> None:
    rows = people(0, 5)
    journey = Journey().call(
        "GET", "/api/people", {"rows": [{**r, "c": f"{r['id']}x"} for r in rows]}
    )
    assert pages_of(journey.screen("/People", table(rows)).done()) == {}


def test_a_page_that_was_not_on_the_screen_is_no_source() -> None:
    assert pages_of(Journey().page("/People", table(people(0, 5))).done()) == {}


def test_a_search_that_found_nothing_is_a_page_of_the_same_list() -> None:
    journey = (
        Journey()
        .screen("/People?q=a", table(people(0, 5)), step="1")
        .screen("/People?q=zz", table([]), step="2")
    )
    found = pages_of(journey.done())
    assert list(found) == [0, 1]
    assert isinstance(found[1], dict)
    assert found[1]["tables"] == {"People": [], "#g": []}


def test_a_part_of_a_page_that_a_script_fetches_is_read_like_a_page() -> None:
    rows = "".join(f"<tr data-id='{p['id']}'><td>{p['name']}</td></tr>" for p in people(0, 5))

    def journey(run: int) -> Journey:
        made = Journey().screen("/People/Rows", rows)
        made.exchanges[-1] = made.exchanges[-1].model_copy(update={"resource": "xhr"})
        return made

    endpoint = infer(*both(journey))["list-things"]
    assert (endpoint.response.items, endpoint.response.key) == ('tables."table 1"', '"@data-id"')


def paged(next_link: str, numbers: str = "", *, pages: int = 3) -> Endpoint:
    def journey(run: int) -> Journey:
        made = Journey()
        for page in range(1, pages + 1):
            address = "/People" if page == 1 else f"/People?page={page}"
            link = next_link.replace("{}", str(page + 1)) if page < pages else ""
            html = table(people(page * 10, 5), f"<p>{numbers}{link}</p>")
            made.screen(address, html, step=str(page))
        return made

    return infer(*both(journey))["list-things"]


def test_a_list_goes_on_by_the_link_that_says_next() -> None:
    numbers = "".join(f'<a href="?page={n}">{n}</a>' for n in (1, 2, 3))
    paging = paged('<a href="?page={}">Next</a>', numbers).pagination
    assert paging is not None
    assert paging.kind == "next"
    assert paging.source is not None
    assert (paging.source.json_path, paging.stop.absent) == ("links.Next", True)


def test_of_two_links_to_the_same_page_the_one_that_says_next_counts() -> None:
    paging = paged('<a href="?page={}">Last</a> <a href="?page={}" rel="next">»</a>', pages=2)
    assert paging.pagination is not None
    assert paging.pagination.source is not None
    assert paging.pagination.source.json_path == "links.next"


def test_a_list_that_has_numbers_only_ends_with_the_highest() -> None:
    numbers = "".join(f'<a href="?page={n}">{n}</a>' for n in (1, 2, 3))
    endpoint = paged("", numbers)
    paging = endpoint.pagination
    assert paging is not None
    assert (paging.kind, paging.start, paging.stop.pages) == ("page", 1, "pages")
    assert endpoint.request.query["page"].model_dump()["page"] == "number"


def chart_and_list(list_caption: str) -> tuple[Endpoint, Endpoint]:
    """The chart of another person in each recording, and the list of people before it."""

    def journey(run: int) -> Journey:
        number = 100001 + run
        listed = table(people(0, 5), caption=list_caption.format("AB"[run]))
        return (
            Journey("get-chart")
            .screen("/People", listed, step="1")
            .screen(f"/People/Show/{number}", chart(number), step="2")
        )

    found = {e.request.url: e for e in infer(*both(journey)).values()}
    return found.pop("/People/Show/{show_id}"), found.pop("/People")


def test_a_page_about_one_thing_takes_its_identity_from_the_link_of_a_row() -> None:
    shown, listed = chart_and_list("People")
    assert (shown.response.kind, shown.response.items) == ("html", None)
    binding = shown.request.path["show_id"]
    assert isinstance(binding, Derived)
    assert (binding.derived, binding.path) == (listed.endpoint, 'tables.People[]."@href/3"')


def test_a_list_whose_name_changes_is_known_by_its_id() -> None:
    shown, listed = chart_and_list("People {}")
    binding = shown.request.path["show_id"]
    assert isinstance(binding, Derived)
    assert binding.path == 'tables."#g"[]."@href/3"'
    assert listed.response.items == 'tables."#g"'


def test_links_and_their_names_are_no_part_of_the_shape() -> None:
    link = '<a href="/People/Show/1">Ann Secret</a>'
    listed = infer(*both(lambda _: Journey().screen("/People", table(people(0, 5), link))))
    assert "Secret" not in json.dumps(listed["list-things"].response.shape)
    assert "#g" not in json.dumps(listed["list-things"].response.shape)


def test_parts_of_a_page_that_are_empty_are_no_facts_of_a_thing() -> None:
    field = '<form method=post><input name=who value=""></form>'
    address = "/People?clinicId=40010"
    listed = infer(*both(lambda _: Journey().screen(address, table(people(0, 5), field))))
    assert listed["list-things"].response.items == "tables.People"


def test_pages_of_a_login_are_no_data() -> None:
    signed_in = Journey(secret="x").screen("/Home", table(people(0, 5)))
    body = signed_in.call("POST", "/login", form={"p": "«sec:credential.password:0123456789:8:ab»"})
    assert infer(body.done(0), body.done(1)).keys() <= {"list-things", "send-login"}
    assert all(e.response.items is None for e in infer(body.done(0)).values())


def in_json(numbers: list[dict[str, object]], total: int) -> dict[str, object]:
    """What a script puts into the page as it is."""
    rows = "".join(
        f"<tr data-id='{p['id']}'><td><a href='/People/Show/{p['id']}'>{p['name']}</a></td></tr>"
        for p in numbers
    )
    return {"html": rows or "<tr><td colspan=2>Nobody</td></tr>", "total": total, "ok": True}


def test_rows_that_come_as_markup_inside_of_json_are_a_list_like_any_other() -> None:
    def journey(run: int) -> Journey:
        made = Journey("get-chart")
        for page in (1, 2):
            answer = in_json(people(page * 10, 5), 15)
            made.call("GET", f"/People/Rows?page={page}", answer, step=str(page))
        number = people(20, 5)[run]["id"]
        return made.screen(f"/People/Show/{number}", chart(int(str(number))), step="3")

    found = {e.request.url: e for e in infer(*both(journey)).values()}
    listed, shown = found["/People/Rows"], found["/People/Show/{show_id}"]
    assert (listed.response.kind, listed.response.markup) == ("json", ("html",))
    assert (listed.response.items, listed.response.key) == ('html.tables."table 1"', '"@data-id"')
    assert listed.pagination is not None
    assert (listed.pagination.kind, listed.pagination.stop.total) == ("page", "total")
    assert "Person" not in json.dumps(listed.response.shape)
    binding = shown.request.path["show_id"]
    assert isinstance(binding, Derived)
    assert (binding.derived, binding.path) == (
        listed.endpoint,
        'html.tables."table 1"[]."@href/3"',
    )


def test_a_row_without_names_gives_the_identity_in_its_column() -> None:
    def journey(run: int) -> Journey:
        rows = [[p["name"], p["id"], "x"] for p in people(0, 5)]
        number = people(0, 5)[run]["id"]
        return (
            Journey("get-chart")
            .call("GET", "/People/Data", {"aaData": rows}, step="1")
            .screen(f"/People/Show/{number}", chart(int(str(number))), step="2")
        )

    found = {e.request.url: e for e in infer(*both(journey)).values()}
    binding = found["/People/Show/{show_id}"].request.path["show_id"]
    assert isinstance(binding, Derived)
    assert binding.path == "aaData[][1]"


def test_a_row_of_cells_with_links_gives_the_identity_of_its_thing() -> None:
    def journey(run: int) -> Journey:
        rows = [[f"<a href='/People/Show/{p['id']}'>{p['name']}</a>", "x"] for p in people(0, 5)]
        number = people(0, 5)[run]["id"]
        return (
            Journey("get-chart")
            .call("GET", "/People/Data", {"aaData": rows}, step="1")
            .screen(f"/People/Show/{number}", chart(int(str(number))), step="2")
        )

    found = {e.request.url: e for e in infer(*both(journey)).values()}
    binding = found["/People/Show/{show_id}"].request.path["show_id"]
    assert isinstance(binding, Derived)
    assert binding.path == 'aaData[][0]."@href/3"'
    assert found["/People/Data"].response.markup == ("aaData[][0]",)
