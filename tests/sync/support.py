"""A stand-in portal that can be edited, broken and asked what it was asked, and runs over it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from pydantic import JsonValue

from automation import store
from automation.catalog import Catalog
from automation.model import Call, Coverage, Outcome, Portal, Reply, Upkeep
from automation.store import Scope
from automation.sync import Plan, Reading, Sweeping
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, json_reply
from tests.store.support import Reversing

T = TypeVar("T")

CLIENTS = """
version: 1
endpoint: list-clients
effect: read
request:
  method: GET
  url: /clients
  query:
    page: {page: number}
    since: {input: since, type: datetime, format: epoch_s, optional: true}
response: {items: rows, key: id}
pagination: {kind: page, start: 1, size: 10, stop: {total: total}}
"""
CLIENT_MAPPING = """
version: 1
mapping: client
entity: client
endpoints: [list-clients]
key: id
fields:
  last_name: name
  source_updated_at: {path: edited, optional: true, transform: datetime}
"""
BILLS = """
version: 1
endpoint: list-bills
effect: read
request: {method: GET, url: /bills, query: {page: {page: number}}}
response: {items: rows, key: id}
pagination: {kind: page, start: 1, size: 10, stop: {more: more}}
"""
BILL = """
version: 1
endpoint: get-bill
effect: read
request:
  method: GET
  url: /bills/{id}
  path: {id: {derived: list-bills, path: 'rows[].id'}}
