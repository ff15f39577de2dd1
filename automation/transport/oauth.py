"""OAuth 2.0 as its client, over our own door (RFC 6749, 6750, 7636, 9207).

The library builds requests, authenticates the client and knows PKCE. Its HTTP clients are not
used: they would pass by the practice's allow-list, pace and proxy, and repeat what must be sent
once.

A token request is sent once and follows no redirect. Texts of the portal never reach a message:
some portals repeat what they were sent in `error_description`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final
from urllib.parse import parse_qsl, quote_plus, urlsplit

import structlog
from authlib.common.urls import add_params_to_qs, add_params_to_uri
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from pydantic import JsonValue

from automation import wire
from automation.errors import (
    AnswerNotUnderstood,
    AuthorizationRefused,
    BadArgument,
    ChallengeSeen,
    ClientRefused,
    PortalDown,
    Refused,
    Unusable,
    VetportalError,
)
from automation.model import Call, OAuth, OAuthClient, Reply, Secret, Tokens
from automation.ports import Clock
from automation.transport.door import HttpDoor

_MARGIN: Final = 60.0
"""Seconds before its end at which a token counts as over, so that no call arrives too late."""
_LONGEST: Final = 10 * 365 * 86_400.0
"""Seconds after which nobody will remember; what is longer would leave the calendar."""
_BYTES: Final = 48
"""Of randomness in state and verifier: 64 characters, RFC 7636 wants 43 to 128."""
_UNAUTHORIZED: Final = 401
_REFUSALS: Final = frozenset({400, _UNAUTHORIZED, 403})
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
"""What RFC 6749, appendix A.12 allows, without the space: more would break the header."""
_CODE: Final = re.compile(r"[a-z_]{1,40}")
"""Error codes that may be shown; a longer or stranger one may be anything."""

_MEANINGS: Final[Mapping[str, tuple[type[VetportalError], str]]] = {
    "invalid_client": (ClientRefused, "does not accept the client"),
    "unauthorized_client": (ClientRefused, "does not allow this client to ask in this way"),
    "invalid_grant": (AuthorizationRefused, "does not accept the authorization, or no longer"),
    "access_denied": (AuthorizationRefused, "was told not to allow the access"),
    "temporarily_unavailable": (PortalDown, "gives no tokens for the moment"),
    "server_error": (PortalDown, "gives no tokens because of a fault of its own"),
    "invalid_scope": (Unusable, "does not know a scope that was asked for"),
    "invalid_target": (Unusable, "does not know the audience that was asked for"),
    "invalid_request": (Unusable, "does not understand the request"),
    "unsupported_grant_type": (Unusable, "does not know the grant"),
    "unsupported_response_type": (Unusable, "does not know the grant"),
}
"""Codes of RFC 6749, sections 4.1.2.1 and 5.2, and RFC 8707; each of another next action."""

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Authorization:
    """One question to a person, from the page that is opened to the code that comes back.

    Attributes:
        url: the page on which the person allows the access.
        redirect_uri: where the portal sends the browser afterwards.
        state: comes back with the answer, which shows that it belongs to this question.
        verifier: proves to the portal that the code comes back to who asked (RFC 7636).
        issuer: what the answer must call its sender, if known (RFC 9207).
    """

    url: str
    redirect_uri: str
    state: Secret
    verifier: Secret
    issuer: str | None = None

    def answered_by(self, redirected: str) -> bool:
        """Tell whether an address belongs to this question."""
        given = dict(parse_qsl(urlsplit(redirected).query)).get("state", "")
        return compare_digest(given.encode(), self.state.reveal().encode())

    def code_in(self, redirected: str) -> Secret:
        """The code that the portal put into the address it sent the browser to.

        Raises:
            BadArgument: the address belongs to another question, or to none.
            AuthorizationRefused: the person or the portal said no.
            ClientRefused: the portal does not know us.
            Refused: another server than the expected one answers.
            Unusable: the portal does not know what was asked for.
            PortalDown: it cannot answer now.
            AnswerNotUnderstood: there is neither code nor error, or one of them twice.
        """
        if not self.answered_by(redirected):
            raise BadArgument(
                "the address does not belong to this authorization: its state is another one",
                remedy="Run the command again and give the address that its own page led to.",
            )
        pairs = parse_qsl(urlsplit(redirected).query, keep_blank_values=True)
        given = dict(pairs)
        if len(given) != len(pairs):
            raise AnswerNotUnderstood("the address the portal led to says something twice")
        if self.issuer is not None and given.get("iss") != self.issuer:
            raise Refused(
                "another server answers than the one that was asked (iss)",
                remedy="Correct `oauth.issuer` in portal.yaml if the portal changed its name.",
            )
        if "error" in given:
            raise _refusal(given["error"], _host(self.url))
        if not given.get("code"):
            raise AnswerNotUnderstood("the address the portal led to holds no code")
        return Secret(given["code"])


def authorization(oauth: OAuth, client: OAuthClient, redirect_uri: str) -> Authorization:
    """Prepare the question to a person; nothing is sent.

    Args:
        oauth: with absolute addresses.
        client: who asks; only its id becomes part of the address.
        redirect_uri: where the portal shall send the browser; it must know this address.

    Raises:
        BadArgument: the portal asks no person.
    """
    if oauth.grant != "authorization_code" or not oauth.authorize_url:
        raise BadArgument("this portal gives tokens without asking a person")
    state, verifier = secrets.token_urlsafe(_BYTES), secrets.token_urlsafe(_BYTES)
    challenge: str = create_s256_code_challenge(verifier)  # type: ignore[no-untyped-call]  # bare stub
    url: str = prepare_grant_uri(
        oauth.authorize_url,
        client_id=client.id.reveal(),
        response_type="code",
        redirect_uri=redirect_uri,
        scope=oauth.scopes,
        state=state,
        code_challenge=challenge,
        code_challenge_method="S256",
    )
    url = add_params_to_uri(url, _further(oauth))
    return Authorization(url, redirect_uri, Secret(state), Secret(verifier), oauth.issuer)


class TokenEndpoint:
    """Asks a portal for tokens; each method sends one request, once.

    Every method raises:
        ClientRefused: the portal does not accept the client; asking again may lock it.
        AuthorizationRefused: it does not accept code or refresh token; they are not sent again.
        ChallengeSeen: it wants something that no rule knows.
        PortalDown: no answer, or not now. Whether a refresh token was replaced is not known then.
        Throttled: it asks us to slow down.
        Refused: the host is not allowed, or the request is redirected.
        Unusable: it does not know what portal.yaml asks for.
        AnswerNotUnderstood: it gives something that is no bearer token.

    Args:
        door: sends the requests.
        oauth: with absolute addresses.
        client: who asks.
        clock: tells from when on a token lives.
    """

    def __init__(self, door: HttpDoor, oauth: OAuth, client: OAuthClient, clock: Clock) -> None:
        self._door = door
        self._oauth = oauth
        self._client = client
        self._clock = clock

    async def client_credentials(self) -> Tokens:
        """Tokens for the client itself (RFC 6749, 4.4). A refresh token would have no use."""
        scope = self._oauth.scopes
        return await self._ask(prepare_token_request("client_credentials", scope=scope))

    async def exchange(self, asked: Authorization, code: Secret) -> Tokens:
        """Tokens for the code of an authorization, which is good for one use (RFC 6749, 4.1.3)."""
        form = prepare_token_request(
            "authorization_code",
            redirect_uri=asked.redirect_uri,
            code=code.reveal(),
            code_verifier=asked.verifier.reveal(),
        )
        return await self._ask(form)

    async def refresh(self, refresh_token: Secret) -> Tokens:
        """New tokens for a refresh token (RFC 6749, 6).

        When the answer holds a refresh token, it replaces the one that was sent: it must be kept
        for good **before** it, or the access token, is used. A portal that sees the old one again
        may take it for stolen and end the whole authorization.
        """
        sent = refresh_token.reveal()
        return await self._ask(prepare_token_request("refresh_token", refresh_token=sent))

    async def _ask(self, form: str) -> Tokens:
        url = self._oauth.token_url
        headers, body = self._signed(form)
        asked_at = self._clock.now()  # the life of a token begins later, never earlier
        call = Call("POST", url, headers, body.encode(), safe=False, follow=False)
        reply = await self._door.send(call)
        if 300 <= reply.status < 400:  # noqa: PLR2004 - the class of redirects
            raise Refused(
                f"{_host(url)} sends a token request on to another address",
                remedy="Correct `oauth.token_url` in portal.yaml; a slash at its end matters.",
            )
        return _tokens(_answer(reply, _host(url)), asked_at, self._oauth)

    def _signed(self, form: str) -> tuple[dict[str, str], str]:
        """Headers and body with the client's proof; in a header both are quoted (RFC 6749, 2.3.1).

        The library leaves that out, which would be another name and secret for half of all texts.
        """
        own, secret = self._client.id.reveal(), self._client.secret
        way = f"client_secret_{self._oauth.client_auth}" if secret else "none"
        if way == "client_secret_basic":
            proof = ClientAuth(quote_plus(own), quote_plus(secret.reveal() if secret else ""), way)
        else:
            proof = ClientAuth(own, secret.reveal() if secret else None, way)
        headers = {
            "accept": "application/json",
            "content-type": "application/x-www-form-urlencoded",
        }
        form = add_params_to_qs(form, _further(self._oauth))
        url = self._oauth.token_url
        _, headers, form = proof.prepare("POST", url, headers, form)  # type: ignore[no-untyped-call]  # bare stub
        return headers, form


def _further(oauth: OAuth) -> dict[str, str]:
    return oauth.extra | ({"audience": oauth.audience} if oauth.audience else {})


def _answer(reply: Reply, host: str) -> dict[str, JsonValue]:
    """What the portal gave, once it is no refusal."""
    given = wire.parse_json(reply.content.decode("utf-8", "replace"))
    document = given if isinstance(given, dict) else {}
    if reply.status in _REFUSALS or "error" in document:
        raise _refusal(document.get("error"), host, reply.status)
    if not isinstance(given, dict) or reply.status >= 300:  # noqa: PLR2004 - the class of successes
        raise AnswerNotUnderstood(
            f"{host} answers a token request with status {reply.status} and nothing to read",
            remedy="Check `oauth.token_url` in portal.yaml.",
        )
    return given


def _refusal(code: JsonValue, host: str, status: int = 400) -> VetportalError:
    """The error for a code of the portal; one that is not known is held like a refusal."""
    if isinstance(code, str) and code in _MEANINGS:
        kind, said = _MEANINGS[code]
        remedy = "Correct `oauth` in portal.yaml." if kind is Unusable else None
        return kind(f"{host} {said} ({code})", remedy=remedy)
    if status == _UNAUTHORIZED:
        return ClientRefused(f"{host} does not accept the client (status {status})")
    shown = code if isinstance(code, str) and _CODE.fullmatch(code) else f"status {status}"
    return ChallengeSeen(f"{host} gives no tokens, for a reason that no rule knows ({shown})")


def _tokens(given: dict[str, JsonValue], asked_at: datetime, oauth: OAuth) -> Tokens:
    host = _host(oauth.token_url)
    access, kind = given.get("access_token"), given.get("token_type")
    if not isinstance(access, str) or not _TOKEN.fullmatch(access):
        raise AnswerNotUnderstood(f"{host} gives no access token that a header can hold")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise AnswerNotUnderstood(f"{host} gives a token of another type than bearer")
    renewing, scope = given.get("refresh_token"), given.get("scope")
    scopes = tuple(scope.split()) if isinstance(scope, str) and scope.strip() else oauth.scopes
    if missing := sorted(set(oauth.scopes) - set(scopes)):
        _log.warning("scopes_missing", host=host, scopes=missing)
    return Tokens(
        Secret(access),
        expires_at=_end(given.get("expires_in"), asked_at),
        refresh_token=Secret(renewing) if isinstance(renewing, str) and renewing else None,
        scopes=scopes,
    )


def _end(seconds: JsonValue, asked_at: datetime) -> datetime | None:
    """When a token is over for us; None for what is no number of seconds that a life can have.

    Some portals write the number as a text. The portal's clock plays no part: a life is a span.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | str):
        return None
    try:
        life = min(float(seconds), _LONGEST)
    except (ValueError, OverflowError):
        return None
    if not life > 0:  # nor is there an order for "nan"
        return None
    return asked_at + timedelta(seconds=life - min(_MARGIN, life / 10))


def _host(url: str) -> str:
    return urlsplit(url).hostname or "an address without a host"
