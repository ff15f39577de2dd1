"""A store for the length of one scene, entities to put into it, and a count of its statements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import JsonValue
from sqlalchemy import event

from automation.entities import Patient
from automation.model import Answer, DataKey, Mapping, Practice
from automation.normalise import Normaliser
from automation.store import Store
from tests.databases import url_of
from tests.engine import run_engine
from tests.fakes import VirtualClock

T = TypeVar("T")
Item = dict[str, JsonValue]

NORTH: Final = Practice(
    name="north",
    portal="acme",
    base_url="http://127.0.0.1:8080",
    timezone="America/Chicago",
    loopback=True,
)
SOUTH: Final = NORTH.model_copy(
    update={"name": "south", "base_url": "https://acme.example", "loopback": False}
)
PETS: Final = Mapping.model_validate(
    {
        "mapping": "pets",
        "entity": "patient",
        "endpoints": ["list-pets"],
        "key": "Id",
        "fields": {
            "name": "Name",
            "client": {"path": "Owner", "optional": True},
            "weight": {"path": "Weight", "optional": True},
            "last_visit_at": {"path": "Seen", "optional": True},
            "date_of_birth": {"path": "Born", "optional": True},
        },
        "custom_fields": "Custom",
    }
)


class Reversing:
    """A sealer for tests: what it sealed is not readable by chance and opens in its place only.

    Attributes:
        learnt: the data keys it was told, by practice.
        kek: what it says wraps the keys it makes.
    """

    def __init__(self, kek: str = "kek-1") -> None:
        self.learnt: dict[str, DataKey] = {}
        self.kek = kek

    def seal(self, practice: str, field: str, plaintext: bytes, version: int = 1) -> bytes:
        return self._place(practice, field, version) + plaintext[::-1]

    def open(self, practice: str, field: str, sealed: bytes, version: int = 1) -> bytes:
        place = self._place(practice, field, version)
        assert sealed.startswith(place)
        return sealed[len(place) :][::-1]

    def learn(self, keys: Iterable[DataKey]) -> None:
        self.learnt.update({key.practice: key for key in keys})

    def new_key(self, practice: str, *, beside: Collection[str]) -> DataKey:
        del beside  # every key fits here
        return DataKey(practice=practice, kek=self.kek, wrapped=f"key of {practice}".encode())

    def _place(self, practice: str, field: str, version: int) -> bytes:
        assert practice in self.learnt
        return b"\x01" + f"{practice}:{field}:{version}:".encode()


def in_store(
    path: Path, scene: Callable[[Store], Awaitable[T]], *, clock: VirtualClock | None = None
) -> T:
    """Open the store of a path with the practices north and south, play the scene, close it."""

    async def whole() -> T:
        store = await Store.open(url_of(path), clock=clock or VirtualClock(), sealer=Reversing())
        try:
            for practice in {NORTH, SOUTH} - set(await store.practices()):
                await store.add_practice(practice)
            return await scene(store)
        finally:
            await store.close()

    return run_engine(whole())


def pet(number: int, name: str = "Rex", **more: JsonValue) -> Item:
    return {"Id": number, "Name": name, "Custom": {}, **more}


def patients(*items: Item, practice: Practice = NORTH) -> tuple[Patient, ...]:
    answer = Answer(endpoint="list-pets", url="/pets", items=items)
    made = Normaliser(PETS, practice).normalise(answer)
    return tuple(entity for entity in made if isinstance(entity, Patient))


def many(first: int, last: int, practice: Practice = NORTH) -> tuple[Patient, ...]:
    return patients(*(pet(number) for number in range(first, last + 1)), practice=practice)


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """What was sent to the database, in order; to begin and to take one's turn does not count."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401
        if not any(word in statement for word in ("BEGIN", "FOR NO KEY UPDATE", "pg_advisory")):
            sent.append(statement)

    engine = store.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
