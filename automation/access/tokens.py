"""Tokens: made, listed, withdrawn and recognised.

The text of a token is ``vp_<prefix>_<256 bits>``. The prefix finds the row and is what lists and
logs show; of the whole only a SHA-256 hash is kept, which is enough, because nobody can guess 256
bits. The text is shown once, when the token is made.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from automation import store
from automation.access.scopes import known_scopes
from automation.errors import BadArgument, NotKnown
from automation.model import ApiToken, Secret
from automation.ports import Audit, Clock

_PREFIX_BYTES: Final = 5
_SECRET_BYTES: Final = 32
_TEXT: Final = re.compile(r"vp_([0-9a-f]{10})_[A-Za-z0-9_-]{43}", re.ASCII)
_LONGEST_NAME: Final = 100
_TOUCHED_EVERY: Final = timedelta(minutes=1)
_NOBODY: Final = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Wish:
    """A token that somebody wants.

    Attributes:
        name: what people will call it.
        organization: whose practices it may reach.
        scopes: what it may do; at least one thing.
        practices: the only practices it may reach; all of the organization when empty.
        locations: ids of the only locations it may reach; all when empty.
        expires_at: when it ends; never when None.
    """

    name: str
    organization: str
    scopes: Sequence[str]
    practices: Sequence[str] = ()
    locations: Sequence[str] = ()
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token.

    Attributes:
        token: what is kept of it.
        text: what its owner shows; nobody can find it out again.
    """

    token: ApiToken
    text: Secret


class Tokens:
    """Makes tokens and recognises them.

    Args:
        rows: knows organizations and practices, and keeps the tokens.
        audit: hears of every token that is made, withdrawn or refused.
        clock: stamps tokens.
    """

    def __init__(self, rows: store.Store, *, audit: Audit, clock: Clock) -> None:
        self._rows, self._audit, self._clock = rows, audit, clock
        self._tokens = store.ApiTokens(rows.database)

    async def create(self, wish: Wish) -> Issued:
        """Make a token.

        Raises:
            NotKnown: no such organization, scope, or practice of that organization.
            BadArgument: it would have no name, may do nothing, or be expired already.
        """
        await self._refuse_impossible(wish)
        prefix = secrets.token_hex(_PREFIX_BYTES)
        text = Secret(f"vp_{prefix}_{secrets.token_urlsafe(_SECRET_BYTES)}")
        token = ApiToken(
            prefix=prefix,
            digest=_digest(text.reveal()),
            name=wish.name.strip(),
            organization=wish.organization,
            scopes=known_scopes(wish.scopes),
            practices=tuple(sorted(set(wish.practices))),
            locations=tuple(sorted(set(wish.locations))),
            created_at=self._clock.now(),
            expires_at=wish.expires_at,
        )
        await self._tokens.add(token)
        self._note("token.created", token)
        return Issued(token, text)

    async def all(self) -> tuple[ApiToken, ...]:
        """Every token, the newest first."""
        return await self._tokens.all()

    async def revoke(self, prefix: str) -> ApiToken:
        """Withdraw a token for good; it is refused from now on, in every process.

        The session tokens that it gave go with it.

        Raises:
            NotKnown: no token has this prefix.
        """
        now = self._clock.now()
        token = await self._tokens.revoke(prefix, at=now)
        self._note("token.revoked", token)
        for given in await self.all():
            alive = given.expires_at is not None and now < given.expires_at
            if given.name == session_name(prefix) and given.revoked_at is None and alive:
                self._note("token.revoked", await self._tokens.revoke(given.prefix, at=now))
        return token

    async def recognise(self, text: Secret) -> ApiToken | None:
        """The token of a text; None when it is none, or withdrawn, or expired."""
        shown = text.reveal()
        found = _TEXT.fullmatch(shown)
        token = await self._tokens.find(found[1]) if found else None
        kept = token.digest if token else _NOBODY
        if not hmac.compare_digest(_digest(shown), kept) or token is None:
            return None
        now = self._clock.now()
        if token.revoked_at is not None:
            self._note("token.refused", token, outcome="revoked")
            return None
        if token.expires_at is not None and now >= token.expires_at:
            self._note("token.refused", token, outcome="expired")
            return None
        if token.last_used_at is None or now - token.last_used_at >= _TOUCHED_EVERY:
            await self._tokens.touch(token.prefix, at=now)
        return token

    async def _refuse_impossible(self, wish: Wish) -> None:
        if not 0 < len(wish.name.strip()) <= _LONGEST_NAME:
            raise BadArgument(f"a token needs a name of at most {_LONGEST_NAME} characters")
        if not known_scopes(wish.scopes):
            raise BadArgument("a token without a scope may do nothing", remedy="Give it one.")
        if wish.expires_at is not None and wish.expires_at <= self._clock.now():
            raise BadArgument(
                f"{wish.expires_at.isoformat()} is over", remedy="Name a time in the future."
            )
        await store.Organizations(self._rows.database).find(wish.organization)
        own = {each.name for each in await self._rows.practices(organization=wish.organization)}
        for practice in wish.practices:
            if practice not in own:
                raise NotKnown(f"practice of {wish.organization}", practice, tuple(own))

    def _note(self, action: str, token: ApiToken, *, outcome: str = "done") -> None:
        detail = {
            "token": token.prefix,
            "name": token.name,
            "scopes": " ".join(token.scopes),
            "practices": " ".join(token.practices),
        }
        self._audit.note(action, organization=token.organization, outcome=outcome, detail=detail)


def session_name(prefix: str) -> str:
    """The name of the session tokens that a token gave."""
    return f"session of {prefix}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
