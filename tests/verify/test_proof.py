"""What a comparison of screen and replay says."""

from __future__ import annotations

from pydantic import JsonValue

from automation.model import Answer, Endpoint, Paged, RequestTemplate, ResponseShape
from automation.verify.proof import compared, span_of

LIST = Endpoint(
    endpoint="list-pets",
    effect="read",
    request=RequestTemplate(
        method="GET", url="/pets", query={"start": Paged(page="from", format="%Y-%m-%d")}
    ),
    response=ResponseShape(items="rows", key="id"),
)


def test_the_same_items_in_another_order_are_equal() -> None:
    shown: list[JsonValue] = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
    replayed: list[JsonValue] = [{"name": "b", "id": 2}, {"name": "a", "id": 1}]
    assert compared(LIST, shown, replayed, (1, 1)).equal


def test_each_difference_is_named_by_its_key() -> None:
    proof = compared(LIST, [{"id": 1}, {"id": 2}], [{"id": 2, "x": 3}, {"id": 4}], (1, 1))
    assert not proof.equal
    assert proof.differing == (
        "1: only on the screen",
        "2: differs",
        "4: only in the replay",
    )


def test_an_item_on_the_border_of_two_windows_counts_once() -> None:
    proof = compared(LIST, [{"id": 1}, {"id": 1}], [{"id": 1}], (1, 1))
    assert proof.equal
    assert proof.browser_items == 1


def test_the_days_of_the_replay_are_those_the_screen_asked_for() -> None:
    answers = [
        Answer("list-pets", f"https://x.example/pets?start={day}", ())
        for day in ("2026-06-15", "2026-06-22", "2026-06-29")
    ]
    span = span_of(answers, LIST)
    assert [str(day) for day in span.values()] == ["2026-06-15", "2026-06-29"]
