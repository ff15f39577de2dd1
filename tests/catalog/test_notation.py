from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.catalog.notation import line_of, parse, render
from tests.catalog.strategies import json_values, texts


@given(document=st.dictionaries(texts, json_values, min_size=1, max_size=4))
def test_what_is_written_is_read_back_as_it_was(document: dict[str, object]) -> None:
    assert parse(render(document))[0] == document


@pytest.mark.parametrize(
    "text,value",
    [
        ("no", "no"),
        ("on", "on"),
        ("2024-02-30", "2024-02-30"),
        ("12:30", "12:30"),
        ("0123", "0123"),
        ("0x1F", "0x1F"),
        ("true", True),
        ("~", None),
        ("-12", -12),
        ("1.5e+3", 1500.0),
    ],
)
def test_a_plain_word_is_what_it_looks_like(text: str, value: object) -> None:
    assert parse(f"a: {text}")[0] == {"a": value}


@pytest.mark.parametrize(
    "text,says",
    [
        ("a: [1\n", "line 2, column 1: "),
        ("a: 1\na: 2\n", 'line 2, column 1: "a" stands here twice'),
        ("a: {b: 1, b: 2}\n", 'line 1, column 11: "b" stands here twice'),
        ("a: !!python/object:os.system {}\n", "line 1, column 4: "),
        ("a: 1\n---\nb: 2\n", "line 2, column 1: "),
        ("a: 1\nb: \x07\n", "line 2: special characters are not allowed"),
        ("{[a]: 1}", "line 1, column 2: found unhashable key"),
    ],
)
def test_what_is_no_single_plain_document_says_where_it_is_not(text: str, says: str) -> None:
    with pytest.raises(ValueError, match="line") as caught:
        parse(text)
    assert str(caught.value).startswith(says)


def test_nothing_at_all_is_read_as_nothing() -> None:
    assert parse("# only a remark\n") == (None, None)


def test_a_collection_stands_on_one_line_only_if_it_is_short_and_plain() -> None:
    short, long = {"a": "b"}, {"a": "x" * 40, "b": "y" * 40}
    text = render({"short": short, "long": long, "nested": {"a": [short, {"a": 1, "b": 2}]}})
    assert text == (
        "short: {a: b}\n"
        f"long:\n  a: {'x' * 40}\n  b: {'y' * 40}\n"
        "nested:\n  a:\n    - a: b\n    - {a: 1, b: 2}\n"
    )


def test_the_line_of_a_place_is_found_through_words_of_the_parser() -> None:
    _, node = parse("a: 1\nsteps:\n  - x: 1\n  - fill:\n      value: 2\n")
    assert line_of(node, ("steps", 1, "fill", "value")) == 5
    assert line_of(node, ("steps", 1, "a-tag", "fill")) == 4
    assert line_of(node, ("steps", 1, "fill", "missing")) == 4
    assert line_of(None, ("a",)) is None
