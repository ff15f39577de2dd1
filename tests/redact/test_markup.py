"""Pages and scripts keep every byte but their secrets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.redact.markup import rewrite_markup
from automation.redact.names import is_secret_name
from automation.redact.visitor import Visitor

LOOKER = Visitor(lambda _, value: value, str)
VISITOR = Visitor(lambda name, value: "«»" if is_secret_name(name) else value, str)


@given(text=st.text(st.sampled_from("<>input meta name=\"token'&;? value csrf:{}")))
def test_whoever_only_looks_changes_nothing(text: str) -> None:
    assert rewrite_markup(text, LOOKER) == text


@pytest.mark.parametrize(
    "before,after",
    [
        (
            '<input type="hidden" value="a&amp;b" name="csrf">',
            '<input type="hidden" value="«»" name="csrf">',
        ),
        ("<INPUT VALUE=x NAME='csrf' />", "<INPUT VALUE=«» NAME='csrf' />"),
        ('<input type=password name=p value="x">', '<input type=password name=p value="«»">'),
        (
            '<input autocomplete="section-a one-time-code" value="1">',
            '<input autocomplete="section-a one-time-code" value="«»">',
        ),
        ('<meta name="csrf-token" content="x>y">', '<meta name="csrf-token" content="«»">'),
        ('<body data-session-token="x">', '<body data-session-token="«»">'),
        ("var csrfToken = 'x', b = 'y'", "var csrfToken = '«»', b = 'y'"),
        ('{"apiKey":"x","a":"y"}', '{"apiKey":"«»","a":"y"}'),
        ('window[\'jwt\'] = "x\\"y"', "window['jwt'] = \"«»\""),
        ('<a href="/a?x=1&amp;token=y&z=2">', '<a href="/a?x=1&amp;token=«»&z=2">'),
    ],
)
def test_the_places_of_secrets_are_visited(before: str, after: str) -> None:
    assert rewrite_markup(before, VISITOR) == after


@pytest.mark.parametrize(
    "text",
    [
        '<input type="hidden" name="page" value="1">',
        '<label for="Password">Password:</label> <p class="session">"x"</p>',
        "var tokenName = 'csrf'; var x = getToken('a');",
        '<a href="/a?page=1&sort=asc">token: none</a>',
        '<input type="password" name="p" value="">',
    ],
)
def test_other_places_are_left_alone(text: str) -> None:
    assert rewrite_markup(text, VISITOR) == text


def test_a_value_is_escaped_for_the_attribute_it_stands_in() -> None:
    quoting = Visitor(lambda _, value: f'"{value}<', str)
    assert rewrite_markup('<input name=a value="x">', quoting) == (
        '<input name=a value="&quot;x&lt;">'
    )


def test_the_whole_is_given_to_the_rest_at_last() -> None:
    visitor = Visitor(lambda name, value: "«»" if is_secret_name(name) else value, str.upper)
    assert rewrite_markup('a <input name="csrf" value="x">', visitor) == (
        'A <INPUT NAME="CSRF" VALUE="«»">'
    )
