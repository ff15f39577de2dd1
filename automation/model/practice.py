"""Practice: one tenant of a portal."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import field_validator

from automation.model.noun import Noun


class Practice(Noun):
    """One tenant of a portal.

    Attributes:
        name: our name for it, unique, ``[a-z0-9-]+``.
        portal: name of the portal folder.
        base_url: scheme, host and port, without a trailing slash.
        label: what the portal itself calls it (in a practice picker); empty when never asked.
        timezone: IANA zone of its clocks.
        currency: ISO 4217.
        loopback: addresses of this machine are allowed; only for simulators.
    """

    name: str
    portal: str
    base_url: str
    label: str = ""
    timezone: str = "UTC"
    currency: str = "USD"
    loopback: bool = False

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", value):
            msg = f"{value!r} is no name: use a-z, 0-9 and dashes"
            raise ValueError(msg)
        return value

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

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # "America" is a folder of zones
            msg = f"{value!r} is no IANA time zone: write one like America/Chicago"
            raise ValueError(msg) from None
        return value

    @field_validator("currency")
    @classmethod
    def _is_a_currency(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Z]{3}", value):
            msg = f"{value!r} is no currency: write an ISO 4217 code like USD"
            raise ValueError(msg)
        return value


class Credential(Noun):
    """Names under which the vault keeps what a login needs; never the values."""

    username: str = "credential.username"
    password: str = "credential.password"  # noqa: S105 - a name, not a password
    totp: str = "credential.totp"
