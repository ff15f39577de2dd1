"""An authorization server over real HTTP, as strict as the standards allow.

It is written from RFC 6749, 7636 and 9207 and the habits of django-oauth-toolkit, and shares no
code with the product: codes are good for one use, PKCE must be S256, refresh tokens rotate, and one
that comes back after it was replaced ends the whole family. Times are those of the clock handed in.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from typing_extensions import override

CODE_LIFE: Final = timedelta(minutes=1)
CANARY: Final = "canary"
"""Begins every secret the server makes, so that a leak is found by one word."""


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass
class Family:
    """All tokens that one authorization led to."""

    scope: str
    revoked: bool = False
    refresh: str = ""
    refresh_until: datetime | None = None


@dataclass
class Code:
    family: Family
    challenge: str
    redirect_uri: str
    until: datetime
    used: bool = False


class Denied(Exception):  # noqa: N818 - the words of the standard
    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.status = error, status


@dataclass
class OAuthServer:
    """One running server; `url` is its base address.

    Attributes:
        client_auth: the only way it accepts a client: `basic`, `post` or `none`.
        replies: what the next token requests get instead: `503`, `429`, a raw answer, or
            `drop-before` and `drop-after`, which cut the line without and with the work done.
        asked: one entry per token request: grant and outcome.
        sent: every refresh token and client secret that ever came in, in order.
        skew: how far its clock is ahead.
    """

    clock: Clock
    url: str = ""
    client_id: str = f"{CANARY}-id:1"
    client_secret: str = f"{CANARY}-Secret+%/: ü"
    client_auth: str = "basic"
    issuer: str = "https://id.acme.example"
    access_life: float = 36_000
    refresh_life: timedelta = timedelta(days=30)
    allows: bool = True
    scopes: frozenset[str] = frozenset({"restapi", "openid"})
    replies: list[str | tuple[int, bytes]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    api: dict[int, int] = field(default_factory=dict)
    skew: timedelta = timedelta()
    _codes: dict[str, Code] = field(default_factory=dict)
    _access: dict[str, tuple[Family, datetime]] = field(default_factory=dict)
    _refresh: dict[str, Family] = field(default_factory=dict)
    _ended: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        return self.clock.now() + self.skew

    def revoke(self) -> None:
        """The practice withdraws everything it ever allowed."""
        for family in self._refresh.values():
            family.revoked = True

    def end_access(self) -> None:
        """End every access token before its time."""
        self._ended.update(self._access)

    def made(self) -> dict[str, str]:
        """Every code and token that was ever handed out, by a name that may be shown."""
        every = [*self._codes, *self._access, *self._refresh]
        return {f"{text.split('-')[1]} {number}": text for number, text in enumerate(every)}

    def outcomes(self, grant: str) -> list[str]:
        return [outcome for asked, outcome in self.asked if asked == grant]

    # ---------------------------------------------------------------- the person's page

    def authorize(self, query: Mapping[str, str]) -> str:
        """Where the browser is sent, as if the person had clicked."""
        redirect = query["redirect_uri"]
        back = {"state": query.get("state", ""), "iss": self.issuer}
        try:
            scope = self._wanted(query)
        except Denied as denied:
            return f"{redirect}?{urlencode({'error': denied.error, **back})}"
        code = f"{CANARY}-code-{secrets.token_urlsafe(8)}"
        until = self.now() + CODE_LIFE
        self._codes[code] = Code(Family(scope), query["code_challenge"], redirect, until)
        return f"{redirect}?{urlencode({'code': code, **back})}"

    def _wanted(self, query: Mapping[str, str]) -> str:
        if query.get("client_id") != self.client_id or query.get("response_type") != "code":
            raise Denied("unauthorized_client")
        challenge = query.get("code_challenge", "")
        if query.get("code_challenge_method") != "S256" or len(challenge) != 43:
            raise Denied("invalid_request")
        scope = query.get("scope", "restapi")
        if not set(scope.split()) <= self.scopes:
            raise Denied("invalid_scope")
        if not self.allows:
            raise Denied("access_denied")
        return scope

    def visit(self, url: str) -> str:
        """Open an authorization page and allow; the address the portal leads to."""
        return self.authorize(dict(parse_qsl(urlsplit(url).query)))

    # ---------------------------------------------------------------- the token endpoint

    def token(self, form: dict[str, str], header: str) -> tuple[int, dict[str, Any]]:
        with self._lock:
            grant = form.get("grant_type", "")
            self.forms.append(form)
            self.sent += [form[key] for key in ("refresh_token", "client_secret") if key in form]
            try:
                self._check_client(form, header)
                given = self._granted(grant, form)
            except Denied as denied:
                self.asked.append((grant, denied.error))
                # some portals repeat what they were sent
                said = f"no: {json.dumps(form)}"
                return denied.status, {"error": denied.error, "error_description": said}
            self.asked.append((grant, "done"))
            return 200, given

    def _check_client(self, form: dict[str, str], header: str) -> None:
        ways = {"basic": bool(header), "post": "client_secret" in form}
        if ways != {"basic": self.client_auth == "basic", "post": self.client_auth == "post"}:
            raise Denied("invalid_client", 401)
        own, secret = form.get("client_id", ""), form.get("client_secret", "")
        if header:
            text = base64.b64decode(header.removeprefix("Basic ")).decode("ascii")
            own, secret = (unquote_plus(part) for part in text.split(":", 1))
            self.sent.append(secret)
        wanted = "" if self.client_auth == "none" else self.client_secret
        if (own, secret) != (self.client_id, wanted):
            raise Denied("invalid_client", 401)

    def _granted(self, grant: str, form: dict[str, str]) -> dict[str, Any]:
        if grant == "client_credentials":
            if not set(form.get("scope", "restapi").split()) <= self.scopes:
                raise Denied("invalid_scope")
            return self._tokens(Family(form.get("scope", "restapi")), renewable=False)
        if grant == "authorization_code":
            return self._tokens(self._redeemed(form), renewable=True)
        if grant == "refresh_token":
            return self._tokens(self._renewed(form.get("refresh_token", "")), renewable=True)
        raise Denied("unsupported_grant_type")

    def _redeemed(self, form: dict[str, str]) -> Family:
        code = self._codes.get(form.get("code", ""))
        if code is None or code.until < self.now():
            raise Denied("invalid_grant")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if code.used:
            code.family.revoked = True
            raise Denied("invalid_grant")
        if proof != code.challenge or form.get("redirect_uri") != code.redirect_uri:
            raise Denied("invalid_grant")
        code.used = True
        return code.family

    def _renewed(self, token: str) -> Family:
        family = self._refresh.get(token)
        if family is None or family.revoked:
            raise Denied("invalid_grant")
        if token != family.refresh:
            family.revoked = True
            raise Denied("invalid_grant")
        if family.refresh_until is None or family.refresh_until < self.now():
            raise Denied("invalid_grant")
        return family

    def _tokens(self, family: Family, *, renewable: bool) -> dict[str, Any]:
        access = f"{CANARY}-access-{secrets.token_urlsafe(8)}"
        self._access[access] = (family, self.now() + timedelta(seconds=self.access_life))
        given: dict[str, Any] = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.access_life,
            "scope": family.scope,
        }
        if renewable:
            family.refresh = given["refresh_token"] = f"{CANARY}-refresh-{secrets.token_urlsafe(8)}"
            family.refresh_until = self.now() + self.refresh_life
            self._refresh[family.refresh] = family
        return given

    # ---------------------------------------------------------------- what the tokens are for

    def read(self, header: str) -> int:
        token = header.removeprefix("Bearer ")
        family, until = self._access.get(token, (None, None))
        alive = family is not None and not family.revoked and token not in self._ended
        status = 200 if alive and until is not None and self.now() < until else 401
        self.api[status] = self.api.get(status, 0) + 1
        return status


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    own: OAuthServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/oauth2/authorize/":
            there = self.own.authorize(dict(parse_qsl(parts.query)))
            self._send(302, b"", location=there)
        elif parts.path == "/api/":
            self._send(self.own.read(self.headers.get("authorization", "")), b"{}")
        else:
            self._send(404, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        if self.path == "/oauth2/token":
            self._send(307, b"", location="/oauth2/token/")
            return
        instead = self.own.replies.pop(0) if self.own.replies else ""
        if instead == "drop-before":
            self.close_connection = True
            return
        if isinstance(instead, tuple):
            self._send(*instead)
            return
        if instead in {"503", "429"}:
            self._send(int(instead), b"busy", retry_after="600" if instead == "429" else None)
            return
        status, given = self.own.token(dict(parse_qsl(body)), self.headers.get("authorization", ""))
        if instead == "drop-after":
            self.close_connection = True
            return
        self._send(status, json.dumps(given).encode())

    def _send(self, status: int, body: bytes, **headers: str | None) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("cache-control", "no-store")
        for name, value in headers.items():
            if value is not None:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def authorization_server(clock: Clock, **changed: Any) -> Iterator[OAuthServer]:  # noqa: ANN401 - fields
    """Run a server on a free port of this machine until the block ends."""
    own = OAuthServer(clock, **changed)
    handler = type("OwnHandler", (Handler,), {"own": own})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        own.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield own
        finally:
            server.shutdown()
            thread.join()
