"""A large practice behind the API: a real server in a process of its own, on a filled database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import text

from automation import wiring
from automation.access import SCOPES, Tokens, Wish
from automation.model import Secret
from automation.settings import Settings
from automation.store import Store
from tests import cashbox
from tests.bench.serve.load import Request
from tests.bench.world import REPOSITORY
from tests.databases import url_of
from tests.engine import run_engine
from tests.store.crowd import crowd_of
from tests.store.large import analyse, fill
from tests.store.support import NORTH, SOUTH

PROGRAMS: Final = 20
"""Tokens; each of them may make ten requests a second."""
_SAMPLE: Final = 500
_SECONDS: Final = 60
_KEY: Final = "5a" * 32
_PORTAL: Final = {"portal.yaml": cashbox.FILES["portal.yaml"]}
_ASKED: Final = {
    "patients": "SELECT id, client_id FROM patient",
    "visits": "SELECT patient_id, provider_id, client_id, substr(start_at, 1, 10) FROM appointment",
    "invoices": "SELECT id, client_id FROM invoice",
    "scripts": "SELECT id, patient_id FROM prescription",
    "clients": "SELECT id, name FROM client",
}
Samples = dict[str, Sequence[Sequence[str]]]


@dataclass(frozen=True)
class Served:
    """A server.

    Attributes:
        host: its address.
        port: its port.
        process: its number.
    """

    host: str
    port: int
    process: int

    def worked(self) -> float:
        """Seconds for which it had a core so far."""
        words = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Office:
    """What is asked.

    Attributes:
        settings: of the server.
        tokens: of the programs that ask.
        samples: values that rows have.
    """

    settings: Settings
    tokens: tuple[str, ...]
    samples: Samples

    @contextmanager
    def served(self) -> Iterator[Served]:
        """Serve it by a program of its own."""
        environment = {
            **{key: value for key, value in os.environ.items() if "VETPORTAL_" not in key},
            "VETPORTAL_HOME": str(self.settings.home),
            "VETPORTAL_FLOWS": str(self.settings.flows),
            "VETPORTAL_KEY": _KEY,
        }
        if self.settings.database_url is not None:
            environment["VETPORTAL_DATABASE_URL"] = self.settings.database_url.reveal()
        process = subprocess.Popen(
            [sys.executable, "-m", "automation", "serve", "--port", "0", "--no-worker"],
            cwd=REPOSITORY,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stderr is not None
            address = process.stderr.readline().strip().rpartition("/")[2]
            host, _, port = address.rpartition(":")
            yield Served(host, int(port), process.pid)
            process.send_signal(signal.SIGTERM)
            process.wait(_SECONDS)
        finally:
            process.kill()
            process.communicate()

    def requests(self, number: int) -> list[Request]:
        """A mix of lists and of single records, as programs ask for them; the same each time."""
        draw, made = Random(7), list[Request]()
        for serial in range(number):
            path, query = self._request(draw, serial)
            route = f"/{path.split('/')[1]}" + ("/{id}" if path.count("/") > 1 else "")
            token = self.tokens[serial % len(self.tokens)]
            made.append(Request(route, f"{path}?{query}" if query else path, token))
        return made

    def _request(self, draw: Random, serial: int) -> tuple[str, str]:
        def one(name: str) -> Sequence[str]:
            return draw.choice(self.samples[name])

        pet, owner = one("patients")
        patient, provider, client, day = one("visits")
        invoice, payer = one("invoices")
        script, treated = one("scripts")
        number, name = one("clients")
        asked: list[tuple[str, dict[str, str]]] = [
            ("/patients", {"limit": "50"}),
            ("/patients", {"client_id": owner}),
            ("/patients", {"species": "feline", "status": "active"}),
            (f"/patients/{pet}", {"expand": "client"}),
            ("/appointments", {"start_from": day, "start_to": day, "practice": "north"}),
            ("/appointments", {"provider_id": provider, "start_from": day, "limit": "20"}),
            ("/appointments", {"client_id": client}),
            ("/appointments", {"patient_id": patient, "sort": "-start_at"}),
            ("/clients", {"q": max(name.split(), key=len)}),
            (f"/clients/{number}", {}),
            ("/invoices", {"client_id": payer}),
            (f"/invoices/{invoice}", {"expand": "invoice_lines"}),
            ("/prescriptions", {"patient_id": treated}),
            (f"/prescriptions/{script}", {}),
            ("/changes", {"after": "0", "limit": "100"}),
            ("/practices", {}),
        ]
        path, query = asked[serial % len(asked)]
        return path, urlencode(query)


@contextmanager
def opened(folder: Path, *, patients: int, appointments: int, others: int) -> Iterator[Office]:
    """Fill a database.

    Args:
        folder: where it and all else is kept.
        patients: how many the larger of two practices has.
        appointments: how many it has of these.
        others: how many of each other kind.
    """
    database = url_of(folder / "vetportal.db")
    settings = Settings(
        home=folder,
        flows=cashbox.laid_out(folder / "flows" / "acme", _PORTAL).parent,
        key=Secret(_KEY),
        database_url=None if database.startswith("sqlite") else Secret(database),
    )

    async def filled() -> tuple[tuple[str, ...], Samples]:
        async with wiring.tools(settings, actor="bench") as tools:
            for practice in (NORTH, SOUTH):
                await tools.store.add_practice(practice)
            await fill(tools.store, patients=patients, appointments=appointments)
            async with tools.store.database.write() as connection:
                beside = frozenset({"patient", "appointment"})
                await crowd_of(connection, NORTH, others, leave_out=beside)
            await analyse(tools.store)
            made = Tokens(tools.store, audit=tools.audit, clock=tools.clock)
            scopes = tuple(sorted(each for each in SCOPES if each.endswith(":read")))
            wishes = [
                Wish(name=f"program {n}", organization="default", scopes=scopes)
                for n in range(PROGRAMS)
            ]
            tokens = tuple([(await made.create(wish)).text.reveal() for wish in wishes])
            return tokens, await _samples(tools.store)

    tokens, samples = run_engine(filled())
    yield Office(settings, tokens, samples)


async def _samples(store: Store) -> Samples:
    async with store.database.read() as connection:
        return {
            name: [
                tuple(row)
                for row in await connection.execute(
                    text(f"{asked} WHERE practice = 'north' ORDER BY id LIMIT {_SAMPLE}")
                )
            ]
            for name, asked in _ASKED.items()
        }
