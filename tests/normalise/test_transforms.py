"""Each transform of the closed list, by example."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.model import TRANSFORMS, Transform
from automation.normalise.shown import UnreadableError
from automation.normalise.transforms import (
    Ground,
    as_text,
    compile_transform,
    identifier,
    implied_transform,
)

GROUND = Ground(ZoneInfo("America/Chicago"), "USD")
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "mapping.md"
NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
RESULTS = {
    "text": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "money": int,
    "date": date,
    "datetime": datetime,
}


def run(name: str, value: object, **options: str) -> object:
    return compile_transform(Transform.model_validate({"name": name, **options}))(value, GROUND)


EXAMPLES: list[tuple[str, dict[str, Any], object, object]] = [
    ("text", {}, "  Rex ", "  Rex "),
    ("text", {}, 12.0, "12"),
    ("trimmed", {}, "  Rex ", "Rex"),
    ("trimmed", {}, "   ", None),
    ("lower", {}, " CANINE ", "canine"),
    ("integer", {}, "1,204", 1204),
    ("integer", {}, 3.0, 3),
    ("number", {}, "23.4", 23.4),
    ("number", {"decimal": ","}, "1.023,5", 1023.5),
    ("boolean", {}, "Yes", True),
    ("boolean", {}, 0, False),
    ("boolean", {}, "", None),
    ("money", {}, "$1,234.50", 123450),
    ("money", {"unit": "minor"}, 995, 995),
    ("money", {"decimal": ","}, "12,30 €", 1230),
    ("money", {"rounding": "half_up"}, "0.125", 13),
    ("money", {"decimal": "either"}, "1 234,50 €", 123450),
    ("money", {"decimal": "either"}, "-$1,234.50", -123450),
    ("date", {}, "2019-04-01T00:00:00", date(2019, 4, 1)),
    ("date", {"format": "%m/%d/%Y"}, "04/01/2019", date(2019, 4, 1)),
    ("datetime", {}, "2026-11-20T12:00:00", NOON),
    ("datetime", {}, "/Date(1795197600000)/", NOON),
    ("datetime", {"format": "%d.%m.%Y %H:%M"}, "20.11.2026 12:00", NOON),
    ("datetime", {"format": ("%d.%m.%Y %H:%M", "%m/%d/%Y %I:%M %p")}, "11/20/2026 12:00 PM", NOON),
    ("email", {}, " Ann.Smith@Example.COM ", "ann.smith@example.com"),
    ("email", {}, "declined", None),
    ("phone", {"country": "1"}, "(312) 555-0142", "+13125550142"),
    ("phone", {"country": "1"}, "1-312-555-0142 ext. 7", "+13125550142"),
    ("phone", {"country": "44"}, "020 7946 0958", "+442079460958"),
    ("phone", {}, "+49 30 123456", "+4930123456"),
    ("phone", {}, "0049 30 123456", "+4930123456"),
    ("phone", {}, "312.555.0142", "3125550142"),
    ("phone", {}, "none", None),
    ("split_name", {}, "Smith, Ann Marie", "Smith"),
    ("split_name", {"part": "first"}, "Smith, Ann Marie", "Ann"),
    ("split_name", {"part": "middle"}, "Ann Marie van Smith", "Marie van"),
    ("split_name", {"part": "given"}, "Smith, Ann Marie", "Ann Marie"),
    ("split_name", {"part": "full"}, "van Smith, Ann Marie", "Ann Marie van Smith"),
    ("split_name", {"part": "full"}, "Cher, ", "Cher"),
    ("split_name", {}, "Cher", "Cher"),
    ("split_name", {"part": "first"}, "Cher", None),
    ("segment", {}, "https://portal.example/4/api/client/12/", "12"),
    ("segment", {}, "https://portal.example/4/api/client/12?expand=1", "12"),
    ("segment", {}, "/client/a%20b/", "a b"),
    ("segment", {}, 12, "12"),
    ("segment", {}, "https://portal.example/", None),
    ("join", {}, ["12 Main St", None, " ", "Unit 4"], "12 Main St Unit 4"),
    ("join", {"separator": ", "}, ["a", "b"], "a, b"),
    ("join", {}, [None, ""], None),
    ("join", {}, "alone", "alone"),
]


@pytest.mark.parametrize("name, options, value, result", EXAMPLES)
def test_a_transform_gives_what_the_reference_says(
    name: str, options: dict[str, str], value: object, result: object
) -> None:
    given_back = run(name, value, **options)
    assert given_back == result
    assert result is None or type(given_back) is RESULTS[TRANSFORMS[name].gives]


def test_every_transform_has_an_example_for_itself_and_for_each_option() -> None:
    shown = {name for name, _, _, _ in EXAMPLES}
    used = {(name, option) for name, options, _, _ in EXAMPLES for option in options}
    assert shown == set(TRANSFORMS)
    assert used == {(name, option) for name, rule in TRANSFORMS.items() for option in rule.options}


def test_every_transform_and_option_is_in_the_reference_and_nothing_else_is() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|", text.partition("## Transforms")[2], re.MULTILINE)
    listed = {name: tuple(re.findall(r"`(\w+)`", options)) for name, options in rows}
    assert listed == {name: rule.options for name, rule in TRANSFORMS.items()}


@pytest.mark.parametrize(
    "country, written, number",
    [
        ("1", "312-555-0142 or 312-555-0199", None),
        ("", "312-555-0142 / 312-555-0143", None),
        ("", "+1 312 555 0142, +1 312 555 0143", None),
        ("1", "after 5 312 555 0142", None),
        ("1", "+1 312 555 0142 5", None),
        ("1", "1 (312) 555-0142", "+13125550142"),
        ("1", "(312) 555-0142 x12 (work)", "+13125550142"),
        ("1", "(312) 555-0142, Ext. 12, ask for Ann", "+13125550142"),
        ("1", "Fax 312 555 0142", "+13125550142"),
        ("1", "312-555-0142 x1 or 312-555-0199 x2", None),
        ("44", "44 20 7946 0958", "+442079460958"),
        ("49", "Tel. +49 30 123456", "+4930123456"),
        ("1", "(+49) 30 123456", "+4930123456"),
        ("44", "+44 (0)20 7946 0958", "+442079460958"),
        ("", "0044 (0) 20 7946 0958", "+442079460958"),
        ("44", "(0)20 7946 0958", "+442079460958"),
        ("39", "06 698 12345", "+390669812345"),
        ("39", "+39 (0)6 698 12345", "+390669812345"),
        ("39", "39 06 698 12345", "+390669812345"),
        ("65", "6512 3456", "+6565123456"),
        ("47", "47 22 12 34 56", "4722123456"),  # with its code, or a longer number of the country
    ],
)
def test_a_number_is_called_as_it_was_meant_or_not_at_all(
    country: str, written: str, number: str | None
) -> None:
    assert run("phone", written, country=country) == number


@pytest.mark.parametrize(
    "name, value",
    [
        ("trimmed", ["a"]),
        ("integer", "12.5"),
        ("integer", 2**63),
        ("money", 10**18),
        ("number", "9" * 400),
        ("integer", "many"),
        ("number", "1,5"),
        ("boolean", "maybe"),
        ("money", "a lot"),
        ("date", "soon"),
        ("datetime", {"a": 1}),
        ("email", {"a": 1}),
        ("phone", ["312"]),
        ("split_name", {"a": 1}),
        ("join", [{"a": 1}]),
    ],
)
def test_what_a_transform_cannot_read_is_an_error(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"is no|is neither"):
        run(name, value)


@given(
    value=st.one_of(
        st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.lists(st.text())
    ),
    name=st.sampled_from(list(TRANSFORMS)),
)
def test_a_transform_gives_its_kind_or_nothing_or_says_that_it_cannot(
    value: object, name: str
) -> None:
    try:
        result = run(name, value)
    except UnreadableError:
        return
    assert result is None or type(result) is RESULTS[TRANSFORMS[name].gives]
    assert not isinstance(result, int) or abs(result) < 2**63


@given(number=st.integers(0, 10**9))
def test_an_id_is_the_same_as_number_and_as_text(number: int) -> None:
    assert identifier(number, GROUND) == identifier(f" {number} ", GROUND) == str(number)
    assert identifier(float(number), GROUND) == str(number)


def test_what_is_no_id_is_refused() -> None:
    for value in (True, [1], {"a": 1}):
        with pytest.raises(ValueError, match="is no id"):
            identifier(value, GROUND)


def test_json_scalars_are_written_as_people_write_them() -> None:
    assert [as_text(value) for value in (True, 12, 12.0, 1.5, " a ")] == [
        "true",
        "12",
        "12",
        "1.5",
        " a ",
    ]


def test_the_kind_of_a_field_decides_where_no_transform_is_named() -> None:
    amount = implied_transform("money")
    assert amount is not None
    assert amount("1.50", GROUND) == 150
    assert amount("150", GROUND._replace(currency="JPY")) == 150
    assert implied_transform("list") is None
