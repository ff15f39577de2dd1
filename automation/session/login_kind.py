"""How a practice is logged in, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from automation.model import Credential, EntranceKind, Portal


def login_kind(
    portal: Portal,
    secrets: Collection[str],
    kinds: Sequence[EntranceKind] = ("login",),
    *,
    over_http: bool,
) -> str:
    """How a practice is logged in: by what, and whether a browser is needed for it.

    Args:
        portal: its portal.
        secrets: names of what the vault keeps for it.
        kinds: the entrances that it takes.
        over_http: whether the calls of the login are known.
    """
    told = []
    if "token" in kinds and portal.oauth is not None:
        told.append(f"OAuth 2.0, {portal.oauth.grant.replace('_', ' ')}")
    if "login" in kinds:
        told.append(_by_password(secrets, over_http=over_http))
    return "; and ".join(told)


def _by_password(secrets: Collection[str], *, over_http: bool) -> str:
    names = Credential()
    if names.password not in secrets:
        return "no password is kept yet"
    factor = (
        "one-time code from the kept secret"
        if names.totp in secrets
        else "a code or an approval by a person where the portal asks for one"
    )
    way = "over HTTP after the first login" if over_http else "in a browser"
    return f"password; {factor}; {way}"
