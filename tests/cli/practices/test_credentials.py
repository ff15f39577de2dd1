"""The secrets of a practice come from a file or are asked for; each has a name in the vault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from automation.cli.practices.credentials import NAMES, missing, read_credentials, secrets_of
from automation.cli.practices.options import Credentials
from automation.errors import BadArgument
from automation.model import SECRET_NAMES, ProxyCredential, Secret


def test_each_secret_that_the_vault_knows_can_be_given() -> None:
    proxy = ProxyCredential().model_dump().values()
    assert set(NAMES.values()) == {*SECRET_NAMES, *proxy}


def test_the_help_names_each_secret() -> None:
    [option] = Credentials.__metadata__  # type: ignore[attr-defined]  # of typing.Annotated
    assert [key for key in NAMES if key not in option.help] == []


def test_what_is_empty_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "login.json"
    path.write_text(json.dumps({"username": "ann", "password": "Sesame", "totp": ""}))
    found = read_credentials(str(path))
    assert {name: secret.reveal() for name, secret in found.items()} == {
        "credential.username": "ann",
        "credential.password": "Sesame",
    }


def test_a_totp_secret_that_makes_no_codes_is_refused_without_being_shown() -> None:
    with pytest.raises(BadArgument) as caught:
        secrets_of({"totp": "not-base32-0189"})
    assert "0189" not in caught.value.message


def test_a_login_needs_a_name_and_a_password_and_a_client_of_oauth_does_not() -> None:
    assert missing({"totp": "x"}) == ["password", "username"]
    assert missing({"username": "ann", "password": ""}) == ["password"]
    assert missing({"client_id": "us"}) == []


@pytest.mark.parametrize(
    "typed, found",
    [
        ("ann\nSesame\n\n", {"credential.username": "ann", "credential.password": "Sesame"}),
        ("\nus\nshared\n", {"oauth.client_id": "us", "oauth.client_secret": "shared"}),
        ("\nus\n\n", {"oauth.client_id": "us"}),
    ],
)
def test_who_is_asked_gives_a_login_or_a_client_of_oauth(typed: str, found: dict[str, str]) -> None:
    app, given = typer.Typer(), dict[str, Secret]()

    @app.command()
    def ask() -> None:
        given.update(read_credentials(""))

    assert CliRunner().invoke(app, input=typed).exit_code == 0
    assert {name: secret.reveal() for name, secret in given.items()} == found
