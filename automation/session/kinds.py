"""The entrances of a portal, and those of them that a practice has the means for."""

from __future__ import annotations

from typing import Final

from automation import catalog
from automation.model import Credential, EntranceKind, Grant, Practice
from automation.session.safe import Safe

_LOGIN: Final = Credential()
_MEANS: Final[dict[EntranceKind, tuple[str, ...]]] = {
    "token": (Grant().client_id,),
    "login": (_LOGIN.username, _LOGIN.password),
}


def kinds_of(files: catalog.Catalog, portal: str) -> tuple[EntranceKind, ...]:
    """The entrances that a portal has: by tokens, where it hands them out; by its login flow."""
    known = files.portal(portal)
    if known.oauth is None:
        return ("login",)
    return ("token", "login") if known.login in files.flow_names(portal) else ("token",)


async def kinds_at_hand(
    files: catalog.Catalog, safe: Safe, practice: Practice
) -> tuple[EntranceKind, ...]:
    """Those that a practice can take; the first where it can take none, to say what it lacks."""
    kinds = kinds_of(files, practice.portal)
    if len(kinds) == 1:
        return kinds
    found = [kind for kind in kinds if await safe.keeps(practice.name, *_MEANS[kind])]
    return tuple(found) or kinds[:1]
