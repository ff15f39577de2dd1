"""Where the value of a leaf comes from."""

from collections.abc import Callable

import pytest

from automation.model import Capture, Computed, Constant, Derived, Input, Random, Unknown
from tests.infer.traffic import VISITS, Journey, both, infer, people, procedures, relay


def test_an_id_that_a_list_gave_is_derived_from_each_of_its_items() -> None:
    def journey(run: int) -> Journey:
        rows = people(run * 3, 5)
        made = Journey("get-person").call("GET", "/people", {"rows": rows})
        for number, row in enumerate(rows[:2]):
            made.call(
                "GET",
                f"/people/{row['id']}/detail",
                {"person": row, "lines": [{"text": f"line {number}", "amount": 3}]},
                step=str(number + 2),
            )
        return made

    endpoints = infer(*both(journey))
    endpoint = endpoints["get-person"]
    assert endpoint.request.url == "/people/{id}/detail"
    binding = endpoint.request.path["id"]
    assert isinstance(binding, Derived)
    assert (binding.derived, binding.path) == ("list-people", "rows[].id")


def test_a_number_in_the_path_is_derived_although_no_key_says_that_it_is_an_identity() -> None:
    def journey(run: int) -> Journey:
        rows = [{"zorkal": 104000 + run * 3 + n, "mup": f"Tavi {n}"} for n in range(5)]
        made = Journey("get-person").call("GET", "/people", {"lon": rows})
        for number, row in enumerate(rows[:2]):
            made.call("GET", f"/bevin/{row['zorkal']}", {"mup": row}, step=str(number + 2))
        return made

    by_address = {one.request.url: one for one in infer(*both(journey)).values()}
    binding = by_address["/bevin/{zorkal}"].request.path["zorkal"]
    assert isinstance(binding, Derived)
    assert (binding.derived, binding.path) == (by_address["/people"].endpoint, "lon[].zorkal")


def test_what_a_person_typed_is_an_input_even_inside_other_text() -> None:
    def journey(run: int) -> Journey:
        typed = ("bella", "max")[run]
        return (
            Journey("find-person", search=typed)
            .call("GET", "/find?q=&o=1", {"rows": people(0, 3)})
            .call("GET", f"/find?q=name:%25{typed}%25&o=1", {"rows": people(0, 2)}, step="2")
        )

    binding = infer(*both(journey))["find-person"].request.query["q"]
    assert isinstance(binding, Input)
    assert (binding.input, binding.wrap, binding.default) == ("search", "name:%{}%", "")


def test_what_the_author_of_the_page_wrote_is_no_state_of_a_session() -> None:
    """A script of the page holds query, name and media type; they come with no login."""
    request = infer(*both(relay))["list-visits"].request
    written = [request.json_body["query"], request.json_body["operationName"]]
    assert all(isinstance(one, Constant) for one in (*written, request.headers["accept"]))
    assert [one.constant for one in written if isinstance(one, Constant)] == [VISITS, "Visits"]


def test_a_nonce_that_was_redacted_is_random_where_it_looked_like_a_uuid() -> None:
    def journey(charset: str) -> Callable[[int], Journey]:
        def made(run: int) -> Journey:
            made = Journey("list-people")
            for number in range(2):
                nonce = f"«sec:field:{run}{number}aabbccdd:36:{charset}»"
                made.call("POST", "/people", {"rows": people(0, 3)}, send={"nonce": nonce})
            return made

        return made

    uuid, other = (
        infer(*both(journey(charset)))["list-people"].request.json_body["nonce"]
        for charset in ("uuid", "base64url")
    )
    assert isinstance(uuid, Random)
    assert uuid.random == "uuid"
    assert isinstance(other, Unknown)


def test_a_changing_value_that_nothing_explains_stays_unknown() -> None:
    def journey(run: int) -> Journey:
        made = Journey("list-people")
        for number in range(2):
            strange = f"%%{run}{number}~q!w?e-r{number}#t{run}&y*u(i)o_p"
            made.call("POST", "/people", {"rows": people(0, 3)}, send={"z": strange * 2})
        return made

    assert isinstance(infer(*both(journey))["list-people"].request.json_body["z"], Unknown)


