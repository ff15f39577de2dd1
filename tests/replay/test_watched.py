"""Answers made of replies that somebody else got."""

from __future__ import annotations

import pytest

from automation import replay
from automation.errors import AnswerNotUnderstood, BadArgument
from automation.model import (
    Answer,
    Call,
    Endpoint,
    Pagination,
    Reply,
    RequestTemplate,
    ResponseShape,
    Rung,
    Stop,
)
from tests.engine import run_engine
from tests.fakes import json_reply

LIST = Endpoint(
    endpoint="list-x",
    effect="read",
    request=RequestTemplate(method="GET", url="/x"),
    response=ResponseShape(items="rows", key="id"),
    pagination=Pagination(kind="page", stop=Stop(total="total")),
)


def watched(
    endpoint: Endpoint, *pages: list[int], inputs: dict[str, replay.InputValue] | None = None
) -> list[Answer]:
    """The answers of a list whose screen shows these pages."""

    async def next_reply(number: int) -> Reply:
        rows = [{"id": each} for each in pages[number - 1]]
        call = Call("GET", f"https://app.acme.example/x?page={number}")
        return json_reply(call, {"rows": rows, "total": 4})

    async def run() -> list[Answer]:
        return [each async for each in replay.watched_answers(endpoint, next_reply, inputs=inputs)]

    return run_engine(run())


def test_pages_are_watched_until_the_list_itself_says_that_it_ended() -> None:
    found = watched(LIST, [1, 2], [3, 4], [5])
    assert [[item["id"] for item in each.items] for each in found] == [[1, 2], [3, 4]]  # type: ignore[index,call-overload]
    assert [each.url for each in found] == [
        "https://app.acme.example/x?page=1",
        "https://app.acme.example/x?page=2",
    ]
    assert [(each.page, each.rung) for each in found] == [(1, Rung.UI), (2, Rung.UI)]


def test_a_screen_that_does_not_go_on_is_noticed() -> None:
    with pytest.raises(AnswerNotUnderstood, match="does not advance"):
        watched(LIST, [1, 2], [1, 2])


def test_a_screen_that_knows_the_end_before_it_asks_ends_the_list() -> None:
    async def next_reply(number: int) -> Reply | None:
        call = Call("GET", f"https://app.acme.example/x?page={number}")
        return json_reply(call, {"rows": [{"id": number}], "total": 9}) if number < 3 else None

    async def run() -> list[int]:
        return [each.page async for each in replay.watched_answers(LIST, next_reply)]

    assert run_engine(run()) == [1, 2]


def test_a_single_call_is_watched_once() -> None:
    single = LIST.model_copy(update={"pagination": None})
    assert len(watched(single, [1, 2], [3])) == 1


def test_windows_of_dates_need_their_ends() -> None:
    windows = LIST.model_copy(update={"pagination": Pagination(kind="window")})
    with pytest.raises(BadArgument, match="needs the input 'since'"):
        watched(windows, [1])
    days: dict[str, replay.InputValue] = {"since": "2026-03-01", "until": "2026-03-02"}
    assert len(watched(windows, [1], [2], inputs=days)) == 2
