"""The secrets of a practice, as a person gives them: a file, standard input, or asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import typer

from automation.errors import BadFile
from automation.model import BUTTON_SALT, WEBHOOK_SECRET, Credential, Grant, ProxyCredential, Secret
from automation.vault import Totp

NAMES: Final[Mapping[str, str]] = {
    **Credential().model_dump(),
    **{f"proxy_{key}": name for key, name in ProxyCredential().model_dump().items()},
    **Grant().model_dump(),
    "webhook_secret": WEBHOOK_SECRET,
    "button_salt": BUTTON_SALT,
}
"""What a person calls a secret -> the name under which the vault keeps it."""

_PASSWORD_LOGIN: Final = ("username", "password")


def read_credentials(source: str) -> dict[str, Secret]:
    """The secrets by the names of the vault; never from the command line.

    Args:
        source: a file, ``-`` for standard input, empty to ask.

    Raises:
        BadFile: the file is no such object, or a login lacks something.
        BadArgument: the TOTP secret is none.
    """
    given = _asked() if not source else _read(source)
    return secrets_of(given)


def secrets_of(given: Mapping[str, str]) -> dict[str, Secret]:
    """Texts by what people call them, as secrets by the names of the vault; empty ones left out.

    Raises:
        BadArgument: the TOTP secret is none.
    """
    found = {NAMES[key]: Secret(text) for key, text in given.items() if text}
    if (totp := found.get(Credential().totp)) is not None:
        Totp.parse(totp)  # told now, not at the first login
    return found


def missing(given: Mapping[str, str]) -> list[str]:
    """What a login lacks; a client of OAuth has no user name."""
    if given.get("client_id"):
        return []
    if given.get("client_secret"):
        return ["client_id"]
    return sorted(key for key in _PASSWORD_LOGIN if not given.get(key))


def _asked() -> dict[str, str]:
    username = typer.prompt("User name (empty for a client of OAuth)", default="")
    if not username:
        return {
            "client_id": typer.prompt("Client id"),
            "client_secret": typer.prompt(
                "Client secret (empty without)", default="", hide_input=True
            ),
        }
    return {
        "username": username,
        "password": typer.prompt("Password", hide_input=True),
        "totp": typer.prompt("TOTP secret (empty without)", default="", hide_input=True),
    }


def _read(source: str) -> dict[str, str]:
    shown = "standard input" if source == "-" else source
    content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    try:
        given = json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise BadFile(shown, f"byte {problem.start} is not UTF-8") from None
    except ValueError:
        raise BadFile(shown, "not JSON") from None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise BadFile(shown, "not a JSON object of texts")
    if unknown := sorted(set(given) - set(NAMES)):
        raise BadFile(shown, f"unknown keys {', '.join(unknown)}; known: {', '.join(NAMES)}")
    if lacking := missing(given):
        raise BadFile(shown, f"{' and '.join(lacking)} missing")
    return given
