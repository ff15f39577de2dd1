"""`vetportal practice authorize`, as a program, with a browser that follows where it is sent."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.request import ProxyHandler, build_opener

import pytest

from automation.catalog import Catalog
from automation.model import Grant, OAuth, Portal, Practice
from automation.pipeline import Tools
from tests import canary
from tests.journeys.world import Home
from tests.oauth_server import OAuthServer, authorization_server
from tests.simulator import REPOSITORY

NAMES = Grant()


class Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Desk:
    """A home with one practice of a portal that hands out tokens."""

    home: Home
    server: OAuthServer
    client: Path

    @classmethod
    def set_up(cls, folder: Path, server: OAuthServer, **changed: Any) -> Desk:  # noqa: ANN401 - fields
        known: dict[str, Any] = {
            "token_url": "/oauth2/token/",
            "authorize_url": "/oauth2/authorize/",
            "grant": "authorization_code",
        }
        portal = Portal(portal="acme", title="", hosts=(), oauth=OAuth(**known | changed))
        Catalog(folder / "flows").write_portal(portal)
        desk = cls(Home.new(folder / "home", flows=folder / "flows"), server, folder / "c.json")
        given = {"client_id": server.client_id, "client_secret": server.client_secret}
        desk.client.write_text(json.dumps(given))
        practice = Practice(name="north", portal="acme", base_url=server.url, loopback=True)

        async def add(tools: Tools) -> None:
            await tools.store.add_practice(practice)

        desk.home.work(add)
        return desk

    def kept(self) -> list[str]:
        """The names of what is sealed."""

        async def look(tools: Tools) -> list[str]:
            names = [*NAMES.model_dump().values(), "token.session"]
            return [each for each in names if await tools.store.get_sealed("north", each)]

        return self.home.work(look)

    def authorize(self, *options: str, given: str = "") -> tuple[int, str, str]:
        """Run the command, and follow the page it shows as a browser would."""
        command = [sys.executable, "-m", "automation", "practice", "authorize", "north", *options]
        with subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env=self.home.variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as program:
            assert program.stdin is not None
            assert program.stdout is not None
            assert program.stderr is not None
            program.stdin.write(given)
            if "--paste" not in options:
                program.stdin.close()
            said = self._followed(program.stderr, program.stdin, paste="--paste" in options)
            shown = program.stdout.read()
            return program.wait(timeout=60), shown, said + program.stderr.read()

    def _followed(self, stderr: IO[str], stdin: IO[str], *, paste: bool) -> str:
        said = ""
        for line in stderr:
            said += line
            if line.strip().startswith(self.server.url):
                if paste:
                    stdin.write(f"{self.server.visit(line.strip())}\n")
                    stdin.close()
                else:
                    with build_opener(ProxyHandler({})).open(line.strip(), timeout=30) as page:
                        said += page.read().decode()
                break
        return said


@pytest.fixture
def server() -> Iterator[OAuthServer]:
    with authorization_server(Now()) as one:
        yield one


@pytest.fixture
def desk(tmp_path: Path, server: OAuthServer) -> Desk:
    return Desk.set_up(tmp_path, server)


def test_the_browser_comes_back_to_this_machine_and_the_tokens_are_sealed(
    desk: Desk, server: OAuthServer
) -> None:
    code, shown, said = desk.authorize("--client", str(desk.client), "--json")
    assert code == 0, said
    assert json.loads(shown) == {"practice": "north", "portal": "acme"}
    assert "go back to the terminal" in said
    assert desk.kept() == [*NAMES.model_dump().values(), "token.session"]
    desk.client.unlink()
    code, _, said = desk.authorize()  # the client is kept
    assert code == 0, said
    assert server.outcomes("authorization_code") == ["done", "done"]
    secrets = {"client": server.client_secret, **server.made()}
    assert len(secrets) == 7
    leaks = canary.scan([desk.home.path, shown.encode(), said.encode()], secrets)
    assert not leaks, "\n".join(map(str, leaks))


def test_the_address_can_be_pasted_where_the_browser_is_on_another_machine(
    desk: Desk, server: OAuthServer
) -> None:
    there = "https://connect.acme.example/done"
    options = ("--client", str(desk.client), "--paste", "--redirect-uri", there)
    code, _, said = desk.authorize(*options)
    assert code == 0, said
    assert NAMES.refresh_token in desk.kept()
    assert server.forms[0]["redirect_uri"] == there


def test_a_client_of_its_own_is_proven_without_a_person(
    tmp_path: Path, server: OAuthServer
) -> None:
    desk = Desk.set_up(tmp_path, server, grant="client_credentials")
    code, _, said = desk.authorize("--client", "-", given=desk.client.read_text())
    assert code == 0, said
    assert server.url not in said
    assert server.outcomes("client_credentials") == ["done"]


def test_a_refusal_keeps_nothing_and_says_whom_to_ask(desk: Desk, server: OAuthServer) -> None:
    server.allows = False
    code, _, said = desk.authorize("--client", str(desk.client))
    assert code == 5
    assert "north: 127.0.0.1 was told not to allow the access" in said
    assert desk.kept() == []


def test_the_wait_for_a_person_ends(desk: Desk) -> None:
    done = desk.home.command(
        "practice", "authorize", "north", "--client", str(desk.client), "--minutes", "0.01"
    )
    assert done.returncode == 5
    assert "nobody allowed the access" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "content,options,said",
    [
        ("{", (), "not JSON"),
        ('{"client_secret": "canary-x"}', (), "client_id missing"),
        ('{"client_id": "x"}', ("--redirect-uri", "https://a.example/"), "cannot be listened at"),
    ],
)
def test_what_cannot_be_used_says_why(
    desk: Desk, content: str, options: tuple[str, ...], said: str
) -> None:
    desk.client.write_text(content)
    done = desk.home.command(
        "practice", "authorize", "north", "--client", str(desk.client), *options
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "canary" not in done.stderr
    assert "Traceback" not in done.stderr


def test_standard_input_serves_one_purpose(desk: Desk) -> None:
    done = desk.home.command("practice", "authorize", "north", "--client", "-", "--paste")
    assert done.returncode == 2
    assert "standard input holds the client already" in done.stderr
