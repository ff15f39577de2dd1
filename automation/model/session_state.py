"""SessionState: what makes a session authenticated, as one sealed value."""

from __future__ import annotations

from datetime import datetime

from typing_extensions import override

from automation.model.noun import Noun


class Cookie(Noun):
    """One cookie, in the words of RFC 6265. ``expires`` is epoch seconds, -1 for the session."""

    name: str
    value: str
    domain: str
    path: str = "/"
    expires: float = -1
    http_only: bool = False
    secure: bool = False
    same_site: str = "Lax"


class SessionState(Noun):
    """Cookies, storage and slots of one practice's session; sealed at rest, never printed.

    Attributes:
        cookies: the browser's cookies.
        storage: localStorage by origin.
        tab_storage: sessionStorage by origin; a browser forgets it with the tab.
        slots: latest value of each slot.
        marks: names of the cookies that were to last for long when they came: they mark a trusted
            device for as long as they do.
        landing: address the login ended on.
        agent: what the browser that logged in calls itself; some portals tie a session to it.
        opened_at: when the login succeeded.
        used_at: when the portal last answered in it; None for "at the login".
        expires_at: when it ends for certain, as far as the portal said so (OAuth).
        ended: it is over; what is left tells a trusted device and counts generations.
        generation: grows by one with every login.
    """

    cookies: tuple[Cookie, ...] = ()
    storage: dict[str, dict[str, str]] = {}
    tab_storage: dict[str, dict[str, str]] = {}
    slots: dict[str, str] = {}
    marks: tuple[str, ...] = ()
    landing: str = ""
    agent: str = ""
    opened_at: datetime
    used_at: datetime | None = None
    expires_at: datetime | None = None
    ended: bool = False
    generation: int = 1

    def stored(self, origin: str) -> dict[str, str]:
        """All that the scripts of an origin have stored, wherever they did."""
        return {**self.storage.get(origin, {}), **self.tab_storage.get(origin, {})}

    @override
    def __repr__(self) -> str:
        """Show only what is harmless: every value here opens somebody's practice."""
        return f"SessionState(generation={self.generation}, cookies={len(self.cookies)})"

    @override
    def __str__(self) -> str:
        return repr(self)