def test_a_signature_needs_the_browser() -> None:
    def journey(run: int) -> Capture:
        made = Journey("list-pets")
        for number in range(2):
            digest = f"{run}{number}" + "0f1e2d3c4b5a69788796a5b4c3d2e1" + "f0" * 16
            made.call("GET", f"/pets?sign={digest[:64]}", {"rows": people(0, 3)}, step=str(number))
        return made.done(run)

    endpoint = infer(journey(0), journey(1))["list-pets"]
    assert isinstance(endpoint.request.query["sign"], Computed)
    assert endpoint.reach.rung == "page"


def test_a_filter_that_changes_with_the_steps_is_an_input() -> None:
    def journey(run: int) -> Capture:
        made = Journey("list-pets")
        for number, status in enumerate(("all", "active", "deceased")):
            made.call("GET", f"/pets?status={status}", {"rows": people(number * 4, 3)},
                      step=str(number + 1))  # fmt: skip
        return made.done(run)

    binding = infer(journey(0), journey(1))["list-pets"].request.query["status"]
    assert isinstance(binding, Input)
    assert (binding.input, binding.default) == ("status", "all")


def test_an_id_inside_a_longer_text_keeps_the_text_around_it() -> None:
    def journey(run: int) -> Capture:
        rows = people(run * 7, 3)
        made = Journey("lock-post").call("GET", "/posts", {"rows": rows})
        for number, row in enumerate(rows[:2]):
            answer = {"ok": True, "a": 1, "b": 2, "c": number}
            made.call("GET", f"/lock?key=post-{row['id']}", answer, step=str(number + 2))
        return made.done(run)

    binding = infer(journey(0), journey(1))["lock-post"].request.query["key"]
    assert isinstance(binding, Derived)
    assert (binding.path, binding.wrap) == ("rows[].id", "post-{}")


def test_a_value_that_only_looks_like_an_earlier_one_stays_constant() -> None:
    """Short codes and plain words meet by chance everywhere."""

    def journey(run: int) -> Capture:
        return (
            Journey("list-pets")
            .call("GET", "/types", {"rows": [{"code": "25", "label": "canine"}] * 3, "n": run})
            .call("GET", "/pets?take=25&species=canine", {"rows": people(0, 25)}, step="2")
            .call("GET", "/pets?take=25&species=canine", {"rows": people(0, 25)}, step="3")
            .done(run)
        )

    query = infer(journey(0), journey(1))["list-pets"].request.query
    assert isinstance(query["species"], Constant)


def test_a_search_that_is_left_out_when_nothing_is_typed_has_no_default() -> None:
    def journey(run: int) -> Journey:
        del run
        return (
            Journey("find-person", search="mar")
            .call("GET", "/find?o=1", {"rows": people(0, 3)})
            .call("GET", "/find?o=1&q=mar", {"rows": people(0, 2)}, step="2")
        )

    binding = infer(*both(journey))["find-person"].request.query["q"]
    assert isinstance(binding, Input)
    assert binding.optional
    assert binding.default is None


def test_a_secret_never_becomes_a_constant() -> None:
    def journey(run: int) -> Journey:
        del run
        headers = {"x-csrftoken": "«sec:field:00aa00aa00:64:an»"}
        return Journey("list-pets").call("GET", "/pets", {"rows": people(0, 3)}, headers=headers)

    assert isinstance(infer(*both(journey))["list-pets"].request.headers["x-csrftoken"], Unknown)


def test_a_text_that_stays_when_another_is_typed_was_not_typed() -> None:
    def journey(run: int) -> Journey:
        typed = ("category", "dog food")[run]
        return Journey("find", search=typed).call(
            "GET", f"/find?sort=category&q={typed}", {"rows": people(0, 3)}
        )

    query = infer(*both(journey))["find"].request.query
    assert isinstance(query["sort"], Constant)
    assert isinstance(query["q"], Input)


def test_a_typed_text_is_found_as_a_word_only() -> None:
    def journey(run: int) -> Journey:
        return Journey("find", search="cat").call(
            "GET", f"/find?sort=category{run}", {"rows": people(0, 3)}, step=str(run)
        )

    binding = infer(*both(journey))["find"].request.query["sort"]
    assert not (isinstance(binding, Input) and binding.input == "search")


