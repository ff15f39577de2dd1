"""A step is searched for on every page, and what was there before is another one's."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood
from automation.model import Call, Endpoint, Paged, Pagination, ReadBack, Reply, Source, Stop
from automation.writes import Known
from automation.writes.searching import Searching
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, json_reply
from tests.writes.till import ENDPOINTS, sale

PLAN = ReadBack.model_validate(
    {"endpoint": "find-sales", "match": [{"item": "item", "equals": "inputs.item"}]}
)


def searching(answer: Any, endpoint: Endpoint | None = None) -> Searching:  # noqa: ANN401 - JSON
    def reply(call: Call) -> Reply:
        return answer(call) if callable(answer) else json_reply(call, answer)

    session = FakeSession(reply)
    session.slots["token"] = "t"
    write = sale()
    known = Known(write.declared, session.practice, write.inputs, write.marker, write.at)
    found = endpoint or ENDPOINTS["find-sales"]
    return Searching(known, session, lambda _name: found, VirtualClock(), Random(1))


def listed(*rows: dict[str, JsonValue]) -> dict[str, object]:
    return {"results": list(rows)}


def test_what_matches_and_is_new_is_found() -> None:
    search = searching(listed({"id": 1, "item": "leash"}, {"id": 2, "item": "collar"}))
    before = run_engine(search.before(PLAN))
    assert len(before) == 1
    assert run_engine(search.found(PLAN, before)) == ()
    assert run_engine(search.found(PLAN, ())) == ({"id": 1, "item": "leash"},)


def test_one_that_changed_since_is_still_the_one_that_was_there_before() -> None:
    found = ENDPOINTS["find-sales"]
    by_id = found.model_copy(update={"response": found.response.model_copy(update={"key": "id"})})
    rows = [{"id": 1, "item": "leash", "seen": 1}]
    search = searching(lambda call: json_reply(call, {"results": rows}), by_id)
    before = run_engine(search.before(PLAN))
    rows[0]["seen"] = 2
    assert run_engine(search.found(PLAN, before)) == ()
    rows[0]["id"] = 3
    assert len(run_engine(search.found(PLAN, before))) == 1


def test_the_search_goes_through_all_pages() -> None:
    def page(call: Call) -> Reply:
        last = "page=2" in call.url
        rows = [{"id": 3, "item": "leash"}] if last else [{"id": 1}, {"id": 2}]
        return json_reply(call, {"results": rows, "next": None if last else "/api/sale/?page=2"})

    rule = Pagination(kind="next", source=Source(json_path="next"))
    search = searching(page, ENDPOINTS["find-sales"].model_copy(update={"pagination": rule}))
    assert run_engine(search.found(PLAN, ())) == ({"id": 3, "item": "leash"},)


def test_a_list_whose_rows_shift_again_and_again_tells_nothing() -> None:
    rows: list[dict[str, JsonValue]] = [{"id": number} for number in range(200)]

    def page(call: Call) -> Reply:
        start = 2 * int(call.url.partition("page=")[2] or 1) - 2
        found = rows[start : start + 2]
        del rows[0]
        return json_reply(call, {"results": found, "total": len(rows)})

    sales = ENDPOINTS["find-sales"]
    request = sales.request.model_copy(update={"query": {"page": Paged(page="number")}})
    found = sales.model_copy(
        update={
            "request": request,
            "response": sales.response.model_copy(update={"key": "id"}),
            "pagination": Pagination(kind="page", start=1, size=2, stop=Stop(total="total")),
        }
    )
    with pytest.raises(AnswerNotUnderstood, match="shifted again and again"):
        run_engine(searching(page, found).found(PLAN, ()))


def test_a_list_of_which_only_the_first_page_can_be_read_tells_nothing() -> None:
    search = searching({**listed({"id": 1, "item": "collar"}), "next": "/api/sale/?page=2"})
    with pytest.raises(AnswerNotUnderstood, match="goes on"):
        run_engine(search.found(PLAN, ()))


def test_one_thing_is_never_another_one_and_may_be_missing() -> None:
    plan = PLAN.model_copy(update={"endpoint": "find-sale", "values": {}})
    single = ENDPOINTS["find-client"]
    search = searching({"item": "leash"}, single)
    plan = plan.model_copy(
        update={
            "values": ReadBack.model_validate(
                {"endpoint": "x", "values": {"client_id": "inputs.client_id"}, "match": []}
            ).values
        }
    )
    assert run_engine(search.before(plan)) == ()
    assert run_engine(search.found(plan, ())) == ({"item": "leash"},)
    gone = searching(lambda call: json_reply(call, {}, status=404), single)
    assert run_engine(gone.found(plan, ())) == ()


def test_what_is_older_than_the_write_is_another_one_with_room_for_clocks_that_differ() -> None:
    plan = PLAN.model_copy(update={"created": "created"})
    rows: list[dict[str, JsonValue]] = [
        {"id": 1, "item": "leash", "created": "2026-03-02T09:10:00+00:00"},
        {"id": 2, "item": "leash", "created": "2026-03-02T09:25:00+00:00"},
    ]
    found = run_engine(searching(listed(*rows)).found(plan, ()))
    assert [each["id"] for each in found if isinstance(each, dict)] == [2]


def test_a_list_that_cannot_be_read_tells_nothing() -> None:
    search = searching(lambda call: json_reply(call, {"detail": "no"}, status=400))
    with pytest.raises(AnswerNotUnderstood):
        run_engine(search.found(PLAN, ()))
