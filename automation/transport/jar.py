"""The cookies of one session, by RFC 6265.

The library's own jar is not used: it asks the machine's clock, so a session could not live on a
virtual one, and it gives no cookie back in the form the browser takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import SplitResult, urlsplit

from automation.model import Cookie, is_loopback
from automation.ports import Clock
from automation.transport.httpdate import http_date

_SESSION: Final = -1.0
_SAME_SITE: Final = {"strict": "Strict", "none": "None"}


class CookieJar:
    """Keeps cookies and says which of them an address gets.

    Args:
        clock: tells when a cookie is over.
    """

    __slots__ = ("_clock", "_cookies")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._cookies: dict[tuple[str, str, str], Cookie] = {}

    def replace(self, cookies: Iterable[Cookie]) -> None:
        """Forget everything and keep these."""
        self._cookies = {(each.domain, each.path, each.name): each for each in cookies}

    def export(self) -> tuple[Cookie, ...]:
        """Every cookie that is not over."""
        now = self._clock.now().timestamp()
        return tuple(each for each in self._cookies.values() if _lives(each, now))

    def header(self, url: str) -> str | None:
        """The value of the ``Cookie`` header for this address, longer paths first."""
        found = self._matching(urlsplit(url))
        return "; ".join(f"{each.name}={each.value}" for each in found) if found else None

    def value(self, name: str, url: str) -> str | None:
        """What this address would get under this name."""
        found = self._matching(urlsplit(url))
        return next((each.value for each in found if each.name == name), None)

    def receive(self, header: str, url: str) -> None:
        """Keep, replace or drop what one ``Set-Cookie`` header says; nonsense is ignored."""
        cookie = _parsed(header, urlsplit(url), self._clock)
        if cookie is None:
            return
        key = (cookie.domain, cookie.path, cookie.name)
        if _lives(cookie, self._clock.now().timestamp()):
            self._cookies[key] = cookie
        else:
            self._cookies.pop(key, None)

    def _matching(self, parts: SplitResult) -> list[Cookie]:
        host, path = parts.hostname or "", parts.path or "/"
        trusted = _trusted(parts)
        now = self._clock.now().timestamp()
        found = [
            each
            for each in self._cookies.values()
            if _domain_matches(each.domain, host)
            and _path_matches(each.path, path)
            and (trusted or not each.secure)
            and _lives(each, now)
        ]
        if len(found) > 1:
            found.sort(key=lambda each: -len(each.path))
        return found


def _lives(cookie: Cookie, now: float) -> bool:
    return cookie.expires == _SESSION or cookie.expires > now


def _trusted(parts: SplitResult) -> bool:
    """Secure cookies travel over TLS, and to this machine as in a browser."""
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def _domain_matches(domain: str, host: str) -> bool:
    """A leading dot stands for "and every host below", as the browser writes it."""
    if not domain.startswith("."):
        return domain == host
    return host == domain[1:] or host.endswith(domain)


def _path_matches(cookie_path: str, path: str) -> bool:
    if not path.startswith(cookie_path):
        return False
    return cookie_path.endswith("/") or path[len(cookie_path) : len(cookie_path) + 1] in {"", "/"}


def _parsed(header: str, asked: SplitResult, clock: Clock) -> Cookie | None:
    """Section 5.2 and 5.3 of RFC 6265; None for what a browser would ignore."""
    first, *rest = header.split(";")
    name, equals, value = (part.strip() for part in first.partition("="))
    said = {
        key.strip().lower(): text.strip() for key, _, text in (part.partition("=") for part in rest)
    }
    domain = _domain(said.get("domain", ""), asked.hostname or "")
    secure = "secure" in said
    if not (equals and name and domain) or (secure and not _trusted(asked)):
        return None
    path = said.get("path", "")
    return Cookie(
        name=name,
        value=value,
        domain=domain,
        path=path if path.startswith("/") else _folder(asked.path),
        expires=_expiry(said, clock),
        http_only="httponly" in said,
        secure=secure,
        same_site=_SAME_SITE.get(said.get("samesite", "").lower(), "Lax"),
    )


def _domain(said: str, host: str) -> str | None:
    """The host itself, or the domain it says if the host lies below it; no top-level domain."""
    wanted = said.lstrip(".").lower()
    if not wanted or wanted == host:
        return f".{host}" if wanted and "." in host and not _numeric(host) else host
    if "." in wanted and host.endswith(f".{wanted}") and not _numeric(host):
        return f".{wanted}"
    return None


def _numeric(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _expiry(said: dict[str, str], clock: Clock) -> float:
    """``Max-Age`` wins over ``Expires``; what cannot be read means "until the session ends"."""
    age = said.get("max-age", "")
    if age.lstrip("-").isdigit():
        return clock.now().timestamp() + int(age) if int(age) > 0 else 0.0
    moment = http_date(said.get("expires", ""))
    return _SESSION if moment is None else max(0.0, moment.timestamp())
