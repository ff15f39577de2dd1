"""Whether an answer says that its list goes on."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from automation.wire import is_called_more, says_more

ROWS: list[JsonValue] = [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize(
    "facts, field",
    [
        ({"next": "https://clinic.example/api/notes/?page=2"}, "next"),
        ({"links": {"next": "/notes?page=2"}}, "next"),
        ({"nextCursor": "b2Zmc2V0"}, "nextCursor"),
        ({"next_page": 2}, "next_page"),
        ({"hasMore": True}, "hasMore"),
        ({"meta": {"total": 3}}, "total"),
        ({"TotalRecords": 57}, "TotalRecords"),
    ],
)
def test_a_list_that_goes_on_says_by_what(facts: dict[str, JsonValue], field: str) -> None:
    assert says_more({"rows": ROWS, **facts}, len(ROWS)) == field


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"next": None, "previous": "/notes?page=1", "count": 2},
        {"links": {"next": ""}, "has_more": False, "total": 2},
        {"nextAppointment": "2026-03-04", "unreadCount": 12, "totalDue": 310},
    ],
)
def test_one_that_is_whole_says_nothing(facts: dict[str, JsonValue]) -> None:
    assert says_more({"rows": ROWS, **facts}, len(ROWS)) is None


def test_what_items_say_is_about_themselves() -> None:
    assert says_more([{"next": "/2"}], 1) is None
    assert says_more({"rows": [{"total": 9}]}, 1) is None


@pytest.mark.parametrize("path", ["more", "hasMore", "page_info.has_next_page", "a.b.hasNext"])
def test_a_name_says_that_there_is_more(path: str) -> None:
    assert is_called_more(path)
    assert not is_called_more(f"{path}.at")
