"""How a call is built from bindings."""

from __future__ import annotations

import json
from email.parser import BytesParser
from email.policy import HTTP
from random import Random
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood, BadArgument
from automation.model import (
    Call,
    Constant,
    Endpoint,
    FromSession,
    Input,
    Paged,
    Practice,
    RequestTemplate,
    ResponseShape,
)
from automation.replay.inputs import InputValue
from automation.replay.request import build
from automation.replay.values import Given
from automation.wire import format_path, walk
from tests.fakes import FakeSession, VirtualClock, json_reply

BASE = "https://app.acme.example"


def call_of(request: RequestTemplate, link: str | None = None, **inputs: InputValue) -> Call:
    session = FakeSession(lambda call: json_reply(call, {}))
    session.slots["token"] = "t/1"
    endpoint = Endpoint(endpoint="list-x", effect="read", request=request)
    return build(endpoint, Given(session, VirtualClock(), Random(1), inputs), link=link)


def test_a_path_without_parameters_is_asked_at_the_practices_address() -> None:
    call = call_of(RequestTemplate(method="GET", url="/Practice/Home"))
    assert (call.method, call.url, call.content) == ("GET", f"{BASE}/Practice/Home", None)
    assert call.safe


def test_an_address_lies_below_the_path_of_a_tenant_and_a_link_stands_by_itself() -> None:
    session = FakeSession(lambda call: json_reply(call, {}))
    session.practice = Practice(name="one", portal="p", base_url=f"{BASE}/4")
    given = Given(session, VirtualClock(), Random(1), {})
    endpoint = Endpoint(
        endpoint="list-x", effect="read", request=RequestTemplate(method="GET", url="/x/")
    )
    assert build(endpoint, given).url == f"{BASE}/4/x/"
    assert build(endpoint, given, link="/4/x/?page=2").url == f"{BASE}/4/x/?page=2"
    for other in ("/x/?page=2", "/44/x/?page=2", f"{BASE}/5/x/?page=2"):
        with pytest.raises(AnswerNotUnderstood, match="goes on outside of /4/"):
            build(endpoint, given, link=other)


def test_an_address_on_another_host_stays_as_it_is() -> None:
    request = RequestTemplate(method="GET", url="https://cell4.acme.example/x")
    assert call_of(request).url == "https://cell4.acme.example/x"


def test_written_text_of_a_path_is_escaped_once() -> None:
    request = RequestTemplate(method="GET", url="/Größe 1/100%25")
    assert call_of(request).url == f"{BASE}/Gr%C3%B6%C3%9Fe%201/100%25"


def test_a_link_of_the_last_answer_stands_in_for_template_and_query() -> None:
    request = RequestTemplate(
        method="GET",
        url="/x/{id}",
        query={"a": Constant(constant=1)},
        headers={"X-A": Constant(constant="b")},
    )
    call = call_of(request, link=f"{BASE}/x?after=c")
    assert call.url == f"{BASE}/x?after=c"
    assert call.headers["x-a"] == "b"


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_path_parameter_cannot_lead_elsewhere(value: str) -> None:
    request = RequestTemplate(method="GET", url="/x/{id}/y", path={"id": Input(input="id")})
    with pytest.raises(BadArgument, match="path parameter 'id'"):
        call_of(request, id=value)


def test_a_header_cannot_hold_a_second_line() -> None:
    request = RequestTemplate(method="GET", url="/x", headers={"X-A": Input(input="a")})
    with pytest.raises(BadArgument, match="line break"):
        call_of(request, a="b\r\nSet-Cookie: c")


def test_the_kind_of_answer_that_is_expected_is_asked_for() -> None:
    endpoint = Endpoint(
        endpoint="x",
        effect="read",
        request=RequestTemplate(method="GET", url="/x"),
        response=ResponseShape(kind="html"),
    )
    session = FakeSession(lambda call: json_reply(call, {}))
    call = build(endpoint, Given(session, VirtualClock(), Random(1)))
    assert call.headers["accept"].startswith("text/html")


def test_a_bound_header_wins_over_ours() -> None:
    request = RequestTemplate(
        method="GET", url="/x", headers={"Accept": Constant(constant="application/vnd.x")}
    )
    assert call_of(request).headers["accept"] == "application/vnd.x"


