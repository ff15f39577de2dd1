"""Practice: one tenant of a portal."""

from __future__ import annotations

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


class Credential(Noun):
    """Names under which the vault keeps what a login needs; never the values."""

    username: str = "credential.username"
    password: str = "credential.password"  # noqa: S105 - a name, not a password
    totp: str = "credential.totp"
