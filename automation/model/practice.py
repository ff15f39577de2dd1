"""Practice: one tenant of a portal."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from pydantic import AwareDatetime, ConfigDict, field_validator

from automation.errors import Refused
from automation.model.noun import Noun
from automation.model.opening import OpeningHours
from automation.model.organization import DEFAULT_ORGANIZATION, Name
from automation.model.portal import Horizon, Pace
from automation.model.spans import refuse_impossible
from automation.model.zone import Zone

_HORIZON: Final = re.compile(r"([a-z][a-z_]*)=([0-9]{1,5}):([0-9]{1,5})", re.ASCII)
_PROXY_SCHEMES: Final = frozenset({"http", "https", "socks5"})


class Practice(Noun):
    """One tenant of a portal.

    Attributes:
        name: our name for it, unique, ``[a-z0-9-]+``.
        portal: name of the portal folder.
        base_url: scheme, host and port, and the path of the tenant where its portal has all of
            them on one host; without a trailing slash.
        label: what the portal itself calls it (in a practice picker); empty when never asked.
        timezone: IANA zone of its clocks.
        currency: ISO 4217.
        loopback: addresses of this machine are allowed; only for simulators.
        organization: who owns it; nothing crosses to another one.
        paused_since: when it was paused; nothing is read or written while it is.
        paused_why: the reason, for people.
        writes: the operations that are enabled; it starts with none, read-only.
        authorised_by: who at the practice allowed us in.
        authorised_at: when.
        proxy: address of the proxy that all its traffic goes through; its name and password are
            secrets, see :class:`ProxyCredential`.
        ca_file: absolute path of a PEM file with certificate authorities of its own.
        quiet_hours: times of day on its clocks at which it is left alone: ``22:00-06:30``.
        pace: how fast it may be asked, in place of what its portal says.
        horizon: how far kinds of a calendar are read, in place of what the files say, in days past
            and to come: ``appointment=365:90``.
        opening_hours: when it is open, in place of what its portal says: ``mon-fri=08:00-18:00``.
    """

    # a value that is refused may hold the password of a proxy
    model_config = ConfigDict(hide_input_in_errors=True)

    name: Name
    portal: str
    base_url: str
    label: str = ""
    timezone: Zone = "UTC"
    currency: str = "USD"
    loopback: bool = False
    organization: Name = DEFAULT_ORGANIZATION
    paused_since: AwareDatetime | None = None
    paused_why: str = ""
    writes: tuple[str, ...] = ()
    authorised_by: str = ""
    authorised_at: AwareDatetime | None = None
    proxy: str | None = None
    ca_file: str | None = None
    quiet_hours: tuple[str, ...] = ()
    pace: Pace | None = None
    horizon: tuple[str, ...] = ()
    opening_hours: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """Scheme, host and port of its base URL."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def horizons(self) -> dict[str, Horizon]:
        """How far kinds of a calendar are read, by kind."""
        found = [_HORIZON.fullmatch(each) for each in self.horizon]
        return {fits[1]: Horizon(past=int(fits[2]), future=int(fits[3])) for fits in found if fits}

    def address(self, path: str) -> str:
        """The whole address of a path below its base URL; a whole address stays as it is."""
        return urljoin(f"{self.base_url}/", path.removeprefix("/"))

    def refuse_paused(self) -> None:
        """Let nothing happen in a practice that is paused.

        Raises:
            Refused: it is.
        """
        if self.paused_since is not None:
            why = f": {self.paused_why}" if self.paused_why else ""
            raise Refused(
                f"{self.name} is paused since {self.paused_since:%Y-%m-%d %H:%M %Z}{why}",
                remedy=f"Let it go on with `vetportal practice resume {self.name}`.",
            )

    @field_validator("base_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        msg = f"{value!r} is no base URL: write https://host, without a slash at its end"
        try:
            parts = urlsplit(value)
            good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:  # a port beyond 65535, a bracket that is not closed
            raise ValueError(msg) from None
        if not good or value.endswith("/"):
            raise ValueError(msg)
        return value

    @field_validator("currency")
    @classmethod
    def _is_a_currency(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Z]{3}", value):
            msg = f"{value!r} is no currency: write an ISO 4217 code like USD"
            raise ValueError(msg)
        return value

    @field_validator("writes")
    @classmethod
    def _are_operations(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not re.fullmatch(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", each):
                msg = f"{each!r} is no operation: write a name like create_appointment"
                raise ValueError(msg)
        return tuple(sorted(set(value)))

    @field_validator("horizon")
    @classmethod
    def _are_horizons(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not _HORIZON.fullmatch(each):
                msg = f"{each!r} is no horizon: write a kind with days past and to come, like "
                raise ValueError(f"{msg}appointment=365:90")
        return value

    @field_validator("opening_hours")
    @classmethod
    def _are_opening_hours(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        OpeningHours.read(value)
        return value

    @field_validator("proxy")
    @classmethod
    def _is_a_proxy(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if "@" in value:
            msg = "the address of a proxy holds a name or password; they belong to the credentials"
            raise ValueError(f"{msg}, and write http://host:port here")
        msg = "this is no address of a proxy: write http://host:port, https:// or socks5://"
        try:
            parts = urlsplit(value)
            good = parts.scheme in _PROXY_SCHEMES and parts.hostname and parts.port != 0
        except ValueError:  # a port beyond 65535, a bracket that is not closed
            raise ValueError(msg) from None
        if not good or parts.path or parts.query or parts.fragment:
            raise ValueError(msg)
        return value

    @field_validator("ca_file")
    @classmethod
    def _is_a_path(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("/"):
            msg = f"{value!r} is no whole path: write one that begins with a slash"
            raise ValueError(msg)
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _leave_time(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        refuse_impossible(value)
        return value


class ProxyCredential(Noun):
    """Names under which the vault keeps what a proxy asks for; never the values."""

    username: str = "proxy.username"
    password: str = "proxy.password"  # noqa: S105 - a name, not a password


class Credential(Noun):
    """Names under which the vault keeps what a login needs; never the values."""

    username: str = "credential.username"
    password: str = "credential.password"  # noqa: S105 - a name, not a password
    totp: str = "credential.totp"
