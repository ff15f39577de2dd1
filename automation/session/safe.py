"""What is kept of a practice's login: secrets, session and hold, each sealed to its place."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Literal, TypeVar

from pydantic import Field

from automation import store, vault
from automation.errors import NotKnown
from automation.model import (
    SECRET_NAMES,
    Credential,
    EntranceKind,
    Grant,
    Meaning,
    Noun,
    Practice,
    ProxyCredential,
    Secret,
    SessionState,
)
from automation.wire import folded

_NAMES: Final = tuple(Credential().model_dump().values())
_PLACES: Final[Mapping[EntranceKind, tuple[str, str]]] = {
    "login": ("session", "logins"),
    "token": ("token.session", "token.logins"),
}
"""Where the session stands, and what is remembered of logins."""
_REDACTION: Final = "redaction"
_KEY_BYTES: Final = 32
_NOTHING: Final = b"null"

HoldMeaning = Literal[Meaning, "unanswered", "unfinished", "client_refused", "not_allowed"]

N = TypeVar("N", bound=Noun)


class Hold(Noun):
    """Why a credential is not sent by machine.

    Attributes:
        meaning: what the portal said to the last one; ``unanswered`` when a person was asked for
            something and did not answer, ``unfinished`` when several ended without an answer.
        since: when.
        until: when it ends by itself; None: a person lifts it, or the credential is another one.
    """

    meaning: HoldMeaning
    since: datetime
    until: datetime | None = None


class LoginMemory(Noun):
    """What a practice remembers of its logins, by the print of what was sent.

    Attributes:
        holds: what is not sent any more.
        unanswered: how often the password was sent without an answer, in a row.
    """

    holds: dict[str, Hold] = Field(default_factory=dict)
    unanswered: dict[str, int] = Field(default_factory=dict)


class Safe:
    """Puts away and takes out what a login needs and what it gives.

    Every reading method raises :class:`Unready` when a value does not open with this key.

    Args:
        rows: keeps it.
        seal: seals it.
        kind: whose session and memory; a practice that gets in both ways has two of each.
    """

    def __init__(self, rows: store.Store, seal: vault.Vault, kind: EntranceKind = "login") -> None:
        self.kind: Final = kind
        self._rows = rows
        self._vault = seal
        self._session, self._logins = _PLACES[kind]

    async def put_secret(self, practice: str, name: str, secret: Secret) -> None:
        """Keep a secret of a practice.

        Raises:
            NotKnown: there is no such practice.
        """
        await self._put(practice, name, secret.reveal().encode())

    async def put_credential(self, practice: str, given: Mapping[str, Secret]) -> None:
        """Keep several secrets of a practice, by name: all of them, or none."""
        plain = {name: secret.reveal().encode() for name, secret in given.items()}
        await self._rows.put_all_sealed(practice, plain)

    async def secret(self, practice: str, name: str) -> Secret:
        """A secret of a practice.

        Raises:
            NotKnown: it has none of this name.
        """
        plain = await self._get(practice, name)
        if plain is None:
            raise NotKnown(f"secret of {practice}", name, await self.secret_names(practice))
        return Secret(plain.decode())

    async def secret_names(self, practice: str) -> tuple[str, ...]:
        """The names of a login's secrets that this practice has."""
        return tuple(await self.sealed(practice))

    async def keeps(self, practice: str, *names: str) -> bool:
        """Tell whether a practice has all of these secrets; a forgotten one is kept empty."""
        return all([await self._get(practice, name) for name in names])

    async def sealed(self, practice: str) -> dict[str, store.Sealed]:
        """A login's secrets as they are kept: sealed."""
        found = {name: await self._rows.get_sealed(practice, name) for name in _NAMES}
        return {name: sealed for name, sealed in found.items() if sealed is not None}

    def opened(self, practice: str, name: str, sealed: store.Sealed) -> Secret:
        """The secret inside a sealed value."""
        return Secret(self._open(practice, name, sealed).decode())

    async def session(self, practice: str) -> SessionState | None:
        """The session as it was last kept."""
        return await self._noun(practice, self._session, SessionState)

    async def change_session(
        self, practice: str, change: Callable[[SessionState], SessionState | None]
    ) -> bool:
        """Keep a session in the place of the one it is made from, whatever happens meanwhile.

        Args:
            practice: whose session.
            change: from the session that is kept to the one that shall be, or None to leave it; it
                is asked again where another process was faster.

        Returns:
            Whether a session was kept.
        """
        while (sealed := await self._rows.get_sealed(practice, self._session)) is not None:
            kept = SessionState.model_validate_json(self._open(practice, self._session, sealed))
            if (state := change(kept)) is None:
                return False
            plain = state.model_dump_json().encode()
            if await self._rows.put_sealed_over(
                practice, self._session, plain, seen=sealed.version
            ):
                return True
        return False

    async def put_session(self, practice: str, state: SessionState) -> SessionState:
        """Keep the session of a new login, as the latest whatever was kept meanwhile.

        A process that slept through the end of its lease may come second: a generation of its own
        keeps the two logins apart, so that none is kept as the later state of the other.
        """
        while True:
            sealed = await self._rows.get_sealed(practice, self._session)
            if sealed is not None:
                kept = SessionState.model_validate_json(self._open(practice, self._session, sealed))
                number = max(kept.generation + 1, state.generation)
                state = state.model_copy(update={"generation": number})
            plain, seen = state.model_dump_json().encode(), sealed.version if sealed else 0
            if await self._rows.put_sealed_over(practice, self._session, plain, seen=seen):
                return state

    async def memory(self, practice: str) -> LoginMemory:
        """What is remembered of its logins."""
        return await self._noun(practice, self._logins, LoginMemory) or LoginMemory()

    async def put_memory(self, practice: str, memory: LoginMemory) -> None:
        """Remember it in place of what was before."""
        await self._put(practice, self._logins, memory.model_dump_json().encode())

    async def credential(self, practice: str) -> dict[str, Secret]:
        """What the practice logs in with, opened, by name; to be held no longer than a login."""
        sealed = await self.sealed(practice)
        return {name: self.opened(practice, name, blob) for name, blob in sealed.items()}

    async def secrets(self, practice: str) -> dict[str, Secret]:
        """All that is kept secret for a practice, by name, whatever it is for."""
        names = (*SECRET_NAMES, *ProxyCredential().model_dump().values())
        kept = {name: await self._get(practice, name) for name in names}
        return {name: Secret(plain.decode()) for name, plain in kept.items() if plain}

    async def proxy_credential(self, practice: str) -> tuple[Secret | None, Secret | None]:
        """What the practice's proxy asks for: name and password, or nothing."""
        names = ProxyCredential()
        plain = [await self._get(practice, name) for name in (names.username, names.password)]
        username, password = (Secret(each.decode()) if each else None for each in plain)
        return username, password

    def sealed_answer(self, practice: str, place: str, answer: Secret) -> bytes:
        """What a person answered, sealed for the way to the login that waits."""
        return self._vault.seal(practice, place, answer.reveal().encode())

    def opened_answer(self, practice: str, place: str, sealed: bytes) -> Secret:
        """What a person answered."""
        return Secret(self._vault.open(practice, place, sealed).decode())

    async def redaction_key(self, practice: str) -> bytes:
        """The key of the placeholders in captures of this practice; the first call makes it.

        It stays the same, so that captures can be compared, and no other practice has it.
        """
        key = await self._get(practice, _REDACTION)
        while key is None:  # another process may make one at the same time: the first one counts
            new = secrets.token_bytes(_KEY_BYTES)
            await self._rows.put_sealed_over(practice, _REDACTION, new, seen=0)
            key = await self._get(practice, _REDACTION)
        return key

    async def login_name(self, practice: Practice) -> str:
        """One name for one login of one portal, whichever practices share it; says nothing itself.

        Raises:
            NotKnown: the practice has no user name.
        """
        user = await self.secret(practice.name, Credential().username)
        return login_name(practice, user)

    async def counted_as(self, practice: Practice) -> str:
        """One name for the user of a tenant whom its portal counts calls for; says nothing itself.

        That is who the token is for, else who logs in; a practice without either stands for itself.
        """
        for name in (Grant().client_id, Credential().username):
            if user := await self._get(practice.name, name):
                return _digest(practice.portal, practice.base_url, folded(user.decode()))
        return _digest(practice.portal, practice.base_url, practice.name)

    async def has_login(self, practice: Practice, name: str) -> bool:
        """Tell whether a practice has a login, and it is the one of this name."""
        user = await self._get(practice.name, Credential().username)
        return user is not None and login_name(practice, Secret(user.decode())) == name

    async def _noun(self, practice: str, field: str, noun: type[N]) -> N | None:
        plain = await self._get(practice, field)
        return None if plain in {None, _NOTHING} else noun.model_validate_json(plain or b"")

    async def _get(self, practice: str, field: str) -> bytes | None:
        sealed = await self._rows.get_sealed(practice, field)
        return None if sealed is None else self._open(practice, field, sealed)

    async def _put(self, practice: str, field: str, plain: bytes) -> None:
        await self._rows.put_sealed(practice, field, plain)

    def _open(self, practice: str, field: str, sealed: store.Sealed) -> bytes:
        return self._vault.open(practice, field, sealed.blob, sealed.version)


def login_name(practice: Practice, user: Secret) -> str:
    """One name for one login of one portal, whatever host it is used at; says nothing itself."""
    return _digest(practice.portal, folded(user.reveal()))


def prints_of(practice: Practice, credential: Mapping[str, Secret]) -> tuple[str, ...]:
    """What a credential is remembered by: user name with password, and with the code's secret.

    Practices that share a login share these, however they write the user name and whichever host of
    the portal they use. What comes without a password is remembered as a whole.
    """
    names = Credential()
    if names.password not in credential:
        whole = [f"{name}={secret.reveal()}" for name, secret in sorted(credential.items())]
        return (_digest(practice.portal, *whole),)
    user = folded(credential[names.username].reveal()) if names.username in credential else ""
    return tuple(
        _digest(practice.portal, user, part, credential[part].reveal())
        for part in (names.password, names.totp)
        if part in credential
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
