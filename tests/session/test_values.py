"""What the templates of a flow stand for."""

from __future__ import annotations

import pytest

from automation.errors import NotKnown
from automation.model import Practice, Secret
from automation.session import LoginValues
from tests.engine import run_engine

NORTH = Practice(name="north", portal="acme", base_url="https://x.example", label="North Clinic")


def resolve(name: str, practice: Practice = NORTH) -> str | Secret:
    async def secret(asked: str) -> Secret:
        return Secret(f"secret of {asked}")

    async def code() -> Secret:
        return Secret("123456")

    values = LoginValues(practice, secret=secret, code=code, inputs={"search": "Rex"})
    return run_engine(values.resolve(name))


@pytest.mark.parametrize("name", ["credential.username", "credential.password"])
def test_credentials_come_from_the_safe_and_stay_secret(name: str) -> None:
    assert resolve(name) == Secret(f"secret of {name}")


def test_a_code_is_made_when_it_is_asked_for() -> None:
    assert resolve("totp") == Secret("123456")


def test_inputs_and_the_label_are_open() -> None:
    assert resolve("input.search") == "Rex"
    assert resolve("practice.label") == "North Clinic"


def test_a_practice_without_a_label_is_called_by_its_name() -> None:
    assert resolve("practice.label", NORTH.model_copy(update={"label": ""})) == "north"


@pytest.mark.parametrize("name", ["input.other", "credential.totp", "credential.pin", "x"])
def test_what_nothing_has_is_refused_and_the_known_names_are_listed(name: str) -> None:
    with pytest.raises(NotKnown) as raised:
        resolve(name)
    assert "input.search" in raised.value.remedy
    assert "Rex" not in str(raised.value)
