"""Which part of a response holds the records."""

from tests.infer.traffic import Journey, both, infer, people


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
