"""Addresses without what belongs to one practice or one shard."""

from __future__ import annotations

import pytest

from automation.drift.hosts import Hosts

HOSTS = Hosts("https://north.portal.example/app/", ("api.elsewhere.example",))


@pytest.mark.parametrize(
    "url, place",
    [
        ("https://north.portal.example/api/v2/pets/4711", "own /api/v2/pets/{}"),
        ("https://api.portal.example/pets", "portal /pets"),
        ("https://api.elsewhere.example/pets", "portal /pets"),
        ("https://login.elsewhere.example/x", "identity /x"),
        ("https://cdn7.example.net/x", "third /x"),
        ("https://cdn.example.net/x", "content /x"),
        ("/Login", "own /Login"),
        ("https://north.portal.example/pets/Jane%20Doe", "own /pets/{}"),
        ("https://north.portal.example/pets/4711.json", "own /pets/{}.json"),
        ("https://north.portal.example/pets/Jane%20Doe.PDF", "own /pets/{}.pdf"),
        ("https://north.portal.example/pets/4.bello", "own /pets/{}"),
    ],
)
def test_an_address_has_a_class_of_host_and_a_template(url: str, place: str) -> None:
    assert HOSTS.place_of(url) == place


def test_what_the_own_address_begins_with_belongs_to_the_practice() -> None:
    north, south = (Hosts(f"https://portal.example/{n}", (), [("pets", "")]) for n in (4, 776))
    assert north.place_of("https://portal.example/4/pets/") == "own /pets/"
    assert south.place_of("https://portal.example/776/pets/") == "own /pets/"
    assert north.place_of("https://portal.example/login/4") == "own /login/{}"
    assert north.segments_of("https://api.portal.example/4/pets/") == ("4", "pets", "")


def test_two_practices_and_two_shards_have_one_label() -> None:
    south = Hosts("https://south.portal.example/")
    assert HOSTS.label_of("https://north.portal.example/x") == south.label_of(
        "https://south.portal.example/x"
    )
    assert HOSTS.label_of("https://cdn1.example/x") == HOSTS.label_of("https://cdn22.example/x")


def test_a_host_that_is_a_number_is_its_own_site() -> None:
    assert Hosts("http://127.0.0.1:8000").class_of("http://10.0.0.1/x") == "third"


def test_a_template_that_is_known_decides_what_varies() -> None:
    hosts = Hosts(
        "https://p.example", templates=[("pets", "{}", "notes"), ("pets", "new", "notes")]
    )
    assert hosts.place_of("/pets/bello/notes") == "own /pets/{}/notes"
    assert hosts.place_of("/pets/new/notes") == "own /pets/new/notes"
    assert hosts.place_of("/pets/bello") == "own /pets/bello"


def test_a_template_with_a_kind_is_closer_than_one_without() -> None:
    hosts = Hosts("https://portal.example/", (), [("pets", "{}"), ("pets", "{}.json")])
    assert hosts.place_of("https://portal.example/pets/4.json") == "own /pets/{}.json"
    assert hosts.place_of("https://portal.example/pets/4") == "own /pets/{}"
    assert hosts.place_of("https://portal.example/pets/4.pdf") == "own /pets/{}"