def test_repeated_keys_are_written_as_one_key() -> None:
    query = {
        "tag[0]": Constant(constant="a"),
        "tag[1]": Input(input="b", optional=True),
        "tag[2]": Constant(constant="c"),
        "ids[0]": Constant(constant="d"),
        "f[x]": Constant(constant="e"),
    }
    asked = urlsplit(call_of(RequestTemplate(method="GET", url="/x", query=query)).url).query
    assert parse_qsl(asked) == [("tag", "a"), ("tag", "c"), ("ids[0]", "d"), ("f[x]", "e")]


def test_a_json_body_is_built_from_its_leaves() -> None:
    body = {
        "filter.text": Input(input="q", default=""),
        "filter.empty": Constant(constant={}),
        "columns[0].name": Constant(constant="id"),
        "columns[1].name": Input(input="second", optional=True),
        "columns[2].name": Constant(constant="age"),
        '"odd-key"': FromSession(session="token"),
        "take": Paged(page="size", first=20),
        "cursor": Paged(page="cursor"),
    }
    call = call_of(RequestTemplate(method="POST", url="/x", json_body=body, encoding="json"))
    assert call.content is not None
    assert json.loads(call.content) == {
        "filter": {"text": "", "empty": {}},
        "columns": [{"name": "id"}, {"name": "age"}],
        "odd-key": "t/1",
        "take": 20,
        "cursor": None,
    }
    assert call.headers["content-type"] == "application/json"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10).filter(
    lambda name: not name.endswith("]")
)


@given(st.dictionaries(NAMES, TEXTS, max_size=6), st.dictionaries(NAMES, TEXTS, max_size=6))
def test_every_query_and_form_value_arrives_as_it_was(
    query: dict[str, str], form: dict[str, str]
) -> None:
    call = call_of(
        RequestTemplate(
            method="POST",
            url="/x",
            query={name: Constant(constant=value) for name, value in query.items()},
            form={name: Constant(constant=value) for name, value in form.items()},
            encoding="form",
        )
    )
    assert dict(parse_qsl(urlsplit(call.url).query, keep_blank_values=True)) == query
    assert call.content is not None
    assert dict(parse_qsl(call.content.decode(), keep_blank_values=True)) == form


@given(TEXTS.filter(lambda text: text not in {"", ".", ".."}))
def test_every_path_value_arrives_as_one_segment(value: str) -> None:
    request = RequestTemplate(method="GET", url="/a/{id}/b", path={"id": Input(input="id")})
    segments = urlsplit(call_of(request, id=value).url).path.split("/")
    assert [unquote(part) for part in segments] == ["", "a", value, "b"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@given(JSON)
def test_every_json_document_is_rebuilt_from_its_leaves(document: JsonValue) -> None:
    leaves = {format_path(at): Constant(constant=leaf) for at, leaf in walk(document)}
    request = RequestTemplate(method="POST", url="/x", json_body=leaves, encoding="json")
    content = call_of(request).content
    assert content is not None
    assert json.loads(content) == document


@given(
    st.dictionaries(
        st.text(st.characters(codec="ascii", exclude_categories=["C"]), min_size=1).filter(
            lambda name: not set(name) & set('\\%"]')
        ),
        st.text(st.characters(codec="ascii", exclude_categories=["C"])),
        min_size=1,
        max_size=5,
    )
)
def test_every_multipart_field_arrives_as_it_was(fields: dict[str, str]) -> None:
    form = {name: Constant(constant=value) for name, value in fields.items()}
    request = RequestTemplate(method="POST", url="/x", form=form, encoding="multipart")
    call = call_of(request)
    assert call.content is not None
    head = f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + call.content)
    found = {
        str(part.get_param("name", header="content-disposition")): part.get_payload()
        for part in message.iter_parts()
    }
    assert found == fields


def test_a_file_has_no_place_but_a_form_of_several_parts() -> None:
    file = Input(input="scan", type="file")
    RequestTemplate(method="POST", url="/x", form={"scan": file}, encoding="multipart")
    with pytest.raises(ValueError, match="form.scan: a file stands in a form that is sent"):
        RequestTemplate(method="POST", url="/x", form={"scan": file}, encoding="form")
