"""What a reply says, and which replies are not understood."""

from __future__ import annotations

import json

import pytest
from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood, NotPermitted
from automation.model import Reply, ResponseShape, Source
from automation.replay.reading import Page, read_reply, understand

URL = "https://app.acme.example/x"
ROWS = ResponseShape(items="rows", key="id")


def page(body: str, shape: ResponseShape = ROWS, status: int = 200) -> Page:
    return understand(read_reply(Reply(status, URL, (), body.encode())), shape)


def test_the_items_and_the_whole_document_are_given() -> None:
    found = page('{"rows": [{"id": 1}, {"id": 2}], "total": 2}')
    assert found.items == ({"id": 1}, {"id": 2})
    assert found.document == {"rows": [{"id": 1}, {"id": 2}], "total": 2}


@pytest.mark.parametrize("items,body", [("@", '[{"id": 1}]'), ("a.b", '{"a": {"b": [{"id": 1}]}}')])
def test_items_stand_where_the_endpoint_says(items: str, body: str) -> None:
    assert page(body, ResponseShape(items=items)).items == ({"id": 1},)


def test_without_a_place_of_items_the_body_is_the_only_item() -> None:
    assert page('{"id": 1}', ResponseShape()).items == ({"id": 1},)


@pytest.mark.parametrize(
    "body",
    [
        ")]}',\n" + '{"rows": []}',
        'while(1);{"rows": []}',
        'callback_1({"rows": []});',
        '\ufeff{"rows": []}',
    ],
)
def test_guards_and_wrappers_around_json_are_no_obstacle(body: str) -> None:
    assert page(body).document == {"rows": []}


@pytest.mark.parametrize(
    "body,status,told",
    [
        ('{"rows": [{"id": 1}, {"i', 200, "cut off"),
        ("", 200, "an empty body"),
        ("<html><body>Sorry</body></html>", 200, "HTML instead of JSON"),
        ('{"Rows": []}', 200, "no list of items at rows"),
        ('{"rows": null}', 200, "no list of items at rows"),
        ("[]", 200, "no list of items at rows"),
        ('{"rows": [{"Id": 1}]}', 200, "items without the field id"),
        ('{"rows": []}', 304, "status 304"),
    ],
)
def test_every_other_body_is_not_understood_and_says_why(body: str, status: int, told: str) -> None:
    with pytest.raises(AnswerNotUnderstood, match=told):
        page(body, status=status)


def test_a_status_403_says_that_the_user_may_not_see_it() -> None:
    with pytest.raises(NotPermitted, match="status 403"):
        page('{"rows": []}', status=403)


def test_an_empty_list_is_an_answer() -> None:
    assert page('{"rows": []}').items == ()


def test_things_listed_by_their_identity_are_items_and_none_of_them_is_an_empty_object() -> None:
    keyed = ResponseShape(items="rows", key='"@key"')
    assert page('{"rows": {"4": {"a": 1}}}', keyed).items == ({"@key": "4", "a": 1},)
    assert page(')]}\',\n{"rows": {"4": {"a": 1}}}', keyed).items == ({"@key": "4", "a": 1},)
    assert page('{"rows": {}}', keyed).items == ()
    with pytest.raises(AnswerNotUnderstood, match="no list of items at rows"):
        page('{"rows": {"error": "closed"}}', keyed)


@pytest.mark.parametrize("kind,items,document", [("empty", (), None), ("other", ("a;b",), "a;b")])
def test_answers_that_are_no_data_are_taken_as_they_are(
    kind: str, items: tuple[str, ...], document: JsonValue
) -> None:
    found = page("a;b", ResponseShape.model_validate({"kind": kind}))
    assert (found.items, found.document) == (items, document)


TABLE = """<table id="pets"><thead><tr><th>Name</th><th>Id</th></tr></thead>
<tbody>{}</tbody></table>"""


