"""The registry of secrets: known ones, recognised ones, and the placeholder of each."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from typing import Final
from urllib.parse import quote, unquote

from automation.errors import BadArgument
from automation.redact import jwt
from automation.redact.needle import SHORTEST, Needle, needle
from automation.redact.placeholder import holds_placeholder, placeholder
from automation.wire import words

_KEY_BYTES: Final = 16
_KIND: Final = re.compile(r"[A-Za-z0-9_.-]+")
# RFC 9110, section 11.4: credentials are a scheme and what follows it.
_SCHEME: Final = re.compile(
    r"((?:bearer|basic|token|jwt|apikey|negotiate|digest)\s+)(\S.*)", re.IGNORECASE | re.DOTALL
)
_NOTHING: Final = frozenset({"", "true", "false", "null", "none", "undefined", "deleted"})
# A recognised value is looked for everywhere only from this length on.
_LONG_ENOUGH: Final = 8
_BITS: Final = 20
_LETTERS_PER_WORD: Final = 3
_NOT_A_SECRET: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?!\d).*|[a-z][a-z0-9+.-]*://.*|/.*|\S+@\S+\.\w+"
)


class Registry:
    """Values that are secret, each with one placeholder for good.

    A value that is looked for everywhere has a needle. Others (short ones, plain words) are
    replaced only in the places that say that they are secret.

    Args:
        key: at least 16 bytes; two registries with one key give equal values equal hashes.

    Raises:
        BadArgument: the key is too short.
    """

    __slots__ = ("_key", "_needles", "_short", "_shown")

    def __init__(self, key: bytes) -> None:
        if len(key) < _KEY_BYTES:
            raise BadArgument(f"a redaction key has at least {_KEY_BYTES} bytes")
        self._key = key
        self._shown: dict[str, str] = {}
        self._needles: dict[str, Needle] = {}
        self._short: set[str] = set()

    @property
    def needles(self) -> tuple[Needle, ...]:
        """What is looked for everywhere."""
        return tuple(self._needles.values())

    def know(self, kind: str, value: str) -> None:
        """Take in a value that is certainly secret, under the name it is known by.

        Raises:
            BadArgument: the name holds more than letters, digits, ``.``, ``_`` and ``-``.
        """
        if not _KIND.fullmatch(kind):
            raise BadArgument(f"{kind!r} is no name of a secret")
        if not value or holds_placeholder(value):
            return
        self._shown.setdefault(value, str(placeholder(self._key, kind, value)))
        if len(value) < SHORTEST:
            self._short.add(value)
        else:
            self._hunt(value)

    def discover(self, kind: str, value: str, *, sure: bool) -> None:
        """Take in a value that stands where secrets stand.

        Args:
            kind: ``cookie``, ``header``, ``field`` or ``token``.
            value: as it stands there, with scheme, quotes and percent-encoding.
            sure: the client sent it under a secret's name. Otherwise it must look random to be
                looked for everywhere: a label may stand under the name of a secret, too.
        """
        if value.lower() in _NOTHING or holds_placeholder(value):
            return
        if scheme := _SCHEME.fullmatch(value):
            for part in _credentials(scheme) or [scheme[2]]:
                self.discover(kind, part, sure=sure)
            return
        plain = _bare(value)
        if plain.lower() in _NOTHING:
            return
        self.shown(plain, kind)
        if looks_random(plain) or (sure and len(plain) >= _LONG_ENOUGH and not _spaced(plain)):
            self._hunt(plain)

    def conceal(self, kind: str, value: str) -> str:
        """The value of a secret place, replaced; its scheme, quotes and encoding stay."""
        if value.lower() in _NOTHING or holds_placeholder(value):
            return value
        if scheme := _SCHEME.fullmatch(value):
            if parts := _credentials(scheme):
                plain = ":".join(self.conceal(kind, part) for part in parts)
                return scheme[1] + base64.b64encode(plain.encode()).decode()
            return scheme[1] + self.conceal(kind, scheme[2])
        plain = _bare(value)
        shown = self.shown(plain, kind)
        if plain not in value:
            shown = quote(shown, safe="")
        return f'"{shown}"' if value.startswith('"') else shown

    def is_short_secret(self, value: str) -> bool:
        """Tell whether the whole value is a known secret that is too short to look for."""
        return value in self._short

    def shown(self, value: str, kind: str = "field") -> str:
        """The placeholder of a value; the first kind it was seen as stays."""
        found = self._shown.get(value)
        if found is None:
            said = ("jwt", value, jwt.described(value)) if jwt.is_jwt(value) else (kind, value)
            found = self._shown[value] = str(placeholder(self._key, *said))
        return found

    def _hunt(self, value: str) -> None:
        if value not in self._needles:
            self._needles[value] = needle(value)


def looks_random(value: str) -> bool:
    """Tell whether a value was made by a machine to be hard to guess.

    At least eight characters and 20 bits; letters and digits mixed, or letters in no order of
    words (``QzXwPbtLm`` but not ``RequestVerificationToken``). Dates and addresses are not.
    """
    if len(value) < _LONG_ENOUGH or _spaced(value) or _NOT_A_SECRET.fullmatch(value):
        return False
    counts = Counter(value)
    bits = -sum(n * math.log2(n / len(value)) for n in counts.values())
    if bits < _BITS:
        return False
    letters = sum(char.isalpha() for char in value)
    if letters and any(char.isdigit() for char in value):
        return True
    return bool(letters) and letters / max(1, len(words(value))) < _LETTERS_PER_WORD


def _spaced(value: str) -> bool:
    return any(char.isspace() for char in value)


def _bare(value: str) -> str:
    """The value itself: without quotes around it, percent-decoded."""
    return unquote(value.strip().strip('"'))


def _credentials(scheme: re.Match[str]) -> list[str]:
    """User and password of RFC 7617; empty when the scheme is another one."""
    if scheme[1].strip().lower() != "basic":
        return []
    try:
        user, colon, password = base64.b64decode(scheme[2], validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return []
    return [user, password] if colon else []