"""
BILL_MAPPING = """
version: 1
mapping: invoice
entity: invoice
endpoints: [list-bills]
key: id
fields: {number: no}
"""
LINE_MAPPING = """
version: 1
mapping: invoice_line
entity: invoice_line
endpoints: [get-bill]
each: lines
key: id
fields: {description: text}
"""
TAGS = """
version: 1
endpoint: list-tags
effect: read
request: {method: GET, url: /tags}
response: {items: rows, key: id}
"""
TAG_MAPPING = """
version: 1
mapping: provider
entity: provider
endpoints: [list-tags]
key: id
fields: {name: name}
"""


class Killed(BaseException):
    """The process is gone, from one moment to the next."""


@dataclass
class Clinic:
    """A portal with two lists, details of one of them, and a list without pages.

    Attributes:
        clients: rows of the list that states its total; filtered by ``since`` over ``edited``.
        bills: rows of the list that only says whether there is more; newest first.
        tags: rows of the list without pages.
        spoil: may answer a call, or raise, before the portal does.
        asked: path and page of every call, in order.
        dead: nothing is written any more.
        size: rows of a page of clients.
    """

    clients: list[dict[str, JsonValue]] = field(default_factory=list)
    bills: list[dict[str, JsonValue]] = field(default_factory=list)
    tags: list[dict[str, JsonValue]] = field(default_factory=list)
    spoil: Callable[[str, Call], Reply | None] = lambda _what, _call: None
    asked: list[str] = field(default_factory=list)
    dead: bool = False
    size: int = 10

    @classmethod
    def of(cls, clients: int = 0, bills: int = 0, tags: int = 0) -> Clinic:
        return cls(
            [{"id": n, "name": f"Ash {n}", "edited": 0} for n in range(1, clients + 1)],
            [{"id": n, "no": f"B-{n}"} for n in range(1, bills + 1)],
            [{"id": n, "name": f"Tag {n}"} for n in range(1, tags + 1)],
        )

    def __call__(self, call: Call) -> Reply:
        split = urlsplit(call.url)
        query = dict(parse_qsl(split.query))
        what = f"{split.path}?{query['page']}" if "page" in query else split.path
        self.asked.append(what)
        spoiled = self.spoil(what, call)
        if spoiled is not None:
            return spoiled
        page = int(query.get("page", 1))
        if split.path == "/tags":
            return json_reply(call, {"rows": self.tags})
        if split.path == "/clients":
            since = int(query.get("since", -1))
            rows = [row for row in self.clients if int(str(row["edited"])) >= since]
            return json_reply(
                call, {"rows": rows[(page - 1) * self.size : page * self.size], "total": len(rows)}
            )
        if split.path == "/bills":
            rows = self.bills[page * 10 - 10 : page * 10]
            return json_reply(call, {"rows": rows, "more": page * 10 < len(self.bills)})
        number = split.path.rsplit("/", 1)[-1]
        lines: list[JsonValue] = [{"id": f"{number}-1", "text": "exam"}]
        return json_reply(call, {"id": number, "lines": lines})

    def counts(self) -> Counter[str]:
        """How often each path was asked for since the last time."""
        found = Counter(what.partition("?")[0] for what in self.asked)
        self.asked.clear()
        return found


def folder(root: Path, **files: str) -> Catalog:
    """A portal folder of these files: ``endpoints__list_clients``, ``mappings__client``."""
    place = root / "flows" / "acme"
    (place / "endpoints").mkdir(parents=True, exist_ok=True)
    (place / "mappings").mkdir(exist_ok=True)
    (place / "portal.yaml").write_text("version: 1\nportal: acme\ntitle: Acme\nhosts: []\n")
    for name, text in files.items():
        kind, _, stem = name.partition("__")
        stem = stem.replace("_", "-") if kind == "endpoints" else stem
        (place / kind / f"{stem}.yaml").write_text(text)
    return Catalog(root / "flows")


def everything(root: Path, **changed: str) -> Catalog:
    """The folder of the whole clinic."""
    files = {
        "endpoints__list_clients": CLIENTS,
        "endpoints__list_bills": BILLS,
        "endpoints__get_bill": BILL,
        "endpoints__list_tags": TAGS,
        "mappings__client": CLIENT_MAPPING,
        "mappings__invoice": BILL_MAPPING,
        "mappings__invoice_line": LINE_MAPPING,
        "mappings__provider": TAG_MAPPING,
    }
    return folder(root, **(files | changed))


@dataclass(frozen=True)
class Passed:
    """What one run did."""

    tallies: dict[str, store.Tally]
    coverage: dict[str, Coverage]
    kept: dict[str, str]
    doubts: list[str]
    problems: list[str]
    resumed: str | None
    outcome: Outcome


@dataclass
class Home:
    """A database and the runs over a portal.

    Attributes:
        root: the folder with the database.
        files: what is mapped.
        portal: what answers.
        upkeep: what the portal's file says about it.
        clock: the time.
        broken: what ended the latest run, where something did.
    """

    root: Path
    files: Catalog
    portal: Clinic
    upkeep: Upkeep = field(default_factory=Upkeep)
    clock: VirtualClock = field(default_factory=VirtualClock)
    runs: int = 0
    broken: BaseException | None = None

    def sync(self, *, full: bool = False) -> Passed | None:
        """One run; None when it ended by an error."""
        self.broken = None
        return run_engine(self._sync(full=full))

    def passed(self, *, full: bool = False) -> Passed:
        found = self.sync(full=full)
        assert found is not None, self.broken
        return found

    def there(self, kind: str) -> list[str]:
        """The ids of the portal of what exists, in order."""

        async def scene(rows: store.Store) -> list[str]:
            found = await rows.rows(kind, Scope("north"), limit=100_000)
            return sorted((row.source_id for row in found), key=lambda key: (len(key), key))

        return run_engine(self._with(scene))

    def ask(self, scene: Callable[[store.Store], Awaitable[T]]) -> T:
        """Play a scene with what is stored."""
        return run_engine(self._with(scene))

    def _may_die(self, intake: store.Intake) -> None:
        flush = intake.flush

        async def alive(*, least: int = 0) -> None:
            if not self.portal.dead:
                await flush(least=least)

        intake.flush = alive  # type: ignore[method-assign]

    async def _with(self, scene: Callable[[store.Store], Awaitable[T]]) -> T:
        rows = await store.Store.open(
            f"sqlite+aiosqlite:///{self.root}/x.db", clock=self.clock, sealer=Reversing()
        )
        try:
            return await scene(rows)
        finally:
            await rows.close()

    async def _sync(self, *, full: bool) -> Passed | None:
        async def scene(rows: store.Store) -> Passed | None:
            portal = Portal(portal="acme", title="Acme", hosts=(), upkeep=self.upkeep)
            session = FakeSession(self.portal, portal=portal)
            if not await rows.practices():
                await rows.add_practice(session.practice)
            self.runs += 1
            run = f"run-{self.runs:03}"
            resumed = await rows.start_run(
                run,
                practice="north",
                kind="sync",
                resume=timedelta(hours=self.upkeep.resume_hours),
            )
            plan = Plan(self.files, "acme")
            reading = Reading(session, plan, rows, run, self.clock, Random(1))
            self._may_die(reading.intake)
            sweeping = Sweeping(reading, plan, rows, session.practice, run, self.upkeep)
            try:
                await reading.everything(full=full)
                await sweeping.sweep()
            except BaseException as problem:  # noqa: BLE001 - told to the test
                self.broken = problem
                if not self.portal.dead:
                    await rows.finish_run(run, outcome="failed")
                self.portal.dead = False
                return None
            outcome: Outcome = "partial" if sweeping.doubts else reading.outcome
            await rows.finish_run(run, outcome=outcome)
            return Passed(
                dict(reading.intake.tallies),
                reading.coverage,
                sweeping.kept,
                sweeping.doubts,
                [problem.message for problem in reading.problems],
                resumed,
                outcome,
            )

        return await self._with(scene)


def dies_at(
    portal: Clinic, number: int, error: BaseException
) -> Callable[[str, Call], Reply | None]:
    """Ends everything with a call; of a process that is killed, nothing in memory is left."""
    left = [number]

    def spoil(_what: str, _call: Call) -> None:
        left[0] -= 1
        if left[0] == 0:
            portal.dead = isinstance(error, Killed)
            raise error

    return spoil


def ids(rows: Sequence[dict[str, JsonValue]]) -> list[str]:
    return [str(row["id"]) for row in rows]
