"""Checking: whether somebody shows the login that a practice keeps, without asking its portal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from automation.errors import NotKnown
from automation.model import Credential, EntranceKind, Grant, Secret
from automation.session.safe import Safe
from automation.wire import folded

Checked = Literal["other", "wrong", "right"]
"""``other``: the practice has another user name; ``wrong``: it has this one, and another secret."""

_PLACES: Final[Mapping[EntranceKind, tuple[str, str]]] = {
    "login": (Credential().username, Credential().password),
    "token": (Grant().client_id, Grant().client_secret),
}


@dataclass(frozen=True, slots=True)
class LoginShown:
    """What somebody shows.

    Attributes:
        kind: ``login``: user name and password; ``token``: client id and its secret.
        name: user name, or client id.
        secret: password, or the secret of the client.
    """

    kind: EntranceKind
    name: Secret
    secret: Secret


async def check(safe: Safe, practice: str, shown: LoginShown) -> Checked:
    """Whether a practice keeps this login; what is not kept, or empty, is never shown right.

    Both parts are compared whatever the first says, and in constant time, so that how long it
    takes tells nothing.
    """
    name, secret = [await _kept(safe, practice, place) for place in _PLACES[shown.kind]]
    if shown.kind == "login":
        name, given = Secret(folded(name.reveal())), Secret(folded(shown.name.reveal()))
    else:
        given = shown.name
    named = (name == given) & bool(name)
    fits = (secret == shown.secret) & bool(secret)
    if not named:
        return "other"
    return "right" if fits else "wrong"


async def _kept(safe: Safe, practice: str, place: str) -> Secret:
    try:
        return await safe.secret(practice, place)
    except NotKnown:
        return Secret("")
