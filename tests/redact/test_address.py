"""Addresses, forms and cookies: values are visited, everything else stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automation.redact.address import (
    rewrite_cookies,
    rewrite_form,
    rewrite_set_cookie,
    rewrite_url,
)
from automation.redact.visitor import Visitor

LOOKER = Visitor(lambda _, value: value, str)


def noting(seen: list[tuple[str, str]]) -> Visitor:
    def leaf(name: str, value: str) -> str:
        seen.append((name, value))
        return "« &»" if value == "x y" else value

    return Visitor(leaf, str)


@given(text=st.text())
def test_whoever_only_looks_changes_nothing(text: str) -> None:
    assert rewrite_url(text, LOOKER) == text
    assert rewrite_form(text, LOOKER) == text
    assert rewrite_cookies(text, LOOKER) == text
    assert rewrite_set_cookie(text, LOOKER) == text


def test_every_value_of_an_address_is_visited_decoded_and_changed_encoded() -> None:
    seen: list[tuple[str, str]] = []
    url = "https://u:x%20y@h.example:81/a%2Fb/x%20y?q=x+y&e=&f#/r?s=x%20y"
    done = rewrite_url(url, noting(seen))
    mark = "%C2%AB%20%26%C2%BB"
    assert done == f"https://u:{mark}@h.example:81/a%2Fb/{mark}?q={mark}&e=&f#/r?s={mark}"
    assert seen == [
        ("", "a/b"),
        ("", "x y"),
        ("q", "x y"),
        ("", "r"),
        ("s", "x y"),
        ("", "u"),
        ("password", "x y"),
    ]


def test_a_fragment_may_hold_pairs_or_one_value() -> None:
    seen: list[tuple[str, str]] = []
    rewrite_url("/a#access_token=1&state=2", noting(seen))
    rewrite_url("/#x%20y", noting(seen))
    assert seen == [("", "a"), ("access_token", "1"), ("state", "2"), ("", "x y")]


def test_a_value_over_a_border_is_left_to_the_rest_and_encoded() -> None:
    visitor = Visitor(
        lambda _, value: value, lambda text: text.replace("b&c", "«sec:x:00:3:ascii»")
    )
    assert rewrite_url("/?a=b&c=d", visitor) == "/?a=%C2%ABsec%3Ax%3A00%3A3%3Aascii%C2%BB=d"


def test_cookies_are_visited_one_by_one_as_they_stand() -> None:
    seen: list[tuple[str, str]] = []
    assert rewrite_cookies("a=1; b=x y; flag; c=", noting(seen)) == "a=1; b=« &»; flag; c="
    assert seen == [("a", "1"), ("b", "x y")]


def test_attributes_of_a_cookie_that_is_set_stay() -> None:
    seen: list[tuple[str, str]] = []
    header = "a=x y; Path=/; Max-Age=60\nb=2; HttpOnly"
    assert rewrite_set_cookie(header, noting(seen)) == "a=« &»; Path=/; Max-Age=60\nb=2; HttpOnly"
    assert seen == [("a", "x y"), ("b", "2")]
