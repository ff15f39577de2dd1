"""`vetportal record`, as a program that a script works with through the browser's own door."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.async_api import Error, Page, async_playwright

from automation.catalog import Catalog
from automation.record import same_flow
from tests.desk import JOURNEYS, Person
from tests.engine import run_engine
from tests.record_flows import FLOWS, PORTAL, login_of
from tests.simulator import REPOSITORY, Simulator, running

PRACTICE = "north"


@pytest.fixture(scope="module")
def portal() -> Iterator[Simulator]:
    with running(PORTAL) as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def another_code(portal: Simulator) -> None:
    """A code works once, and the test before may just have typed one by hand."""
    portal.clock.advance(60)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, portal: Simulator) -> Path:
    """A home with one practice."""
    home = tmp_path_factory.mktemp("home")
    account = portal.accounts()[0]
    credentials = {
        "username": account.username,
        "password": account.password,
        "totp": account.totp_secret,
    }
    options = ["--portal", PORTAL, "--base-url", portal.url, "--label", account.practices[0]]
    done = subprocess.run(
        [*COMMAND, "practice", "add", PRACTICE, *options, "--loopback", "--credentials", "-"],
        input=json.dumps(credentials).encode(),
        env=os.environ | {"VETPORTAL_HOME": str(home)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return home


@pytest.fixture
def place(tmp_path: Path, home: Path) -> dict[str, str]:
    """Settings: that home, a copy of the portal folders, a browser with a door for scripts."""
    shutil.copytree(FLOWS, tmp_path / "flows")
    port = free_port()
    config = json.loads((REPOSITORY / "playwright.config.json").read_text())
    config["args"] += [f"--remote-debugging-port={port}"]
    (tmp_path / "browser.json").write_text(json.dumps(config))
    return {
        "VETPORTAL_HOME": str(home),
        "VETPORTAL_FLOWS": str(tmp_path / "flows"),
        "VETPORTAL_BROWSER_CONFIG": str(tmp_path / "browser.json"),
        "PORT": str(port),
    }


COMMAND = [sys.executable, "-m", "automation"]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def recording(
    place: dict[str, str], flow: str, *more: str, practice: str = PRACTICE
) -> subprocess.Popen[bytes]:
    given = ["record", PORTAL, flow, "--practice", practice, "--headless", *more]
    return subprocess.Popen(
        [*COMMAND, *given],
        env=os.environ | {key: value for key, value in place.items() if key != "PORT"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait_until_it_records(program: subprocess.Popen[bytes]) -> None:
    assert program.stderr is not None
    for line in iter(program.stderr.readline, b""):
        if line.startswith(b"recording"):
            return
    raise AssertionError("it ended before it recorded")


async def page_of(port: str) -> Page:
    """The page of the browser that records."""
    playwright = await async_playwright().start()
    for _ in range(100):
        try:
            browser = await playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
            return browser.contexts[-1].pages[-1]
        except (Error, IndexError):
            await asyncio.sleep(0.1)
    raise AssertionError("the browser that records cannot be reached")


def test_a_login_done_in_the_browser_of_the_command_is_the_committed_flow(
    place: dict[str, str], portal: Simulator
) -> None:
    account = portal.accounts()[0]

    async def work() -> None:
        person = Person(await page_of(place["PORT"]), portal.url)
        await person.sign_in(login_of(portal, account))

    with recording(place, "login", "--json") as program:
        wait_until_it_records(program)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: run_engine(work())).result()
        out, err = program.communicate(b"\n", timeout=60)
    assert program.returncode == 0, err.decode()
    facts = json.loads(out)
    catalog = Catalog(Path(place["VETPORTAL_FLOWS"]))
    assert Path(facts["path"]) == catalog.root / PORTAL / "login.flow.yaml"
    assert same_flow(catalog.flow(PORTAL, "login"), Catalog(FLOWS).flow(PORTAL, "login"))
    for secret in (account.username, account.password):
        assert secret not in Path(facts["path"]).read_text()
        assert secret.encode() not in out + err


def test_a_journey_is_recorded_signed_in_without_having_signed_in(
    place: dict[str, str], portal: Simulator
) -> None:
    (Path(place["VETPORTAL_FLOWS"]) / PORTAL / "list-patients.flow.yaml").unlink()

    async def work() -> None:
        await JOURNEYS["list-patients"](Person(await page_of(place["PORT"]), portal.url))

    with recording(place, "list-patients") as program:
        wait_until_it_records(program)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: run_engine(work())).result()
        out, err = program.communicate(b"\n", timeout=60)
    assert program.returncode == 0, err.decode()
    assert out.decode().startswith("recorded list-patients: 5 steps in ")
    made = Catalog(Path(place["VETPORTAL_FLOWS"])).flow(PORTAL, "list-patients")
    assert same_flow(made, Catalog(FLOWS).flow(PORTAL, "list-patients"))


@pytest.mark.parametrize(
    "flow,practice,says",
    [
        ("login", PRACTICE, "nothing was recorded"),
        ("login", "south", "no practice is named 'south'"),
        ("../login", PRACTICE, "flow name '../login' may hold only"),
    ],
)
def test_what_cannot_be_recorded_is_one_error_and_leaves_the_flows_alone(
    place: dict[str, str], flow: str, practice: str, says: str
) -> None:
    folder = Path(place["VETPORTAL_FLOWS"])
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with recording(place, flow, practice=practice) as program:
        out, err = program.communicate(b"\n", timeout=60)
    assert (program.returncode, out) == (2, b"")
    assert says in err.decode()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
