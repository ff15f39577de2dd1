"""An office with two practices and one of strangers, whose API is asked as programs ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx2
from fastapi import FastAPI
from pydantic import JsonValue

from automation import wiring
from automation.access import SCOPES, Tokens, Wish
from automation.entities import ENTITIES, Entity, entity_id, plural
from automation.errors import NotKnown
from automation.model import JobStatus, Organization, Practice, Secret
from automation.pipeline import Tools
from automation.serve import Service, attach, build_app
from automation.settings import Settings
from automation.store import Organizations
from tests import cashbox
from tests.databases import url_of
from tests.engine import run_engine
from tests.fakes import VirtualClock

T = TypeVar("T")

START: Final = datetime(2026, 3, 2, 15, tzinfo=UTC)
NORTH: Final = Practice(
    name="north",
    portal="acme",
    base_url="http://127.0.0.1:8080",
    timezone="America/Chicago",
    loopback=True,
)
SOUTH: Final = NORTH.model_copy(update={"name": "south"})
STRANGE: Final = NORTH.model_copy(update={"name": "strange", "organization": "strangers"})
_FILES: Final = {"portal.yaml": cashbox.FILES["portal.yaml"]}
READ: Final = tuple(sorted(scope for scope in SCOPES if scope.endswith(":read")))


@dataclass
class NoJobs:
    """Jobs that are asked for and never done.

    Attributes:
        asked: kind, practice, arguments and key of each.
    """

    asked: list[tuple[str, str, Mapping[str, JsonValue], str]] = field(default_factory=list)

    async def ask(
        self, kind: str, practice: str, arguments: Mapping[str, JsonValue], *, key: str
    ) -> JobStatus:
        self.asked.append((kind, practice, arguments, key))
        raise NotImplementedError

    async def status(self, key: str) -> JobStatus:
        raise NotKnown("job", key, ())


@dataclass
class Office:
    """An API that is served in this process.

    Attributes:
        tools: what it works with.
        service: the service behind it.
        clock: its clock.
        client: asks it; without a token.
        jobs: what it asked workers for.
    """

    tools: Tools
    service: Service
    clock: VirtualClock
    client: httpx2.AsyncClient
    jobs: NoJobs

    async def token(self, *scopes: str, organization: str = "default", **more: Any) -> str:  # noqa: ANN401
        """A token with some scopes, or every one that reads."""
        wish = Wish(name="test", organization=organization, scopes=scopes or READ, **more)
        return (await self.service.tokens.create(wish)).text.reveal()

    async def get(self, path: str, token: str | Secret, **headers: str) -> httpx2.Response:
        """What the API answers to a reading."""
        return await self.ask("GET", path, token, **headers)

    async def ask(
        self,
        method: str,
        path: str,
        token: str | Secret,
        **more: Any,  # noqa: ANN401
    ) -> httpx2.Response:
        """What the API answers."""
        body = {name: more.pop(name) for name in ("json", "content") if name in more}
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        shown = token.reveal() if isinstance(token, Secret) else token
        headers["Authorization"] = f"Bearer {shown}"
        return await self.client.request(method, path, headers=headers, **body)

    async def keep(self, entities: Iterable[Entity], practice: Practice = NORTH) -> None:
        """Put entities into the store."""
        by_kind: dict[str, list[Entity]] = {}
        for entity in entities:
            by_kind.setdefault(entity.kind, []).append(entity)
        for rows in by_kind.values():
            await self.tools.store.upsert(rows, practice=practice, run="r1")


_BUILT: Final[list[FastAPI]] = []


def app_for(service: Service) -> FastAPI:
    """The application of this process: it is built once, and serves one office after the other."""
    if not _BUILT:
        _BUILT.append(build_app(service))
    attach(_BUILT[0], service)
    return _BUILT[0]


@asynccontextmanager
async def opened(home: Path, *, flows: Path | None = None) -> AsyncIterator[Office]:
    """An office whose files are below a folder; its portal is among these flows, if given."""
    clock = VirtualClock()
    database = url_of(home / "vetportal.db")
    settings = Settings(
        home=home,
        flows=flows or cashbox.laid_out(home / "flows" / "acme", _FILES).parent,
        key=Secret("5a" * 32),
        database_url=None if database.startswith("sqlite") else Secret(database),
    )
    async with wiring.tools(settings, actor="api", clock=clock) as tools:
        jobs = NoJobs()
        tokens = Tokens(tools.store, audit=tools.audit, clock=clock)
        service = Service(tools, tokens, jobs)
        await Organizations(tools.store.database).add(Organization(name="strangers"))
        for practice in (NORTH, SOUTH, STRANGE):
            await tools.store.add_practice(practice)
        transport = httpx2.ASGITransport(app=app_for(service))
        async with httpx2.AsyncClient(transport=transport, base_url="http://office") as client:
            yield Office(tools, service, clock, client, jobs)


def in_office(home: Path, scene: Callable[[Office], Awaitable[T]]) -> T:
    """Play a scene in an office of its own."""

    async def whole() -> T:
        async with opened(home) as office:
            return await scene(office)

    return run_engine(whole())


def made(kind: str, serial: int, practice: Practice = NORTH, **more: Any) -> Entity:  # noqa: ANN401
    """An entity with nothing but an id and what is given."""
    entity = ENTITIES[kind]
    blank: dict[str, Any] = {
        name: [] if "list" in str(info.annotation) else None
        for name, info in entity.model_fields.items()
    }
    facts = {
        "id": id_of(kind, serial, practice),
        "practice": practice.name,
        "source_system": practice.portal,
        "source_id": str(serial),
        "custom_fields": {},
        "raw": b"{}",
        "content_hash": repr(sorted(more.items(), key=str)),
    }
    return entity.model_construct(**{**blank, **facts, **more})


def id_of(kind: str, number: int, practice: Practice = NORTH) -> str:
    """Our id of a made entity."""
    return entity_id(ENTITIES[kind].prefix, practice.name, str(number))


def visits(first: int, last: int, practice: Practice = NORTH, **more: Any) -> list[Entity]:  # noqa: ANN401
    """Appointments of a quarter of an hour each, one after the other."""
    return [
        made(
            "appointment",
            number,
            practice,
            start_at=START + timedelta(minutes=15 * number),
            category="appointment",
            **more,
        )
        for number in range(first, last + 1)
    ]


def path_of(kind: str) -> str:
    """The path that lists a kind."""
    return f"/{plural(kind)}"
