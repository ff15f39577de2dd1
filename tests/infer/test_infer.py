"""What two recordings prove about a portal."""

from collections.abc import Sequence

from automation.infer import infer_endpoints
from automation.model import (
    Capture,
    Constant,
    Derived,
    Endpoint,
    FromClock,
    FromSecret,
    FromSession,
    Input,
    Paged,
    Random,
    Source,
    Unknown,
)
from tests.infer.traffic import BASE, Journey, people


def infer(*captures: Capture) -> dict[str, Endpoint]:
    return {e.endpoint: e for e in infer_endpoints(captures).endpoints}


def both(make: object) -> Sequence[Capture]:
    return [make(run).done(run) for run in (0, 1)]  # type: ignore[operator]


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


def test_dates_that_move_together_are_a_window() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-visits")
        for start, end in (("2026-06-15", "2026-06-21"), ("2026-06-22", "2026-06-28")):
            made.call(
                "GET",
                f"/visits?start={start}&end={end}",
                {"visits": people(int(start[-2:]), 5)},
                step=start,
            )
        return made

    endpoint = infer(*both(journey))["list-visits"]
    assert endpoint.pagination is not None
    assert (endpoint.pagination.kind, endpoint.pagination.step) == ("window", 7)
    assert endpoint.pagination.size == 6
    assert endpoint.request.query["start"] == Paged(
        page="from", format="%Y-%m-%d", why=endpoint.pagination.why
    )


def token(number: int) -> str:
    return f"«sec:field:{number:010x}:32:an»"


def test_a_rolling_value_is_a_slot_that_page_and_answers_renew() -> None:
    def journey(run: int) -> Journey:
        made = Journey("list-people").page(
            "/People", f'<input type=hidden name="__Verify" value="{token(run * 10)}">'
        )
        for page in (1, 2, 3):
            made.call(
                "POST",
                "/People/Grid",
                {"rows": people(page * 5, 5), "total": 23},
                step=str(page),
                form={"__Verify": token(run * 10 + page - 1), "page": str(page)},
                gives={"x-verify-next": token(run * 10 + page)},
            )
        return made

    endpoint = infer(*both(journey))["list-people"]
    binding = endpoint.request.form["__Verify"]
    assert isinstance(binding, FromSession)
    slot = endpoint.slots[binding.session]
    assert slot.open == "/People"
    assert set(slot.sources) == {
        Source(css='input[name="__Verify"]', attribute="value"),
        Source(header="x-verify-next"),
    }
    assert endpoint.pagination is not None, "a token that changes does not hide the page number"


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


def test_the_login_is_told_by_its_secrets_and_never_read() -> None:
    def journey(run: int) -> Journey:
        del run
        return Journey("login").call(
            "POST",
            "/login",
            {"ok": True, "user": {"name": "x", "role": "vet"}},
            form={
                "user": "«sec:credential.username:00aa00aa00:9:a»",
                "pass": "«sec:credential.password:00bb00bb00:12:an»",
            },
        )

    endpoint = infer(*both(journey))["login"]
    assert endpoint.effect == "auth"
    assert isinstance(endpoint.request.form["pass"], FromSecret)
    assert endpoint.request.form["pass"].secret == "credential.password"


def test_a_cache_buster_is_the_clock_and_a_request_id_is_random() -> None:
    def journey(run: int) -> Journey:
        epoch = 1781514000000 + run * 3_600_000
        return (
            Journey("list-people")
            .call(
                "GET",
                f"/people?_={epoch}",
                {"rows": people(0, 3)},
                headers={"x-request-id": f"9f1c2d3e-0000-4000-8000-00000000000{run}"},
            )
            .call(
                "GET",
                f"/people?_={epoch + 120}",
                {"rows": people(0, 3)},
                step="2",
                headers={"x-request-id": f"9f1c2d3e-0000-4000-8000-10000000000{run}"},
            )
        )

    request = infer(*both(journey))["list-people"].request
    assert isinstance(request.query["_"], FromClock)
    assert request.query["_"].clock == "epoch_ms"
    assert isinstance(request.headers["x-request-id"], Random)


def test_a_changing_value_that_nothing_explains_stays_unknown() -> None:
    def journey(run: int) -> Journey:
        made = Journey("list-people")
        for number in range(2):
            strange = f"%%{run}{number}~q!w?e-r{number}#t{run}&y*u(i)o_p"
            made.call("POST", "/people", {"rows": people(0, 3)}, send={"z": strange * 2})
        return made

    assert isinstance(infer(*both(journey))["list-people"].request.json_body["z"], Unknown)


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


def test_a_write_stays_a_write_even_when_it_answers_with_a_list() -> None:
    def journey(run: int) -> Journey:
        return Journey("create-visit", note=f"note {run}").call(
            "POST",
            "/visits/create",
            {"visits": people(run, 3)},
            send={"note": f"note {run}"},
            step="4",
        )

    assert infer(*both(journey))["create-visit"].effect == "write"


def test_inferring_the_same_captures_twice_gives_the_same_endpoints() -> None:
    capture = (
        Journey("list-people")
        .page("/People", f'<meta name="csrf" content="{token(3)}">')
        .call("GET", "/people", {"rows": people(0, 3)}, headers={"x-csrf": token(3)})
        .done()
    )
    assert infer_endpoints([capture]) == infer_endpoints([capture])
    assert BASE not in str(infer_endpoints([capture]).endpoints)
