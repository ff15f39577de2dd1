"""Which part of a response holds the records."""

from automation.model import Constant
from tests.infer.traffic import Journey, both, infer, people, relay


def test_the_list_on_the_screen_wins_over_a_longer_one_behind_it() -> None:
    def journey(run: int) -> Journey:
        del run
        hidden = [{"code": f"Z{n}", "label": f"zone {n}", "extra": n} for n in range(30)]
        made = Journey("list-pets").call("GET", "/pets", {"zones": hidden, "pets": people(0, 12)})
        made.shown = [str(people(0, 12))]
        return made

    endpoint = infer(*both(journey))["list-pets"]
    assert endpoint.response.items == "pets"
    assert endpoint.response.key == "id"


def test_an_answer_that_repeats_what_it_was_asked_by_is_one_object() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("get-bill").call("GET", "/bills", {"bills": people(0, 4)})
        for number in (0, 1):
            bill = 100000 + number
            lines = [{"text": f"line {n}", "amount": n} for n in range(6)]
            made.call("GET", f"/bills/{bill}", {"id": bill, "lines": lines}, step=str(number + 2))
        return made

    assert infer(*both(journey))["get-bill"].response.items is None


def test_a_list_at_the_root_is_found() -> None:
    def journey(run: int) -> Journey:
        del run
        return Journey("list-pets").call("GET", "/pets", people(0, 4))

    assert infer(*both(journey))["list-pets"].response.items == "@"


def test_a_field_that_repeats_is_no_key() -> None:
    def journey(run: int) -> Journey:
        del run
        rows = [{"ownerId": 100001, "petId": 100100 + n} for n in range(5)]
        return Journey("list-pets").call("GET", "/pets", {"rows": rows})

    assert infer(*both(journey))["list-pets"].response.key == "petId"


def test_a_list_of_one_thing_that_goes_on_is_a_list() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-messages").call("GET", "/talks", {"talks": people(0, 4)})
        for number, before in enumerate(("", "?before=200003", "?before=200000")):
            rows = [{"messageId": 200006 - 3 * number + n, "text": f"t{n}"} for n in range(3)]
            talk = {"talk": {"id": 100001}, "messages": rows}
            made.call("GET", f"/talks/100001{before}", talk, step=str(number + 2))
        return made

    response = infer(*both(journey))["list-messages"].response
    assert (response.items, response.key) == ("messages", "messageId")


def test_a_time_after_which_a_list_goes_on_is_no_identity() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-calls")
        for number, before in enumerate(("", "?before=2026-03-04T10:00:02")):
            rows = [
                {"at": f"2026-03-04T1{number}:00:0{n}", "callId": 100000 + 10 * number + n}
                for n in range(3)
            ]
            made.call("GET", f"/calls{before}", {"rows": rows}, step=str(number + 1))
        return made

    assert infer(*both(journey))["list-calls"].response.key == "callId"


def test_what_two_items_share_on_different_pages_is_no_identity() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-notices")
        for page in (1, 2, 3):
            rows = [
                {"petId": 5000 + n * page, "noticeId": 9000 + n + 10 * page, "text": f"due {n}"}
                for n in range(1, 9)
            ]
            made.call("GET", f"/notices?page={page}", {"rows": rows, "total": 90}, step=str(page))
        return made.call("GET", "/pets/5002", {"petId": 5002, "name": "Rex"}, step="4")

    assert infer(*both(journey))["list-notices"].response.key == "noticeId"


def test_a_key_that_is_named_like_its_list_comes_before_one_that_others_are_asked_by() -> None:
    def journey(run: int) -> Journey:
        del run
        rows = [{"petId": 5000 + n, "noticeId": 9000 + n, "text": f"due {n}"} for n in range(8)]
        made = Journey("list-notices").call("GET", "/notices", {"Notices": rows}, step="1")
        return made.call("GET", "/pets/5002", {"petId": 5002, "name": "Rex"}, step="2")

    assert infer(*both(journey))["list-notices"].response.key == "noticeId"


def test_the_key_of_what_is_wrapped_stands_in_the_wrapper_and_a_cursor_is_none() -> None:
    response = infer(*both(relay))["list-visits"].response
    assert (response.items, response.key) == ("data.visits.edges", "node.ref")


def test_a_field_of_the_item_comes_before_one_of_what_it_holds() -> None:
    rows = [{"number": f"A-{n:04}", "owner": {"id": 7000 + n}} for n in range(5)]
    made = Journey("list-pets").call("GET", "/pets", {"rows": rows})
    assert infer(made.done())["list-pets"].response.key == "number"


def test_the_number_of_a_call_is_no_identity_that_was_asked_for() -> None:
    """Source: JSON-RPC 2.0, section 5: the answer says the id of the call."""

    def journey(run: int) -> Journey:
        made = Journey("list-people")
        for page in range(3):
            number = 7 * run + page + 1
            answer = {"jsonrpc": "2.0", "id": number, "result": {"rows": people(page * 4, 4)}}
            params = {"offset": page * 4, "limit": 4}
            call = {"jsonrpc": "2.0", "id": number, "method": "people.list", "params": params}
            made.call("POST", "/rpc", answer, send=call, step=str(page + 1))
        return made

    endpoint = infer(*both(journey))["list-people"]
    assert (endpoint.response.items, endpoint.effect) == ("result.rows", "read")
    assert endpoint.pagination is not None
    assert endpoint.pagination.kind == "offset"
    assert isinstance(endpoint.request.json_body["id"], Constant)


def test_things_that_are_listed_by_their_identity_are_a_list() -> None:
    pets = {str(9000 + 3 * n): {"name": f"Pet {n}"} for n in range(6)}
    made = Journey("list-pets").call("GET", "/pets", {"pets": pets})
    response = infer(made.done())["list-pets"].response
    assert (response.items, response.key) == ("pets", '"@key"')
