"""A release of a portal is told to its people by one letter, also when its worker is killed.

The portal changes in two practices; what its syncs see is queued, and a worker, as a program, hands
it to a real mail server over STARTTLS with a password. Then the portal is as it was again.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from automation import pipeline
from automation.errors import VetportalError
from automation.pipeline import Tools
from tests import canary
from tests.fakes import VirtualClock
from tests.journeys.world import Home, flows_with, moved_in, name_of
from tests.notify.mailbox import PASSWORD, Mailbox, mailbox
from tests.simulator import REPOSITORY, Simulator, running

pytestmark = pytest.mark.journey

CHANGE = "net.body.field.renamed"
SECONDS = 90.0


@contextmanager
def working(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as a program; it is killed at the end, like a machine that loses its power."""
    command = (sys.executable, "-m", "automation", "worker", "--health-port", "-1")
    with (home.path.parent / "worker.log").open("ab") as told:
        process = subprocess.Popen(
            command, cwd=REPOSITORY, env=home.variables, stdout=told, stderr=told
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def until(holds: Callable[[], bool], home: Home) -> None:
    ends = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < ends, (home.path.parent / "worker.log").read_text()[-3000:]
        time.sleep(0.05)


def read_all(home: Home) -> None:
    """Sync both practices, a while ago, so that what they saw is due by now."""

    async def scene(tools: Tools) -> None:
        for practice in await tools.store.practices():
            try:
                await pipeline.sync(tools, practice, full=True)
            except VetportalError:
                continue  # the portal is another one: that is what is told

    home.work(scene, clock=VirtualClock(datetime.now(UTC) - timedelta(minutes=30)))


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def numbers(box: Mailbox) -> set[str]:
    return {str(letter["Message-ID"]) for letter in box.letters}


def all_sent(home: Home) -> bool:
    async def scene(tools: Tools) -> bool:
        return all(each.state == "sent" for each in await tools.store.letters.listed())

    return home.work(scene)


def change(portal: Simulator, *names: str) -> None:
    portal.door.ask("mutations", {"on": list(names)})


@pytest.mark.must_hold("drift")
def test_a_release_is_one_letter_over_a_kill_and_its_end_another_one(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    with running("covetrus_pulse", patients=12) as portal, mailbox(tmp_path) as (box, _):
        settings = {
            "VETPORTAL_MAIL_SERVER": f"smtp://vetportal:{PASSWORD}@localhost:{box.port}",
            "VETPORTAL_MAIL_SENDER": "alerts@clinic.example",
            "SSL_CERT_FILE": str(tmp_path / "mail.pem"),
        }
        flows = flows_with(tmp_path / "flows", {"patient"})
        home = Home.new(tmp_path / "home", flows=flows, settings=settings)
        moved_in(home, portal)
        added = home.command("notify", "add", "ops@clinic.example", "--severity", "breaking")
        assert added.returncode == 0, added.stderr
        for _ in range(2):
            read_all(home)
        change(portal, CHANGE)
        for _ in range(2):
            read_all(home)
        box.slow = 60.0
        with working(home):  # killed after the server took it, before that was written down
            until(lambda: bool(box.letters), home)
        box.slow = 0.0
        with working(home):
            until(lambda: all_sent(home), home)
            first = text_of(box.letters[-1])
            measured("practices", len(portal.practices()))
            measured("letters", len(numbers(box)))
            assert len(numbers(box)) == 1
            assert "vetportal drift accept" in first
            assert all(name_of(practice) in first for practice in portal.practices())
            change(portal)
            for _ in range(2):
                read_all(home)
            until(lambda: len(numbers(box)) > 1 and all_sent(home), home)
        assert len(numbers(box)) == 2
        assert str(box.letters[-1]["Subject"]).startswith("RESOLVED: ")
        left: list[Path | bytes] = [
            home.path,
            tmp_path / "worker.log",
            *(each.as_bytes() for each in box.letters),
        ]
        assert canary.scan(left, {"password": PASSWORD}) == []