def test_a_short_number_is_derived_from_the_list_that_is_called_so_and_from_no_other() -> None:
    def journey(_run: int) -> Journey:
        places = {"locations": [{"id": 1, "name": "North"}, {"id": 2, "name": "South"}]}
        made = Journey("list-visits").call("GET", "/choices", {**places, "rooms": [{"id": 1}]})
        for step in ("2", "3"):
            rows = people(int(step) * 10, 3)
            made.call("GET", f"/visits?location=1&room_no=1&at={step}", {"rows": rows}, step=step)
        return made

    query = infer(*both(journey))["list-visits"].request.query
    binding = query["location"]
    assert isinstance(binding, Derived)
    assert (binding.derived, binding.path) == ("list-choices", "locations[].id")
    assert isinstance(query["room_no"], Constant)


def test_a_short_number_below_a_list_is_one_of_it() -> None:
    def journey(run: int) -> Journey:
        made = Journey("list-pets")
        rows = [{"id": n, "name": f"Pet {n}"} for n in range(1, 9)]
        made.call("GET", "/api/pets/", {"rows": rows})
        for number in (3 + run, 5):
            one = {"id": number, "name": f"Pet {number}", "born": "2020-01-01"}
            made.call("GET", f"/api/pets/{number}/", one, step="2")
        return made

    asked = infer(*both(journey))["get-pets"].request.path["id"]
    assert isinstance(asked, Derived)
    assert (asked.derived, asked.path) == ("list-pets", "rows[].id")


@pytest.mark.parametrize("linked", [False, True])
def test_a_filter_that_was_set_on_the_way_is_left_out_unless_it_is_asked_for(
    linked: bool,
) -> None:
    """Set to the same thing both times, it would else hide all other rows for ever."""

    def journey(run: int) -> Journey:
        del run
        made = Journey("list-pets")
        for step, more in enumerate(("", "&kind=cat"), 1):
            for page in (1, 2):
                onward = f"/pets?page=2{more}" if linked and page == 1 else None
                found = {"rows": people(step * 50 + page * 5, 5), "next": onward}
                made.call("GET", f"/pets?page={page}{more}", found, step=str(step))
        return made

    endpoint = infer(*both(journey))["list-pets"]
    assert endpoint.pagination is not None
    assert endpoint.pagination.kind == ("next" if linked else "page")
    kind = endpoint.request.query["kind"]
    assert isinstance(kind, Input)
    assert (kind.input, kind.optional, kind.default) == ("kind", True, None)


def test_a_choice_that_was_null_at_first_need_not_be_made() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-pets")
        for step, kind in enumerate((None, "cat"), 1):
            sent = {"query": "query Pets($kind: String) { pets(kind: $kind) { id } }"}
            found = {"data": {"pets": people(step * 9, 4)}}
            made.call(
                "POST",
                "/graphql",
                found,
                step=str(step),
                send={**sent, "variables": {"kind": kind}},
            )
        return made

    kind = infer(*both(journey))["list-pets"].request.json_body["variables.kind"]
    assert isinstance(kind, Input)
    assert (kind.default, kind.optional) == (None, True)


def test_one_thing_that_was_opened_from_two_lists_is_of_the_one_it_was_opened_from_most() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-pets").call("GET", "/v1/pets", {"rows": people(0, 5)})
        for step in (2, 3):
            number = 100000 + step
            made.call("GET", f"/v1/pets/{number}", {"id": number, "x": "y", "z": 3}, step=str(step))
        return made

    def other(run: int) -> Journey:
        del run
        made = Journey("list-animals").call("GET", "/v2/animals", {"rows": people(50, 5)})
        return made.call("GET", "/v1/pets/100051", {"id": 100051, "x": "y", "z": 3}, step="2")

    asked = infer(*both(journey), *both(other))["get-pets"].request.path["id"]
    assert isinstance(asked, Derived)
    assert (asked.derived, asked.path) == ("list-pets", "rows[].id")


def test_what_a_procedure_is_called_is_what_the_program_says_and_no_state() -> None:
    found = infer(*both(procedures))
    for endpoint in found.values():
        assert isinstance(endpoint.request.json_body["method"], Constant)
        assert isinstance(endpoint.request.json_body["form"], Constant)
        assert not endpoint.slots
    asked = found["send-pets"].request.json_body["params.pet_id"]
    assert isinstance(asked, Derived)
    assert (asked.derived, asked.path) == ("list-pets", "result.rows[].id")
