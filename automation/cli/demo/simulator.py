"""Starts and stops a simulator; it is a program of its own, found in the repository only."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from automation.errors import Unready

_GRACE: Final = 5
"""Seconds to end in."""
_PATIENCE: Final = 10
"""Seconds to answer in."""
_REPOSITORY: Final = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Login:
    """One login of the simulator with one of its practices."""

    username: str
    password: str
    totp: str
    label: str
    timezone: str


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
        # of this machine, so that no proxy of the environment is asked
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.base_url}/_sim/accounts", timeout=_PATIENCE) as reply:
            accounts = json.load(reply)
        account = max(accounts, key=lambda each: len(each["practices"]))
        return tuple(
            Login(
                account["username"],
                account["password"],
                account["totp_secret"] or "",
                practice["label"],
                practice.get("timezone", ""),
            )
            for practice in account["practices"]
        )


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
