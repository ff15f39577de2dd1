"""Where in an answer a value is found."""

from __future__ import annotations

import json

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from automation.errors import BadFile
from automation.model import Reply, Source
from automation.replay.places import Reading, finder, place_of
from automation.replay.reading import read_reply

URL = "https://app.acme.example/x"
HTML = """<html><head><meta name="csrf" content="m&amp;1">
<script>var token = "s\\"1";</script></head>
<body><span id="n"> 5 </span><a id="next" href="/list?after=c2&amp;x=1">more</a></body></html>"""


def reading(body: str | bytes = "", *headers: tuple[str, str], kind: str = "text/html") -> Reading:
    content = body.encode() if isinstance(body, str) else body
    return read_reply(Reply(200, URL, (("content-type", kind), *headers), content))


@pytest.mark.parametrize(
    "path,value",
    [
        ("a", {"b": [1, 2], "odd key": 3}),
        ("a.b", [1, 2]),
        ("a.b[1]", 2),
        ('a."odd key"', 3),
        ("a.none", None),
        ("a.b.c", None),
        ("@", {"a": {"b": [1, 2], "odd key": 3}}),
        ("length(a.b)", 2),
        ("a.b[?@ > `1`] | [0]", 2),
    ],
)
def test_a_path_finds_what_stands_there(path: str, value: JsonValue) -> None:
    assert finder(path)({"a": {"b": [1, 2], "odd key": 3}}) == value


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4)
    ),
)


@given(DOCUMENTS, st.lists(st.sampled_from("abcd"), min_size=1, max_size=4).map(".".join))
def test_walking_plain_names_finds_what_the_library_finds(document: JsonValue, path: str) -> None:
    assert finder(path)(document) == jmespath.search(path, document)


def test_a_path_that_is_none_is_a_mistake_in_a_file() -> None:
    with pytest.raises(BadFile, match="is not JMESPath"):
        finder("a[?")


@pytest.mark.parametrize(
    "source,text",
    [
        (Source(css='meta[name="csrf"]', attribute="content"), "m&1"),
        (Source(css="#n"), "5"),
        (Source(css="#next", attribute="href?after"), "c2"),
        (Source(css="#gone"), None),
        (Source(script='var token = "'), 's\\"1'),
        (Source(script='var other = "'), None),
    ],
)
def test_a_page_holds_values_in_elements_links_and_scripts(
    source: Source, text: str | None
) -> None:
    assert reading(HTML).at(source) == text


def test_markup_is_searched_in_markup_only() -> None:
    quoted = reading('{"html": "<span id=\\"n\\">5</span>"}', kind="text/html")
    assert quoted.at(Source(css="#n")) is None


@pytest.mark.parametrize("value,text", [("5", "5"), (5, "5"), (None, None), ("", None)])
def test_a_json_value_is_its_text_and_nothing_is_nothing(value: object, text: str | None) -> None:
    found = reading()
    found.document = {"a": value}  # type: ignore[dict-item]
    assert found.at(Source(json_path="a")) == text


def test_the_last_header_of_a_name_counts() -> None:
    found = reading("", ("x-token", "1"), ("x-token", "2"), ("x-empty", ""))
    assert found.at(Source(header="X-Token")) == "2"
    assert found.at(Source(header="x-empty")) is None
    assert found.at(Source(header="x-none")) is None


@pytest.mark.parametrize(
    "link,address",
    [
        ('<https://h/p?a=1>; rel="next"', "https://h/p?a=1"),
        ("</p>; rel=next", "/p"),
        ('</first>; rel="first", </p,2>; rel="next", </last>; rel="last"', "/p,2"),
        ('</p>; title="x"; rel="last next"', "/p"),
        ('</first>; rel="first"', None),
        ('</prev>; rel="nextish"', None),
    ],
)
def test_of_a_link_header_the_next_address_counts(link: str, address: str | None) -> None:
    assert reading("", ("link", link)).at(Source(header="link")) == address


def test_a_cookie_is_found_when_this_answer_set_it() -> None:
    found = reading("", ("set-cookie", "a=1; Path=/"), ("set-cookie", "a=2; Path=/"))
    assert found.at(Source(cookie="a")) == "2"
    assert found.at(Source(cookie="b")) is None


def test_a_page_is_read_in_the_character_set_it_names() -> None:
    latin = reading("<p>Müller</p>".encode("latin-1"), kind="text/html; charset=ISO-8859-1")
    assert "Müller" in latin.html
    assert "Müller" in reading("<p>Müller</p>", kind='text/html; charset="utf-8"').html
    assert "Müller" in reading("<p>Müller</p>", kind="text/html; charset=nonsense").html


@pytest.mark.parametrize(
    "body, place",
    [
        ({"practice": {"name": " north  CLINIC "}}, "practice.name"),
        ({"user": "ada", "clinic": "North Clinic"}, "clinic"),
        ({"odd key": {"n": "North Clinic"}}, '"odd key".n'),
        ("North Clinic", "@"),
    ],
)
def test_a_document_shows_a_text_where_a_value_is_nothing_else(body: JsonValue, place: str) -> None:
    found = place_of(reading(json.dumps(body), kind="application/json"), "North Clinic")
    assert found == Source(json_path=place)
    assert found is not None
    assert reading(json.dumps(body)).at(found)


@pytest.mark.parametrize(
    "body",
    [
        {"practices": [{"name": "North Clinic"}, {"name": "South Clinic"}]},
        [{"name": "North Clinic"}],
        {"rows": ["North Clinic"]},
        {"title": "North Clinic today"},
        {"North Clinic": 1},
        {},
    ],
)
def test_an_item_of_a_list_a_part_of_a_text_and_a_key_are_no_place(body: JsonValue) -> None:
    assert place_of(reading(json.dumps(body), kind="application/json"), "North Clinic") is None


def test_a_page_shows_a_text_in_an_element_of_its_own() -> None:
    page = reading("<body><ul><li>North</li></ul><header><b class=c>North</b></header>")
    assert place_of(page, "north") == Source(css="b.c")
