"""Names of endpoints."""

from automation.model import Constant
from tests.infer.traffic import Journey, infer, people, procedures


def test_a_flow_names_the_call_that_fewest_flows_share_and_most_of_its_steps_make() -> None:
    captures = []
    for run in (0, 1):
        listing = Journey("list-bills")
        detail = Journey("get-bill")
        for journey in (listing, detail):
            journey.call("GET", "/menu", {"entries": people(0, 9)})
            journey.call("GET", "/Bills/GetPage?p=1", {"bills": people(0, 4)})
        listing.call("GET", "/Bills/GetPage?p=2", {"bills": people(4, 4)}, step="2")
        detail.call("GET", "/Bills/100001", {"id": 100001, "text": "x", "sum": 3}, step="2")
        captures += [listing.done(run), detail.done(run)]
    endpoints = infer(*captures)
    assert endpoints["list-bills"].request.url == "/Bills/GetPage"
    assert endpoints["get-bill"].request.url == "/Bills/{id}"
    assert endpoints["list-menu"].request.url == "/menu"


def test_two_operations_never_get_one_name() -> None:
    journey = Journey("see-pets").call("GET", "/pets", {"rows": people(0, 3)})
    journey.call("GET", "/owners", {"rows": people(0, 3)})
    journey.call("GET", "/api/v2/owners", {"rows": people(0, 3)})
    assert set(infer(journey.done())) == {"see-pets", "list-owners", "list-owners-2"}


def test_a_sign_on_every_page_never_takes_the_name_of_the_flow() -> None:
    journey = Journey("list-pets")
    for step in ("1", "2"):
        journey.call("GET", "/unread", {"count": 3}, step=step)
    journey.call("GET", "/q", {"rows": people(0, 3)}, step="2")
    assert infer(journey.done())["list-pets"].request.url == "/q"


def test_a_list_that_a_search_shares_keeps_its_name_and_its_detail_has_another() -> None:
    captures = []
    for run in (0, 1):
        listing, search = Journey("list-pets"), Journey("search-pets", q="Max")
        for journey in (listing, search):
            journey.call("GET", "/pets/?page=1", {"rows": people(0, 4)})
        listing.call("GET", "/pets/100001/", {"id": 100001, "name": "Max", "x": 1}, step="2")
        listing.call("GET", "/pets/100002/", {"id": 100002, "name": "Lu", "x": 2}, step="3")
        search.call("GET", "/pets/?page=1&q=Max", {"rows": people(0, 1)}, step="2")
        captures += [listing.done(run), search.done(run)]
    endpoints = infer(*captures)
    assert endpoints["list-pets"].request.url == "/pets/"
    assert endpoints["get-pets"].request.url == "/pets/{id}/"


def test_a_procedure_that_gives_one_thing_is_no_list_though_a_search_shares_the_list() -> None:
    captures = []
    for run in (0, 1):
        search = Journey("search-pets", q="Max")
        for step, at in (("1", 0), ("2", 3)):
            asked = {"jsonrpc": "2.0", "method": "pets_list", "params": {"at": at}}
            search.call("POST", "/rpc", {"result": people(at, 3)}, step=step, send=asked)
        captures += [procedures(run).done(run), search.done(run)]
    method = infer(*captures)["list-pets"].request.json_body["method"]
    assert isinstance(method, Constant)
    assert method.constant == "pets_list"
