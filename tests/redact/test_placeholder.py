"""Placeholders are found again in whatever encoding they stand."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, quote_plus, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.redact.placeholder import (
    charset_of,
    find_placeholders,
    holds_placeholder,
    percent_encoded,
    placeholder,
    protected,
)
from automation.wire import is_placeholder, placeholder_class

KEY = b"a key for the tests"
ONE = placeholder(KEY, "credential.password", "hunter22")
TWO = placeholder(KEY, "cookie", "0123456789")

WAYS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "address": lambda text: f"/a/{quote(text, safe='')}?b=1",
    "form": lambda text: f"a={quote_plus(text)}&b=1",
    "address twice": lambda text: quote(quote(text, safe=""), safe=""),
    "json": lambda text: json.dumps({"a": text}),
    "html": html.escape,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 after one byte": lambda text: base64.b64encode(b":" + text.encode()).decode(),
    "base64 after two bytes": lambda text: base64.b64encode(b"::" + text.encode()).decode(),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "hexadecimal": lambda text: text.encode().hex(),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_placeholder_is_found_in_every_encoding(way: str) -> None:
    assert find_placeholders(WAYS[way](str(ONE))) == (ONE,)


def test_several_are_found_in_order() -> None:
    assert find_placeholders(f"{ONE}:{TWO};{ONE}") == (ONE, TWO, ONE)


def test_nothing_is_found_where_there_is_none() -> None:
    for text in ("", "«sec:»", "sec:a:b", "%C2%AB", "c2ab7365633a", "wqtzZWM6"):
        assert not holds_placeholder(text)


@given(value=st.text(max_size=40), kind=st.from_regex(r"\A[a-z.]{1,20}\Z"))
def test_a_placeholder_is_what_the_rest_of_the_product_takes_for_one(value: str, kind: str) -> None:
    shown = str(placeholder(KEY, kind, value))
    assert is_placeholder(shown)
    assert placeholder_class(shown) == kind
    assert find_placeholders(shown) == (placeholder(KEY, kind, value),)


@given(one=st.text(), two=st.text())
def test_the_hash_is_equal_exactly_when_the_values_are(one: str, two: str) -> None:
    same = placeholder(KEY, "x", one).mac == placeholder(KEY, "x", two).mac
    assert same == (one == two)


@given(value=st.text(max_size=40))
def test_a_placeholder_ends_no_value_in_a_form_an_address_or_json(value: str) -> None:
    shown = str(placeholder(KEY, "token", value))
    assert parse_qs(f"a={shown}&b=1")["a"] == [shown]
    assert parse_qs(urlsplit(f"https://h/{shown}?a={percent_encoded(shown)}").query) == {
        "a": [shown]
    }
    assert json.loads(f'{{"a": "{shown}"}}') == {"a": shown}
    assert html.escape(shown) == shown


def test_every_form_that_must_be_left_alone_is_matched_as_a_whole() -> None:
    for way in ("plain", "form", "address", "address twice"):
        (match,) = re.findall(protected(), WAYS[way](str(ONE)))
        assert find_placeholders(match) == (ONE,)


@pytest.mark.parametrize(
    "value,name",
    [
        ("204817", "digits"),
        ("0f8fad5b-d9cb-469f-a165-70867728950e", "uuid"),
        ("00ff3a", "hex"),
        ("FACE", "upper"),
        ("face", "lower"),
        ("Face", "letters"),
        ("Face1", "alnum"),
        ("a_b-1", "base64url"),
        ("a/b+1==", "base64"),
        ("a b!", "ascii"),
        ("é", "text"),
    ],
)
def test_the_character_set_is_the_narrowest_one(value: str, name: str) -> None:
    assert charset_of(value) == name
