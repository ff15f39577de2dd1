"""Starts and stops a simulator; it is a program of its own, found in the repository only."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from automation.errors import Unready
from automation.model import Credential, Grant
from automation.settings import Settings

_GRACE: Final = 5
"""Seconds to end in."""
_PATIENCE: Final = 10
"""Seconds to answer in."""
_TOLD: Final = ("label", "timezone", "currency", "path")
"""What a simulator says of a practice."""
_REPOSITORY: Final = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Login:
    """What the owner of one practice of the simulator knows.

    Attributes:
        secrets: the login, and the client of OAuth where one was let in, by the names of the vault.
        label: what the portal calls the practice.
        timezone: of its clocks; empty where the simulator leaves it to the portal.
        currency: likewise.
        path: what its base URL ends with, where tenants share a host.
    """

    secrets: Mapping[str, str] = field(repr=False)
    label: str
    timezone: str = ""
    currency: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that answers.

    Attributes:
        base_url: its address.
        portal: name of its portal folder.
    """

    base_url: str
    portal: str

    def logins(self) -> tuple[Login, ...]:
        """The practices of the login that has the most of them, as its owner would know them."""
        accounts = self._told("accounts") or []
        # nobody is there to read a text message
        account = max(accounts, key=lambda each: (len(each["practices"]), each["mfa"] == "totp"))
        names, given = Credential(), (account["username"], account["password"])
        secrets = dict(zip((names.username, names.password), given, strict=True))
        if account["totp_secret"]:
            secrets[names.totp] = account["totp_secret"]
        return tuple(
            Login(
                {**secrets, **self._client(practice["id"])},
                **{key: practice[key] for key in _TOLD if key in practice},
            )
            for practice in account["practices"]
        )

    def _client(self, tenant: int) -> dict[str, str]:
        """The client of OAuth that a practice let in to act by itself, where there is one."""
        names = Grant()
        for each in self._told("applications") or ():
            if each["tenant"] == tenant and each["grant"] == "client_credentials":
                return {
                    names.client_id: each["client_id"],
                    names.client_secret: each["client_secret"],
                }
        return {}

    def _told(self, what: str) -> Any:  # noqa: ANN401 - JSON
        """What the back door says; None where it has no such thing."""
        # of this machine, so that no proxy of the environment is asked
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.base_url}/_sim/{what}", timeout=_PATIENCE) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as problem:
            problem.close()
            return None


def simulated(portals: Iterable[str]) -> tuple[str, ...]:
    """Those of these portals that the repository has a simulator of."""
    return tuple(each for each in portals if (_REPOSITORY / "fixtures" / each).is_dir())


def fresh_home(settings: Settings, name: str) -> Settings:
    """Settings with an empty home below the own one, and with portal folders that may be written.

    Endpoints and repairs are written beside their flows, and the repository is left alone.
    """
    home = settings.home / name
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700, parents=True)
    shutil.copytree(settings.flows, home / "flows")
    own = {"home": home, "flows": home / "flows", "database_url": None}
    return settings.model_copy(update=own)


@contextmanager
def running(portal: str, *, patients: int, log: Path) -> Iterator[Running]:
    """Start the simulator of a portal on a free port; it ends with the block.

    Raises:
        Unready: there is no repository around this program, or the simulator does not start.
    """
    if not (_REPOSITORY / "fixtures" / portal).is_dir():
        raise Unready(
            "the simulators are part of the repository, not of the installed package",
            remedy="Clone the repository and run `make demo` in it.",
        )
    command = [sys.executable, "-m", f"fixtures.{portal}", "--port", "0", "--seed", "1"]
    command += ["--patients", str(patients)]
    with log.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=_REPOSITORY, stdout=subprocess.PIPE, stderr=errors
        )
    try:
        line = process.stdout.readline() if process.stdout else b""
        if not line:
            raise Unready("the simulator did not start", remedy=f"See {log}.")
        yield Running(json.loads(line)["ready"], portal)
    finally:
        process.terminate()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
