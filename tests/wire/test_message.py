"""The leaves of a request and the document of a response."""

import base64

import pytest

from automation.model import Body, Request, Response
from automation.wire import (
    Place,
    body_encoding,
    is_html,
    last_segment,
    parse_json,
    path_segments,
    request_leaves,
    response_document,
    tells_operation,
)


def leaves(**parts: object) -> dict[tuple[Place, str], object]:
    request = Request(method="POST", **{"url": "https://p.example/x", **parts})
    return {(leaf.place, leaf.path): leaf.value for leaf in request_leaves(request)}


def test_repeated_query_keys_keep_their_order() -> None:
    assert leaves(url="https://p.example/x?a=1&b=&a=2") == {
        (Place.QUERY, "a[0]"): "1",
        (Place.QUERY, "b"): "",
        (Place.QUERY, "a[1]"): "2",
    }


def test_a_key_that_ends_like_a_repeat_is_told_from_one() -> None:
    assert leaves(url="https://p.example/x?line[0]=a&line[1]=b") == {
        (Place.QUERY, "line[0][0]"): "a",
        (Place.QUERY, "line[1][0]"): "b",
    }


def test_headers_that_the_client_sees_to_itself_are_no_leaves() -> None:
    headers = (("cookie", "a=b"), ("sec-fetch-mode", "cors"), ("accept", "*/*"), ("x-csrf", "t"))
    assert leaves(headers=headers) == {(Place.HEADER, "x-csrf"): "t"}


def test_a_form_is_decoded() -> None:
    body = Body(text="q=a+b%26c&n=", mime="application/x-www-form-urlencoded")
    assert leaves(body=body) == {(Place.FORM, "q"): "a b&c", (Place.FORM, "n"): ""}


def test_json_keeps_types_and_empty_containers() -> None:
    body = Body(text='{"a":{"b":[1,null]},"c":[],"d.e":true}', mime="application/json")
    assert leaves(body=body) == {
        (Place.JSON, "a.b[0]"): 1,
        (Place.JSON, "a.b[1]"): None,
        (Place.JSON, "c"): [],
        (Place.JSON, '"d.e"'): True,
    }


def test_multipart_fields_are_read_and_files_keep_only_their_name() -> None:
    text = (
        '--B\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
        '--B\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n%PDF\r\n--B--\r\n"
    )
    body = Body(text=text, mime="multipart/form-data")
    assert body_encoding(body) == "multipart"
    assert leaves(body=body) == {(Place.FORM, "note"): "hello", (Place.FORM, "file"): "a.pdf"}
    request = Request(method="POST", url="https://acme.example/", body=body)
    assert {leaf.path: leaf.file for leaf in request_leaves(request)} == {
        "note": False,
        "file": True,
    }


def test_multipart_fields_are_in_the_encoding_that_browsers_use() -> None:
    text = (
        '--B\r\nContent-Disposition: form-data; name="Größe"\r\n\r\n«sec:x» é\r\n'
        '--B\r\nContent-Disposition: form-data; name="file"; filename="Ohr é.pdf"\r\n\r\n'
        "\r\n--B--\r\n"
    )
    coded = base64.b64encode(text.encode()).decode()
    wanted = {(Place.FORM, "Größe"): "«sec:x» é", (Place.FORM, "file"): "Ohr é.pdf"}
    for body in (
        Body(text=text, mime="multipart/form-data"),
        Body(text=coded, base64=True, mime="multipart/form-data"),
    ):
        assert leaves(body=body) == wanted


@pytest.mark.parametrize(
    "text", ['{"a":1}', ')]}\',\n{"a":1}', 'while(1);{"a":1}', 'callback_1({"a":1});']
)
def test_json_is_found_behind_guards_and_callbacks(text: str) -> None:
    assert parse_json(text) == {"a": 1}


def test_a_page_is_no_document() -> None:
    page = Response(status=200, body=Body(text="<html>", mime="text/html"))
    assert response_document(page) is None
    assert is_html(page)


def test_path_segments_are_decoded_and_keep_the_trailing_slash() -> None:
    assert path_segments("https://p.example/a%20b/c/?q") == ("a b", "c", "")


def test_json_that_is_nested_beyond_reason_is_no_document() -> None:
    assert parse_json("[" * 100_000) is None


@pytest.mark.parametrize(
    "url,last",
    [
        ("https://acme.example/4/client/12/", "12"),
        ("/client/a%20b?x=/9", "a b"),
        ("12", "12"),
        ("https://acme.example/", ""),
        ("", ""),
    ],
)
def test_the_last_segment_of_an_address_is_the_last_that_is_not_empty(url: str, last: str) -> None:
    assert last_segment(url) == last


def test_some_names_tell_which_operation_is_meant_however_they_are_written() -> None:
    assert tells_operation("operationName")
    assert tells_operation("SOAPAction")
    assert not tells_operation("name")