def test_rows_of_a_table_are_items() -> None:
    shape = ResponseShape(kind="html", items="#pets tbody tr", key="Id")
    found = page(TABLE.format("<tr><td>Rex</td><td>7</td></tr>"), shape)
    assert found.items == ({"Name": "Rex", "Id": "7"},)
    assert found.document == [{"Name": "Rex", "Id": "7"}]


def test_an_empty_table_is_an_answer_and_no_table_is_none() -> None:
    shape = ResponseShape(kind="html", items="#pets tbody > tr")
    assert page(TABLE.format(""), shape).items == ()
    with pytest.raises(AnswerNotUnderstood, match="no rows and no table"):
        page("<html><body>Sorry</body></html>", shape)


def test_rows_without_their_key_are_not_understood() -> None:
    shape = ResponseShape(kind="html", items="#pets tbody tr", key='"Patient Id"')
    with pytest.raises(AnswerNotUnderstood, match="rows without the field"):
        page(TABLE.format("<tr><td>Rex</td><td>7</td></tr>"), shape)


def test_a_page_about_one_thing_is_one_item() -> None:
    shape = ResponseShape(kind="html")
    found = page("<dl><dt>Species:</dt><dd>Canine</dd></dl><a href='/x'>Next</a>", shape)
    said: dict[str, JsonValue] = {
        "Species": "Canine", "sections": {}, "tables": {}, "blocks": {},
    }  # fmt: skip
    assert found.items == (said,)
    assert found.document == {**said, "links": {"Next": "/x"}, "pages": 1}


def test_the_items_of_a_page_are_those_of_one_of_its_lists() -> None:
    shape = ResponseShape(kind="html", items="tables.pets", key="Id")
    found = page(TABLE.format("<tr><td>Rex</td><td>7</td></tr>"), shape)
    assert found.items == ({"Name": "Rex", "Id": "7"},)
    assert isinstance(found.document, dict)
    assert found.document["pages"] == 1
    assert page(TABLE.format(""), shape).items == ()


def test_a_list_that_is_gone_is_not_understood_and_the_others_are_named() -> None:
    shape = ResponseShape(kind="html", items='tables."Lab results"')
    told = r'no list .*"Lab results"; the page has tables\.pets'
    with pytest.raises(AnswerNotUnderstood, match=told):
        page(TABLE.format(""), shape)
    with pytest.raises(AnswerNotUnderstood, match="the page has no lists"):
        page("<p>Sorry</p>", shape)


def test_json_where_a_page_was_expected_is_not_understood() -> None:
    with pytest.raises(AnswerNotUnderstood, match="no HTML"):
        page("{}", ResponseShape(kind="html"))


def test_markup_inside_of_json_is_read_where_the_endpoint_says() -> None:
    shape = ResponseShape(items='html.tables."table 1"', key='"@data-id"', markup=("html",))
    body = {"html": "<tr data-id=5><td>Rex</td></tr>", "total": 1}
    found = page(json.dumps(body), shape)
    assert found.items == ({"column 1": "Rex", "@data-id": "5"},)
    assert isinstance(found.document, dict)
    assert found.document["total"] == 1
    nobody = page('{"html": "<tr><td colspan=2>Nobody</td></tr>", "total": 0}', shape)
    assert nobody.items == ()


def test_markup_that_became_something_else_is_no_empty_list() -> None:
    shape = ResponseShape(items='html.tables."table 1"', markup=("html",))
    for body in ('{"html": "", "total": 3}', '{"html": "<p>Sorry</p>"}', '{"total": 3}'):
        with pytest.raises(AnswerNotUnderstood, match="no list of items"):
            page(body, shape)


def test_a_source_in_markup_inside_of_json_is_found() -> None:
    shape = ResponseShape(items='html.tables."table 1"', markup=("html",))
    text = "<tr><td>Rex</td></tr><tr><td colspan=2><a href='?p=2' rel=next>on</a></td></tr>"
    found = page(json.dumps({"html": text}), shape)
    assert found.reading.at(Source(json_path="html.links.next")) == "?p=2"
