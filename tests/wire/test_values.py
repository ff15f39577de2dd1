"""What a single value looks like."""

import tracemalloc

import pytest

from automation.wire import (
    form_of,
    id_like,
    information,
    json_bytes,
    moments,
    names_things,
    placeholder_class,
    same_name,
)
from automation.wire import words as split


@pytest.mark.parametrize(
    "text, form",
    [
        ("9f1c2d3e-0000-4000-8000-000000000001", "uuid"),
        ("123456", "integer"),
        ("2026-06-15", "date"),
        ("deadbeefdeadbeef00", "hex"),
        ("cus_9s6XKzkNRiz8i3", "prefixed"),
        ("a@b.example", "email"),
        ("«sec:cookie:00aa00aa00:32:an»", "placeholder"),
        ("scheduler", None),
        ("GetGrid", None),
    ],
)
def test_a_form_is_told_by_its_shape(text: str, form: str | None) -> None:
    assert form_of(text) == form


def test_identifiers_split_into_words() -> None:
    assert split("GetHTMLPage_no2") == ("get", "html", "page", "no", "2")
    assert same_name("X-Csrf-Token", "xCsrfToken")
    assert id_like("invoiceId")
    assert not id_like("idle")
    assert not id_like("pageNo")
    assert id_like("pageId")


def test_a_placeholder_informs_by_its_length_and_names_its_class() -> None:
    short, long = "«sec:a:00aa00aa00:4:an»", "«sec:credential.password:00aa00aa00:40:an»"
    assert information(short) < 20 < information(long)
    assert placeholder_class(long) == "credential.password"
    assert placeholder_class("x" + long) is None


def test_information_grows_with_length_and_variety() -> None:
    assert information("aaaa") < information("abcd") < information("abcdefgh")


def test_a_moment_is_read_only_as_it_is_written() -> None:
    assert set(moments("2026-06-15")) == {"%Y-%m-%d"}
    assert set(moments("03/04/2026")) == {"%m/%d/%Y", "%d/%m/%Y"}
    assert set(moments("1781514000000")) == {"epoch_ms"}
    assert moments("2026-6-5") == {}
    assert moments("12345") == {}


def test_json_that_is_kept_takes_no_more_than_it_holds() -> None:
    tracemalloc.start()
    try:
        kept = [json_bytes({"id": number, "name": "Rex"}) for number in range(1000)]
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept[7] == b'{"id":7,"name":"Rex"}'
    assert held < 300 * len(kept)


def test_a_key_called_like_a_name_of_somebody_is_known_in_any_spelling() -> None:
    assert names_things("clientName")
    assert names_things("created_by")
    assert not names_things("species")
