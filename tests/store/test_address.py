"""Addresses are read as people write them, and never shown with what is secret in them."""

from __future__ import annotations

from traceback import format_exception

import pytest

from automation.errors import BadArgument
from automation.store import shown_place
from automation.store.address import place_of, read_address

pytestmark = pytest.mark.only_on("sqlite")  # no database is asked

SECRET = "Canary-of-a-password"


@pytest.mark.parametrize(
    "text, driver, name",
    [
        ("sqlite:////home/me/x.db", "sqlite+aiosqlite", "/home/me/x.db"),
        ("sqlite:////home/what?/a#b%20.db", "sqlite+aiosqlite", "/home/what?/a#b%20.db"),
        ("postgres://me@here/vets", "postgresql+psycopg", "vets"),
        ("postgresql://me@here:5433/vets?sslmode=require", "postgresql+psycopg", "vets"),
    ],
)
def test_what_people_write_gets_the_driver_that_belongs_to_it(
    text: str, driver: str, name: str
) -> None:
    url = read_address(text)
    assert (url.drivername, url.database) == (driver, name)


def test_signs_of_a_password_are_written_as_in_every_address() -> None:
    assert read_address("postgresql://me:a%40b%2Fc@here/vets").password == "a@b/c"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "store.db",
        "mysql://me:{}@here/vets",
        "postgresql//me:{}@here/vets",
        "postgresql://me:{}@here:port/vets",
        "postgresql://me@here/vets?passwort={}",
    ],
)
def test_what_is_no_address_is_refused_and_nothing_of_it_is_shown(text: str) -> None:
    with pytest.raises(BadArgument, match="is no address of a database") as caught:
        read_address(text.format(SECRET))
    assert SECRET not in "".join(format_exception(caught.value))
    assert "postgresql://USER:PASSWORD@HOST:PORT/DATABASE" in caught.value.remedy


def test_a_place_is_shown_without_user_password_and_parameters() -> None:
    shown = shown_place(f"postgresql://me:{SECRET}@here:5433/vets?password={SECRET}")
    assert shown == "postgresql://here:5433/vets"
    assert shown_place("postgresql:///vets?host=/run/x") == "postgresql:///run/x/vets"
    assert place_of(read_address("sqlite:////x.db")) == "/x.db"
