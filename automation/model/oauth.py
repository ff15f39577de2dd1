"""OAuth: how a portal hands out tokens, who asks for them, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Self
from urllib.parse import urljoin

from pydantic import field_validator, model_validator

from automation.model.noun import Noun
from automation.model.secret import Secret

ACCESS_TOKEN: Final = "access-token"  # noqa: S105 - the name of a slot, not a token
"""The slot of the access token: ``Authorization: {session: access-token, wrap: "Bearer {}"}``."""

EntranceKind = Literal["login", "token"]
"""How a practice gets in: by a login, as a person does, or by a token of OAuth. One that has both
keeps two sessions."""

_OURS: Final = frozenset(
    {
        "client_id",
        "client_secret",
        "code",
        "code_challenge",
        "code_challenge_method",
        "code_verifier",
        "grant_type",
        "redirect_uri",
        "refresh_token",
        "response_type",
        "scope",
        "state",
    }
)
"""Parameters that the protocol itself sets; a file must neither replace nor hold them."""


class OAuth(Noun):
    """How a portal hands out tokens (RFC 6749).

    Addresses may be relative to the base URL of the practice (``oauth2/token/``); their hosts must
    be among those the practice may speak to.

    Attributes:
        token_url: where tokens are asked for and renewed.
        authorize_url: the page on which a person allows the access; needed by its grant.
        grant: ``client_credentials`` (the client alone) or ``authorization_code`` (a person allows
            it once; PKCE with S256 is always used, RFC 7636).
        scopes: what is asked for; empty leaves it to the portal.
        client_auth: where the client's secret goes: ``basic`` (header) or ``post`` (body). A client
            without a secret is a public one and names itself in the body.
        audience: for whom the token is meant, where the portal wants to know.
        issuer: what the portal calls itself in ``iss`` (RFC 9207); checked when it is given.
        extra: further parameters of every request, authorization included; never a secret.
    """

    token_url: str
    authorize_url: str | None = None
    grant: Literal["client_credentials", "authorization_code"]
    scopes: tuple[str, ...] = ()
    client_auth: Literal["basic", "post"] = "basic"
    audience: str | None = None
    issuer: str | None = None
    extra: dict[str, str] = {}

    @field_validator("extra")
    @classmethod
    def _leaves_ours(cls, value: dict[str, str]) -> dict[str, str]:
        if taken := sorted(_OURS & set(value)):
            msg = f"{', '.join(taken)} cannot be set here: the protocol does; secrets go to the "
            raise ValueError(f"{msg}vault by `vetportal practice authorize`")
        return value

    @model_validator(mode="after")
    def _knows_where_to_ask(self) -> Self:
        if self.grant == "authorization_code" and not self.authorize_url:
            msg = "the grant authorization_code needs an authorize_url"
            raise ValueError(msg)
        return self

    def at(self, base_url: str) -> OAuth:
        """The same with absolute addresses for the practice at this base URL."""
        base = f"{base_url}/"
        asked = self.authorize_url and urljoin(base, self.authorize_url)
        token_url = urljoin(base, self.token_url)
        return self.model_copy(update={"token_url": token_url, "authorize_url": asked})


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """Who asks for tokens: us, as the portal registered us.

    Attributes:
        id: the client id.
        secret: the client secret; None for a public client.
    """

    id: Secret
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the portal gave; its secrets never print.

    Attributes:
        access_token: goes with every call.
        expires_at: when it must no longer be used, a margin taken off; None where the portal did
            not say.
        refresh_token: renews it; None where it stays the one that was sent, or none is given.
        scopes: what it allows.
        token_type: always ``Bearer``; no other type is understood.
    """

    access_token: Secret
    expires_at: datetime | None = None
    refresh_token: Secret | None = None
    scopes: tuple[str, ...] = ()
    token_type: str = "Bearer"  # noqa: S105 - a type, not a token
