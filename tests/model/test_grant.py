"""The names of secrets are names, each once."""

from __future__ import annotations

from automation.model import BUTTON_SALT, SECRET_NAMES, WEBHOOK_SECRET, Credential, Grant


def test_every_secret_of_a_practice_has_a_name_of_its_own() -> None:
    names = [*Credential().model_dump().values(), *Grant().model_dump().values()]
    names += [WEBHOOK_SECRET, BUTTON_SALT]
    assert sorted(SECRET_NAMES) == sorted(set(names))
    assert len(set(names)) == 8


def test_a_name_says_what_it_belongs_to() -> None:
    assert {name.partition(".")[0] for name in SECRET_NAMES} == {"credential", "oauth", "webhook"}
