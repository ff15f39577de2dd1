"""What a caller gives an operation."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.errors import BadArgument
from automation.writes import checked_inputs, described
from automation.writes.inputs import sensitive_texts
from tests.writes.shop import operation

CHICAGO = ZoneInfo("America/Chicago")
GIVEN: dict[str, Any] = {"client_id": 7, "lines": [{"item": "collar"}]}


def checked(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return checked_inputs(operation(), GIVEN | changed, CHICAGO)


def test_inputs_come_typed_in_declared_order_with_defaults_and_without_what_was_left_out() -> None:
    lines: list[Any] = [{"on": "2026-03-01", "count": 2, "item": "collar"}, {"item": "lead"}]
    found = checked_inputs(operation(), {"lines": lines, "client_id": 7}, CHICAGO)
    assert json.dumps(found) == json.dumps(
        {
            "client_id": 7,
            "lines": [
                {"item": "collar", "count": 2, "on": "2026-03-01"},
                {"item": "lead", "count": 1},
            ],
            "pay": False,
        }
    )


def test_a_command_line_can_give_everything_as_text() -> None:
    texts = {"client_id": "7", "lines": '[{"item": "collar"}]', "pay": "true", "state": "2"}
    found = checked_inputs(operation(), texts, CHICAGO)
    assert found == {
        "client_id": 7,
        "lines": [{"item": "collar", "count": 1}],
        "state": 2,
        "pay": True,
    }


@pytest.mark.parametrize(
    "text,means",
    [
        ("2026-07-01T09:30", "2026-07-01T09:30:00-05:00"),
        ("2026-07-01T14:30:00Z", "2026-07-01T09:30:00-05:00"),
        ("2026-01-01T09:30+02:00", "2026-01-01T01:30:00-06:00"),
    ],
)
def test_a_time_has_the_offset_of_the_practice(text: str, means: str) -> None:
    assert checked(at=text)["at"] == means


@pytest.mark.parametrize(
    "changed,says",
    [
        ({"client": 1}, 'there is no input "client", did you mean "client_id"?; known: client_id,'),
        ({"client_id": None}, '"client_id" is missing'),
        ({"client_id": 0}, '"client_id" needs at least 1'),
        ({"client_id": "x"}, "\"client_id\": 'x' is no integer; give a whole number"),
        ({"client_id": 1.5}, '"client_id": 1.5 is no integer'),
        ({"client_id": True}, '"client_id": True is no integer'),
        ({"lines": []}, '"lines" needs at least 1 entries'),
        ({"lines": "none"}, "\"lines\": 'none' is no list; give a list of JSON"),
        ({"lines": ["collar"]}, "\"lines[0]\": 'collar' is no object"),
        ({"lines": [{}]}, '"lines[0].item" is missing'),
        ({"lines": [{"item": 5}]}, '"lines[0].item": 5 is no text'),
        ({"lines": [{"item": "a", "sum": 1}]}, 'no input "lines[0].sum"; known: item, count, on'),
        ({"lines": [{"item": "a", "on": "soon"}]}, "give a date like 2026-03-31"),
        ({"at": "today"}, "give a time like 2026-03-31T14:30 (of the practice)"),
        ({"state": 3}, '"state" cannot be 3; allowed: 1 (open), 2 (shut)'),
        ({"pay": "perhaps"}, "\"pay\": 'perhaps' is no boolean; give true or false"),
        ({"pin": 4711}, '"pin": what was given is no text'),
    ],
)
def test_what_does_not_fit_is_told_with_its_place_and_what_is_valid(
    changed: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadArgument) as caught:
        checked(**changed)
    assert says in caught.value.message
    assert caught.value.message.startswith("sell: ")
    assert caught.value.remedy.startswith("Inputs of sell: client_id (integer), lines (list)")


def test_three_problems_are_told_and_the_rest_is_counted() -> None:
    with pytest.raises(BadArgument, match="and 2 more$"):
        checked(client_id=0, lines=[], pay="x", state=9, at="y")


@given(st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.text(max_size=5)))
def test_whatever_is_given_is_taken_or_refused(found: dict[str, Any]) -> None:
    with suppress(BadArgument):
        assert checked(**found)["client_id"] >= 1


def test_the_values_of_sensitive_inputs_are_known_wherever_they_stand() -> None:
    fields = {"a": {"type": "list", "fields": {"pin": {"type": "integer", "sensitive": True}}}}
    made = operation(inputs={**fields, "b": {"type": "text", "sensitive": True, "optional": True}})
    inputs = checked_inputs(made, {"a": [{"pin": 47}, {"pin": 11}]}, CHICAGO)
    assert sensitive_texts(made, inputs) == ("47", "11")
    inputs = checked_inputs(made, {"a": [], "b": "x"}, CHICAGO)
    assert sensitive_texts(made, inputs) == ("x",)


def test_an_input_is_described_in_one_line() -> None:
    fields = operation().inputs
    assert described("pin", fields["pin"]) == "pin (text, optional, sensitive)"
    assert described("pay", fields["pay"]) == "pay (boolean, otherwise false)"
