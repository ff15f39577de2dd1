"""Who could have provided a value."""

import pytest

from automation.infer.provenance import Provenance, readings, tells
from tests.infer.traffic import Journey


def test_only_what_was_complete_before_the_call_can_have_provided() -> None:
    capture = (
        Journey().call("GET", "/a", {"token": "abc123"}).call("GET", "/b", {"n": "abc123"}).done()
    )
    book = Provenance(capture, frozenset({"abc123"}))
    first, second = capture.exchanges
    assert book.before("abc123", first) == []
    assert [p.source.json_path for p in book.before("abc123", second)] == ["token"]


def test_a_value_that_stands_everywhere_proves_nothing() -> None:
    capture = Journey().call("GET", "/a", {"rows": ["same"] * 501}).call("GET", "/b", {}).done()
    book = Provenance(capture, frozenset({"same"}))
    assert book.before("same", capture.exchanges[1]) == []


@pytest.mark.parametrize(
    "text, consumer, provider, evidence",
    [
        ("1234567", "q", "x", True),
        ("123", "invoiceId", "x", True),
        ("123", "take", "count", False),
        ("25", "pageSize", "pageSize", False),
        ("250", "pageSize", "page_size", True),
        ("canine", "species", "label", False),
        ("en-US", "lang", "lang", True),
        ("application/json", "accept", "x", False),
        ("true", "flag", "flag", False),
    ],
)
def test_equality_counts_by_information_and_names(
    text: str, consumer: str, provider: str, *, evidence: bool
) -> None:
    assert tells(text, consumer, provider) is evidence


def test_a_value_is_looked_for_whole_and_inside_its_wrapping() -> None:
    assert ("abc", "Bearer {}") in list(readings("Bearer abc"))
    assert ("1009", "post-{}") in list(readings("post-1009"))
    assert [wrap for _, wrap in readings("plain")] == [None]


def test_a_call_provides_nothing_to_itself() -> None:
    journey = Journey().call("POST", "/form", {"from": "06/03/2025"}, form={"from": "06/03/2025"})
    [exchange] = journey.exchanges
    page = exchange.model_copy(update={"resource": "document"})
    journey.exchanges[0] = page
    book = Provenance(journey.done(), frozenset({"06/03/2025"}))
    assert book.before("06/03/2025", page) == []
