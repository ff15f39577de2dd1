"""Which exchanges of a page are calls of an endpoint."""

from __future__ import annotations

import pytest

from automation.model import (
    Body,
    Constant,
    Endpoint,
    Exchange,
    Paged,
    Request,
    RequestTemplate,
    Response,
    ResponseShape,
)
from automation.verify.screen import is_call_of, kept_items, pages_of

BASE = "https://app.acme.example"


def endpoint(url: str, method: str = "GET", **query: Constant | Paged) -> Endpoint:
    template = RequestTemplate(method=method, url=url, query=dict(query))
    return Endpoint(endpoint="list-pets", effect="read", request=template)


def exchange(url: str, method: str = "GET") -> Exchange:
    return Exchange(
        seq=0,
        started=0,
        resource="xhr",
        request=Request(method=method, url=url),
        response=Response(status=200),
    )


@pytest.mark.parametrize(
    "template, asked, is_one",
    [
        ("/pets", "/pets?page=2", True),
        ("/pets", "/pets/7", False),
        ("/pets/{id}", "/pets/7", True),
        ("/pets/{id}/notes", "/pets/7/notes", True),
        ("/pets/{id}/notes", "/pets/7/files", False),
        ("/pets", "/owners", False),
        ("/Pet List/Grid", "/Pet%20List/Grid?page=2", True),
        ("/Pet List/{id}", "/Pet%20List/a%2Fb", True),
        ("/Größe/Grid", "/Gr%C3%B6%C3%9Fe/Grid", True),
        ("/Pet List/Grid", "/PetList/Grid", False),
    ],
)
def test_method_and_address_tell_a_call(template: str, asked: str, *, is_one: bool) -> None:
    assert is_call_of(endpoint(template), exchange(BASE + asked), BASE) is is_one
    assert not is_call_of(endpoint(template, "POST"), exchange(BASE + asked), BASE)


def test_operations_that_share_an_address_differ_in_a_constant() -> None:
    pets = endpoint("/api", op=Constant(constant="pets"))
    assert is_call_of(pets, exchange(f"{BASE}/api?op=pets&page=3"), BASE)
    assert not is_call_of(pets, exchange(f"{BASE}/api?op=owners"), BASE)


def test_another_host_with_the_same_path_is_another_call() -> None:
    assert not is_call_of(endpoint("/pets"), exchange("https://other.example/pets"), BASE)
    foreign = endpoint("https://api.acme.example/pets")
    assert is_call_of(foreign, exchange("https://api.acme.example/pets"), BASE)


@pytest.mark.parametrize(
    "base, asked, is_one",
    [
        ("https://app.acme.example:443", "https://app.acme.example/pets", True),
        ("https://app.acme.example", "https://app.acme.example:8443/pets", False),
        ("https://app.acme.example", "http://app.acme.example/pets", False),
        ("https://app.acme.example", "https://app.acme.example.evil.example/pets", False),
    ],
)
def test_a_call_goes_to_the_same_scheme_host_and_port(
    base: str, asked: str, *, is_one: bool
) -> None:
    assert is_call_of(endpoint("/pets"), exchange(asked), base) is is_one
    assert is_call_of(endpoint("/{kind}"), exchange(asked), base) is is_one


@pytest.mark.parametrize(
    "asked, pages",
    [
        (["q=r", "q=re", "q=rex"], ["q=rex"]),
        (
            ["q=rex", "q=rex&before=9", "q=rex&before=4"],
            ["q=rex", "q=rex&before=9", "q=rex&before=4"],
        ),
        (["q=r", "q=r&before=9", "q=re", "q=re&before=8"], ["q=re", "q=re&before=8"]),
        (["before=9", "before=4", "before=4"], ["before=9", "before=4"]),
    ],
    ids=["typed letter by letter", "scrolled", "scrolled, then typed", "asked again"],
)
def test_the_pages_of_a_list_are_those_that_were_asked_for_last(
    asked: list[str], pages: list[str]
) -> None:
    pets = endpoint("/pets", before=Paged(page="key"))
    found = pages_of(pets, [exchange(f"{BASE}/pets?{query}") for query in asked])
    assert [one.request.url.partition("?")[2] for one in found] == pages


@pytest.mark.parametrize("items,found", [("rows", (1, 2)), (None, ({"rows": [1, 2]},))])
def test_a_capture_shows_the_items_of_what_was_understood(
    items: str | None, found: tuple[object, ...]
) -> None:
    pets = endpoint("/pets").model_copy(update={"response": ResponseShape(items=items)})
    good = Body(text='{"rows": [1, 2]}', mime="application/json", size=16)
    bad = Body(text="<h1>Busy</h1>", mime="text/html", size=13)
    answers = [Response(status=200, body=good), Response(status=200, body=bad), None]
    seen = [
        exchange(f"{BASE}/pets").model_copy(update={"response": each})
        for each in (*answers, Response(status=403, body=good))
    ]
    others = [exchange(f"{BASE}/owners").model_copy(update={"response": answers[0]})]
    assert kept_items(pets, [*seen, *others], BASE) == found
