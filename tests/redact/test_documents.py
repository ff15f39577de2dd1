"""Documents keep their kind while their values change."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.redact.documents import rewrite, rewrite_json
from automation.redact.names import is_secret_name
from automation.redact.visitor import Visitor

MARK = "«sec:field:0123456789:3:lower»"


def leaf(name: str, value: str) -> str:
    return MARK if is_secret_name(name) else value.replace("abc", MARK)


VISITOR = Visitor(leaf, lambda text: text.replace("abc", MARK))
LOOKER = Visitor(lambda _, value: value, str)
TEXTS = st.text(st.sampled_from('abcxyz é"\\/<=:\n'), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=15,
)


@given(document=JSON, name=st.sampled_from(["token", "a"]))
def test_whoever_only_looks_changes_nothing_in_json(document: object, name: str) -> None:
    text = json.dumps({name: document}, indent=1)
    assert rewrite(text, "application/json", LOOKER) == text


@given(document=JSON)
def test_json_that_changes_is_equal_everywhere_else(document: object) -> None:
    text = json.dumps({"token": "abcd", "rest": document, "half": "\ud800"})
    done = rewrite_json(text, VISITOR)
    assert done is not None
    expected = json.loads(text.replace("abc", MARK)) | {"token": MARK}
    assert json.loads(done) == expected
    done.encode()


@pytest.mark.parametrize(
    "text,expected",
    [
        (')]}\',\n{"pwd":"x"}', f')]}}\',\n{{"pwd":"{MARK}"}}'),
        ('while(1);[{"pwd":"x"}]', f'while(1);[{{"pwd":"{MARK}"}}]'),
        ('cb.x({"pwd":"x"});', f'cb.x({{"pwd":"{MARK}"}});'),
        ('{"pwd":"x"}\n\n{"a":1}\n', f'{{"pwd":"{MARK}"}}\n\n{{"a":1}}\n'),
        ('"abc"', f'"{MARK}"'),
    ],
)
def test_guards_calls_and_lines_of_json_are_understood(text: str, expected: str) -> None:
    assert rewrite(text, "application/json", VISITOR) == expected


def test_numbers_keep_the_way_they_were_written() -> None:
    text = '{"pwd":"x","n":[1.50,1e5,-0,12345678901234567890],"n2":1.0}'
    assert rewrite(text, "text/html", VISITOR) == text.replace('"x"', f'"{MARK}"')


def test_repeated_keys_and_their_order_are_kept() -> None:
    text = '{"b":1,"pwd":"x","a":2,"b":3}'
    assert rewrite(text, "application/json", VISITOR) == text.replace('"x"', f'"{MARK}"')


def test_json_that_was_cut_off_is_treated_as_text() -> None:
    text = '{"rows":[{"pwd": "x y", "a": "abc'
    assert (
        rewrite(text, "application/json", VISITOR) == f'{{"rows":[{{"pwd": "{MARK}", "a": "{MARK}'
    )


def test_json_nested_beyond_reason_is_treated_as_text() -> None:
    text = "[" * 5000 + '"abc"' + "]" * 5000
    assert rewrite(text, "application/json", VISITOR) == text.replace("abc", MARK)


def test_short_numbers_under_the_name_of_a_secret_count_something() -> None:
    text = '{"pin":12,"otp":204817}'
    assert rewrite(text, "application/json", VISITOR) == f'{{"pin":12,"otp":"{MARK}"}}'


def test_fields_of_a_multipart_body_are_visited() -> None:
    text = (
        '--b\r\nContent-Disposition: form-data; name="pwd"\r\n\r\nx\r\ny\r\n'
        '--b\r\nContent-Disposition: form-data; name="f"; filename="abc.txt"\r\n'
        "Content-Type: text/plain\r\n\r\nabc\r\n--b--\r\n"
    )
    done = rewrite(text, "multipart/form-data", VISITOR)
    assert done == text.replace("x\r\ny", MARK).replace("abc", MARK)


def test_a_form_stays_a_form() -> None:
    done = rewrite("pwd=a%26b&n=1+2", "application/x-www-form-urlencoded", VISITOR)
    assert done == "pwd=%C2%ABsec%3Afield%3A0123456789%3A3%3Alower%C2%BB&n=1+2"
