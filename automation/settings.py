"""The only reader of the environment.

Every setting is a variable named ``VETPORTAL_`` and the name of the field in capitals, for example
``VETPORTAL_HOME``. A variable with that prefix and an unknown name is an error, because a setting
with a typing mistake would otherwise be silently without effect.
"""

from __future__ import annotations

import os
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Final, Literal

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from automation.errors import BadArgument
from automation.model import Secret

_PREFIX: Final = "VETPORTAL_"
_PACKAGE: Final = Path(__file__).parent
_CHECKOUT: Final = _PACKAGE.parent

Network = IPv4Network | IPv6Network
Folder = Annotated[Path, BeforeValidator(lambda path: Path(path).expanduser().absolute())]


def _key(text: str | Secret) -> Secret:
    """A key-encryption key; the message of the error does not repeat it."""
    plain = text.reveal() if isinstance(text, Secret) else text
    if not re.fullmatch(r"[0-9a-fA-F]{64}", plain):
        raise ValueError("it is not 64 hexadecimal digits")
    return Secret(plain.lower())


Key = Annotated[Secret, BeforeValidator(_key)]


def _server(text: str | Secret) -> Secret:
    """An address of PostgreSQL; the message of the error does not repeat its password."""
    plain = text.reveal() if isinstance(text, Secret) else text
    if not re.match(r"postgres(ql)?://", plain):
        raise ValueError("it does not begin with postgresql://")
    return Secret(plain)


Server = Annotated[Secret, BeforeValidator(_server)]
Token = Annotated[Secret, BeforeValidator(lambda text: Secret(str(text)))]


def _networks(text: str | tuple[Network, ...]) -> tuple[Network, ...]:
    """Networks, as they stand with commas between."""
    if isinstance(text, tuple):
        return text
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _beside_the_code(name: str, packaged: str) -> Path:
    """Prefer what stands in the checkout; fall back to what the wheel carries."""
    own = _CHECKOUT / name
    return own if own.exists() else _PACKAGE / packaged


class Settings(BaseSettings):
    """What may differ between machines; everything else is data in `flows/`.

    Attributes:
        home: database, key, captures and logs live below it.
        flows: the portal folders.
        browser_config: the browser's configuration file.
        browser_executable: browser to use instead of the configured or found one.
        browser_channel: Playwright channel to use instead, for example ``chrome``.
        browser_headless: overrides the configuration; unset leaves it.
        browser_processes: browser processes of one program at a time.
        browser_uses: tabs that one serves before it is ended: browsers grow.
        browser_idle: how many are kept for later while nobody uses them.
        browser_idle_seconds: after which one that nobody used is ended.
        database_url: the PostgreSQL database, in place of the SQLite file below home.
        key: the key-encryption key, in place of the key file.
        key_previous: the one before, while a rotation is not over.
        api_token: the token that a program on this machine shows over MCP.
        webhook_networks: private networks that events may be sent to, with commas between.
        mail_server: takes letters about drift; may hold a password.
        mail_sender: the address that they come from.
        log_level: what is logged to the error stream.
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_ignore_empty=True,
        frozen=True,
        arbitrary_types_allowed=True,
        hide_input_in_errors=True,
    )

    home: Folder = Field(default_factory=lambda: user_data_path("vetportal", appauthor=False))
    flows: Folder = Field(default_factory=lambda: _beside_the_code("flows", "_flows"))
    browser_config: Folder = Field(
        default_factory=lambda: _beside_the_code("playwright.config.json", "playwright.config.json")
    )
    browser_executable: Folder | None = None
    browser_channel: str | None = None
    browser_headless: bool | None = None
    browser_processes: int = Field(default=4, ge=1, le=64)
    browser_uses: int = Field(default=50, ge=1)
    browser_idle: int = Field(default=2, ge=0, le=64)
    browser_idle_seconds: float = Field(default=300.0, gt=0)
    database_url: Server | None = None
    key: Key | None = None
    key_previous: Key | None = None
    api_token: Token | None = None
    webhook_networks: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)] = ()
    mail_server: Token | None = None
    mail_sender: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "warning"

    @property
    def key_file(self) -> Path:
        """The key-encryption key that every sealed value hangs on, unless `key` is given."""
        return self.home / "vault.key"

    @property
    def database(self) -> Path:
        """The SQLite file of entities, changes and runs, unless `database_url` is given."""
        return self.home / "vetportal.db"

    @property
    def database_address(self) -> Secret:
        """The address of the database: that of the server, or that of the file."""
        return self.database_url or Secret(f"sqlite:///{self.database}")

    @property
    def audit_anchor(self) -> Path:
        """How far the audit log was when this machine last wrote to it."""
        return self.home / "audit.anchor"

    @property
    def captures(self) -> Path:
        """Where captures are kept, redacted."""
        return self.home / "captures"

    @property
    def logs(self) -> Path:
        """Where the log of each run is kept."""
        return self.home / "logs"


def read_settings() -> Settings:
    """Read the environment once.

    Raises:
        BadArgument: a variable has an impossible value or an unknown name.
    """
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    strange = sorted(
        name for name in os.environ if name.startswith(_PREFIX) and name.upper() not in known
    )
    if strange:
        raise BadArgument(
            f"the environment holds the unknown setting {strange[0]}",
            remedy=f"Known settings: {', '.join(sorted(known))}.",
        )
    try:
        return Settings()
    except ValidationError as problem:
        first = problem.errors()[0]
        name = _PREFIX + str(first["loc"][0]).upper()
        raise BadArgument(
            f"the setting {name} is not possible: {first['msg']}",
            remedy=f"Set {name} to a valid value or unset it.",
        ) from None
