"""The item that a step wrote is found again, and no other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from automation.errors import AnswerNotUnderstood
from automation.model import ReadBack
from automation.writes import Known, matching
from tests.writes.shop import operation
from tests.writes.test_known import NORTH

SINCE = datetime(2026, 3, 1, 12, 0, 0, 999_000, tzinfo=UTC)
ITEM = {
    "client": "https://acme.example/4/api/client/7/",
    "at": "2026-03-05T10:00:00+02:00",
    "paid": 20,
    "tags": ["b", "a"],
    "created": "2026-03-01T14:00:00+02:00",
}


def plan(*match: dict[str, Any], created: str | None = "created") -> ReadBack:
    return ReadBack.model_validate({"endpoint": "find", "match": match, "created": created})


def found(wanted: ReadBack, *items: Any, **inputs: Any) -> int:  # noqa: ANN401 - JSON
    known = Known(operation(), NORTH, inputs, marker="m", at="")
    return len(matching(wanted, items, known, since=SINCE))


CLIENT = {"item": "client", "equals": {"path": "inputs.client", "link": "api/client/{}/"}}
AT = {"item": "at", "equals": "inputs.at", "kind": "moment"}
PAID = {"item": "paid", "equals": "inputs.paid", "kind": "number"}


def test_an_item_matches_when_all_of_it_is_as_it_was_written() -> None:
    wanted = plan(CLIENT, AT, PAID)
    same = {"client": 7, "at": "2026-03-05T08:00:00+00:00", "paid": 20.0}
    assert found(wanted, ITEM, **same) == 1
    for other in ({"client": 8}, {"at": "2026-03-05T08:00:01+00:00"}, {"paid": 20.01}):
        assert found(wanted, ITEM, **same | other) == 0


def test_what_was_not_written_is_not_compared_and_nothing_at_all_matches_nothing() -> None:
    assert found(plan(CLIENT, AT), ITEM, client=7) == 1
    assert found(plan(CLIENT, AT), ITEM) == 0


def test_an_item_without_the_value_is_another_one() -> None:
    assert found(plan(CLIENT, AT), ITEM | {"at": None}, client=7, at="2026-03-05T08:00Z") == 0


def test_lists_are_equal_in_any_order() -> None:
    tags = {"item": "tags", "equals": "inputs.tags"}
    assert found(plan(tags), ITEM, tags=["a", "b"]) == 1
    assert found(plan(tags), ITEM, tags=["a"]) == 0


def test_an_item_from_before_the_write_is_another_one_to_the_second() -> None:
    older = ITEM | {"created": "2026-03-01T11:59:59Z"}
    assert found(plan(CLIENT), older, ITEM, client=7) == 1
    assert found(plan(CLIENT, created=None), older, ITEM, client=7) == 2


@pytest.mark.parametrize(
    "change,says",
    [({"created": "now"}, "is no time"), ({"created": "2026-03-01T12:00"}, "has no offset")],
)
def test_a_time_that_cannot_be_compared_is_not_guessed(change: dict[str, str], says: str) -> None:
    with pytest.raises(AnswerNotUnderstood, match=says):
        found(plan(CLIENT), ITEM | change, client=7)


def test_a_number_that_is_none_is_not_guessed() -> None:
    with pytest.raises(AnswerNotUnderstood, match="is no number"):
        found(plan(PAID), ITEM | {"paid": "twenty"}, paid=20)


@pytest.mark.parametrize(
    "shown,same",
    [
        ("/Date(1772697600000)/", True),
        ("2026-03-05T08:00:00Z", True),
        ("2026-03-05T10:00:00", True),  # on the clocks of the practice
        ("2026-03-05T08:00:00", False),
        ("/Date(1772697601000)/", False),
    ],
)
def test_the_same_moment_is_found_in_every_notation(*, shown: str, same: bool) -> None:
    known = Known(
        operation(),
        NORTH.model_copy(update={"timezone": "Europe/Helsinki"}),
        {"at": "2026-03-05T10:00:00+02:00"},
        marker="m",
        at="",
    )
    assert bool(matching(plan(AT, created=None), [{"at": shown}], known, since=SINCE)) is same


@pytest.mark.parametrize(
    "texts,same",
    [("It is m-1.", True), (["a", "see m-1"], True), (["a", None], False), (None, False)],
)
def test_a_reference_is_found_within_a_text_that_the_portal_wrote_around_it(
    *, texts: object, same: bool
) -> None:
    wanted = plan({"item": "texts", "equals": "inputs.marker", "kind": "part"}, created=None)
    assert bool(found(wanted, {"texts": texts}, marker="m-1")) is same
