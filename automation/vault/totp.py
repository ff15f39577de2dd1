"""One-time passwords by RFC 6238, from the secret a portal hands out."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal
from urllib.parse import parse_qs, urlsplit

from pyotp.otp import OTP
from typing_extensions import override

from automation.errors import BadArgument
from automation.model import Secret

Algorithm = Literal["SHA1", "SHA256", "SHA512"]

_DIGESTS: Final[Mapping[str, tuple[Algorithm, Callable[..., Any]]]] = {
    "SHA1": ("SHA1", hashlib.sha1),
    "SHA256": ("SHA256", hashlib.sha256),
    "SHA512": ("SHA512", hashlib.sha512),
}
_DAY: Final = 86_400
_REMEDY: Final = (
    "Copy the secret that the portal shows beside the QR code (letters A to Z and digits 2 to 7), "
    "or the whole otpauth://totp/... address."
)


@dataclass(frozen=True, slots=True)
class Totp:
    """What is needed to make the codes of one login.

    Attributes:
        secret: base32 text; spaces, hyphens, small letters and missing padding are all fine.
        digits: length of a code, 6 to 8.
        period: seconds a code lasts, from 1; most portals take 30, none takes more than a day.
        algorithm: hash below the HMAC.

    Raises:
        BadArgument: a value is not possible; the message never holds the secret.
    """

    secret: Secret
    digits: int = 6
    period: int = 30
    algorithm: Algorithm = "SHA1"

    def __post_init__(self) -> None:
        """Refuse what could not make a code, before a login depends on it."""
        if not 6 <= self.digits <= 8:  # noqa: PLR2004 - the limits of RFC 4226 and of otpauth
            raise BadArgument(f"a code of {self.digits} digits; 6, 7 and 8 are possible")
        if not 1 <= self.period <= _DAY:  # RFC 6238 names no limit; this one finds mistakes
            raise BadArgument(f"a code period of {self.period} seconds; 1 to {_DAY} are possible")
        if self.algorithm not in _DIGESTS:
            raise _unknown_algorithm()
        _decoded(self.secret)

    @classmethod
    def parse(cls, text: Secret) -> Totp:
        """Read what a person pasted: the bare secret or the whole ``otpauth://totp/...`` address.

        Source of the address format: the "Key Uri Format" page of Google Authenticator.

        Raises:
            BadArgument: neither of both, or the address asks for something that is not possible.
        """
        plain = text.reveal().strip()
        if "://" not in plain:
            return cls(Secret(plain))
        try:
            address = urlsplit(plain)
            given = parse_qs(address.query, keep_blank_values=True, strict_parsing=True)
        except ValueError:
            raise BadArgument("the otpauth address cannot be read", remedy=_REMEDY) from None
        if (address.scheme, address.netloc) != ("otpauth", "totp"):
            raise BadArgument("the address is not of the kind otpauth://totp/", remedy=_REMEDY)
        return cls(
            secret=Secret(_single(given, "secret", "")),
            digits=_number(given, "digits", 6),
            period=_number(given, "period", 30),
            algorithm=_algorithm(_single(given, "algorithm", "SHA1")),
        )

    def code(self, at: datetime) -> Secret:
        """The code that is valid at this time, with leading zeros.

        Args:
            at: an aware time.
        """
        return Secret(self._generator().generate_otp(self.step(at)))

    def step(self, at: datetime) -> int:
        """Number of the period this time lies in, counted from 1970; a portal takes each once."""
        if at.tzinfo is None:
            raise BadArgument("a time without an offset has no one-time password")
        return int(at.timestamp() // self.period)

    def starts(self, step: int) -> datetime:
        """The moment this step begins; `starts(step(now) + 1)` is when the next code is ready."""
        return datetime.fromtimestamp(step * self.period, UTC)

    def _generator(self) -> _AnyLength:
        digest = _DIGESTS[self.algorithm][1]
        return _AnyLength(self.secret.reveal(), digits=self.digits, digest=digest)


class _AnyLength(OTP):
    """Takes the secrets that portals really hand out, many of 16 characters (80 bits).

    pyotp refuses fewer than 112 bits, and periods of more than 120 seconds, by current advice.
    Choosing both is the portal's part, so the advice cannot be followed on this side. The step is
    counted here, so that the base class without a period is enough.
    """

    @override
    def byte_secret(self) -> bytes:
        return _decoded(Secret(self.secret))


def _decoded(secret: Secret) -> bytes:
    text = secret.reveal().translate({ord(mark): None for mark in " -\t\n="}).upper()
    try:
        key = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        raise BadArgument("the TOTP secret is not base32 text", remedy=_REMEDY) from None
    if not key:
        raise BadArgument("the TOTP secret is empty", remedy=_REMEDY)
    return key


def _single(given: Mapping[str, list[str]], name: str, default: str) -> str:
    values = given.get(name, [default])
    if len(values) > 1:
        raise BadArgument(f"the otpauth address holds {name!r} more than once", remedy=_REMEDY)
    return values[0]


def _number(given: Mapping[str, list[str]], name: str, default: int) -> int:
    text = _single(given, name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) <= 5):  # noqa: PLR2004 - neither has more
        raise BadArgument(f"the otpauth address holds no number under {name!r}", remedy=_REMEDY)
    return int(text)


def _algorithm(text: str) -> Algorithm:
    known = _DIGESTS.get(text.upper().replace("-", ""))
    if known is None:
        raise _unknown_algorithm()
    return known[0]


def _unknown_algorithm() -> BadArgument:
    return BadArgument(f"the TOTP algorithm is unknown; known: {', '.join(_DIGESTS)}")
