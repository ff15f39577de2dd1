"""Which calls are operations, and which are noise."""

from automation.infer import infer_endpoints
from automation.model import Capture, Constant
from tests.infer.traffic import BASE, Journey, infer, people


def test_polling_and_telemetry_are_left_out_with_the_rule_that_said_so() -> None:
    def journey(flow: str, run: int) -> Capture:
        return (
            Journey(flow)
            .call("GET", f"/{flow}", {"rows": people(0, 3)})
            .call("POST", "/beat", None, form={"t": str(run)}, status=204)
            .call("GET", "/unread", {"count": 3}, step=None)
            .done(run)
        )

    inference = infer_endpoints(
        [journey(flow, run) for flow in ("list-a", "list-b") for run in (0, 1)]
    )
    assert {e.endpoint for e in inference.endpoints} == {"list-a", "list-b"}
    rules = {left.operation: left.rule.split(":")[0] for left in inference.left}
    assert rules == {"POST /beat": "telemetry", "GET /unread": "background"}


def test_a_list_that_its_screen_keeps_fresh_is_an_endpoint_and_a_count_is_none() -> None:
    def journey(run: int) -> Capture:
        made = Journey("list-board").call("GET", "/board", {"rows": people(0, 3)})
        made.call("GET", "/unread", {"count": 3})
        for _ in range(3):
            made.call("GET", "/board", {"rows": people(0, 3)}, step=None)
            made.call("GET", "/unread", {"count": 4}, step=None)
        return made.done(run)

    inference = infer_endpoints([journey(0), journey(1)])
    assert {e.request.url for e in inference.endpoints} == {"/board"}
    assert [left.rule for left in inference.left] == ["background: no step caused it"]


def test_operations_that_share_an_address_are_told_apart() -> None:
    def journey(run: int) -> Capture:
        made = Journey("list-pets")
        for name, rows in (("Pets", people(0, 5)), ("Owners", people(50, 5))):
            made.call(
                "POST",
                "/graphql",
                {"data": {name.lower(): rows}},
                send={"operationName": name, "query": f"query {name} {{ id name }}"},
                step="1" if name == "Pets" else "2",
            )
        return made.done(run)

    endpoints = infer(journey(0), journey(1))
    assert len(endpoints) == 2
    assert {e.effect for e in endpoints.values()} == {"read"}
    names = {e.request.json_body["operationName"].constant for e in endpoints.values()
             if isinstance(e.request.json_body["operationName"], Constant)}  # fmt: skip
    assert names == {"Pets", "Owners"}


def test_what_a_page_is_called_is_no_value_that_its_address_was_given() -> None:
    def titled(name: str) -> Journey:
        rows = "".join(f"<tr><td>{name} {n}</td><td>{n}{n}7</td></tr>" for n in range(4))
        head = "<tr><th>Name</th><th>Code</th></tr>"
        html = f"<h1>{name}</h1><table><caption>List</caption>{head}{rows}</table>"
        return Journey(f"list-{name}").screen(f"/Settings/{name}", html)

    captures = [titled(name).done(run) for name in ("Prices", "Staff", "Rooms") for run in (0, 1)]
    assert {each.request.url for each in infer(*captures).values()} == {
        "/Settings/Prices",
        "/Settings/Staff",
        "/Settings/Rooms",
    }


def test_a_page_that_is_left_and_opened_again_was_not_given_its_name_by_itself() -> None:
    def titled(name: str) -> Journey:
        rows = "".join(f"<tr><td>{name} {n}</td><td>{n}{n}7</td></tr>" for n in range(4))
        html = f"<h1>{name}</h1><table><caption>List</caption>{rows}</table>"
        made = Journey(f"list-{name}").screen(f"/Practice/{name}/Index", html)
        return made.screen(f"/Practice/{name}/Index", html, step="2")

    captures = [titled(name).done(run) for name in ("Stock", "Staff", "Rooms") for run in (0, 1)]
    assert {each.request.url for each in infer(*captures).values()} == {
        "/Practice/Stock/Index",
        "/Practice/Staff/Index",
        "/Practice/Rooms/Index",
    }


def test_a_word_that_an_earlier_answer_gave_is_a_value_of_the_address() -> None:
    def tagged(run: int) -> Capture:
        made = Journey().call("GET", "/tags", {"tags": ["red", "blue", "green"]})
        for tag in ("red", "blue"):
            made.call("GET", f"/tags/{tag}", {"rows": people(0, 3)}, step="2")
        return made.done(run)

    urls = {each.request.url for each in infer(tagged(0), tagged(1)).values()}
    assert any(url.startswith("/tags/{") for url in urls)


def test_what_lies_below_the_practices_own_path_is_shared_by_practices() -> None:
    def tenant(number: int) -> Capture:
        journey = Journey("list-people").call("GET", f"/{number}/people/list/", people(1, 3))
        journey.call("GET", f"/{number}/people/100001/", {"name": "a", "age": 3}, step="2")
        journey.call("GET", "/shared/words/", {"hello": "hi", "bye": "so long"}, step="3")
        return journey.done().model_copy(update={"base_url": f"{BASE}/{number}"})

    found = infer(tenant(4), tenant(776)).values()
    urls = {each.request.url.partition("{")[0] for each in found}
    assert urls == {"/people/list/", "/people/", f"{BASE}/shared/words/"}
