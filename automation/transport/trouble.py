"""What went wrong on the wire, in the words of our error tree, and whether to try again.

The waits are written here and not left to a retry library, because those sleep on the machine's
clock and draw from the module's randomness: neither a virtual month nor a reproducible run would
be possible.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

import httpx2

from automation.errors import (
    AnswerLate,
    PortalDown,
    Refused,
    Throttled,
    Transient,
    Unusable,
    VetportalError,
)
from automation.transport.httpdate import http_date

_TRIES: Final = 4
_PATIENT_TRIES: Final = 6
PATIENCE: Final = 120.0
"""Seconds a portal may ask us to wait; longer than that, the run ends and says so."""
_FIRST_WAIT: Final = 0.25
_LONGEST_WAIT: Final = 8.0

_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_UNAVAILABLE: Final = 503
_PROXY_LOGIN: Final = 407
_NOT_LET_IN: Final = ("407", "Requested ", "Invalid username")
"""How the library begins to tell that a proxy asks for another name or password."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A status that means "not now".

    Attributes:
        error: what to raise.
        slow_down: whether the portal asked for fewer requests.
        retry_after: seconds it named.
    """

    error: Transient
    slow_down: bool = False
    retry_after: float | None = None


def judge(status: int, headers: Headers, host: str, now: datetime) -> Trouble | None:
    """None for an answer; else what a 429 or a server error means (RFC 6585, RFC 9110)."""
    if status != _TOO_MANY and status < _SERVER_ERROR:
        return None
    after = retry_after_of(headers, now)
    if status == _TOO_MANY or (status == _UNAVAILABLE and after is not None):
        asked = "" if after is None else f" for {after:.0f} s"
        error = Throttled(
            f"{host} asks us to slow down{asked} (status {status})", retry_after=after
        )
        return Trouble(error, slow_down=True, retry_after=after)
    return Trouble(PortalDown(f"{host} answers with a server error (status {status})"))


def turned_away(status: int) -> Unusable | None:
    """The error for a proxy that does not accept us (RFC 9110, 15.5.8); asked once, not again."""
    if status != _PROXY_LOGIN:
        return None
    return Unusable(
        "the proxy of this practice does not accept our name and password",
        remedy="Correct the proxy's name and password, or its address, for this practice.",
    )


def lost(
    problem: httpx2.RequestError | TimeoutError, host: str, *, by_proxy: bool = False
) -> VetportalError:
    """The error for a connection that failed; the library's own text stays out of it.

    Args:
        problem: what the library raised.
        host: where it was to lead.
        by_proxy: whether a proxy is on the way.
    """
    if isinstance(problem, httpx2.ProxyError):
        refusal = turned_away(_PROXY_LOGIN) if str(problem).startswith(_NOT_LET_IN) else None
        return refusal or PortalDown(f"the proxy of this practice does not lead to {host}")
    cause: BaseException | None = problem
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Refused(
                f"the certificate of {host} is not trusted",
                remedy="Check the address; a private authority goes into the practice's CA file.",
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(problem, httpx2.ConnectError | httpx2.ConnectTimeout):
        by = " by the proxy of this practice" if by_proxy else ""
        return PortalDown(f"no connection to {host}{by}")
    if isinstance(problem, httpx2.TimeoutException | TimeoutError):
        return AnswerLate(f"{host} did not answer in time")
    return PortalDown(f"{host} ended the connection before the answer was complete")


def wait_before_retry(trouble: Transient, attempt: int, rng: Random) -> float | None:
    """Seconds before the next try of a safe call; None when this was the last one."""
    if isinstance(trouble, Throttled):
        if attempt >= _PATIENT_TRIES or (trouble.retry_after or 0) > PATIENCE:
            return None
        return trouble.retry_after or 0.0
    if attempt >= _TRIES:
        return None
    wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** (attempt - 1))
    return wait * rng.uniform(0.5, 1.5)


def retry_after_of(headers: Headers, now: datetime) -> float | None:
    """Seconds that ``Retry-After`` names, as a number or as a date."""
    text = next((value.strip() for name, value in headers if name == "retry-after"), "")
    if text.isdigit():
        return float(text)
    moment = http_date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())
