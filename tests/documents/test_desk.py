"""Whoever asks for a document gets it whole, and the log knows of it first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar, cast

import pytest
from typing_extensions import override

from automation.documents import Desk, Fetched
from automation.entities import entity_id
from automation.errors import AnswerNotUnderstood, BadArgument, Refused, Unready
from automation.model import Answer, Mapping, Practice
from automation.normalise import Normaliser
from automation.session import Sessions
from automation.store import Store
from tests.documents.portal import PDF, House, Signed, answer
from tests.fakes import START, Notes
from tests.store.support import NORTH, SOUTH, Item, in_store

T = TypeVar("T")
FILES = Mapping.model_validate(
    {
        "mapping": "file",
        "entity": "document",
        "endpoints": ["list-files"],
        "key": "Id",
        "fields": {
            "title": "Name",
            "content_type": {"value": "application/pdf"},
            "content_path": "join('', ['/files/', to_string(Id)])",
        },
    }
)
SEVEN = entity_id("doc", "north", "7")


@pytest.fixture
def portal() -> Iterator[House]:
    opened = House(lambda path, _: answer(PDF if path == "/files/7" else b"", "application/pdf"))
    yield opened
    opened.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "x.pdf"


class Place:
    """A desk with everything around it, before one document of the practice north."""

    def __init__(self, tmp_path: Path, portal: House) -> None:
        self.audit = Notes()
        self.opened = 0
        self._path, self._portal = tmp_path / "store.db", portal

    async def open(self, _practice: Practice) -> Signed:
        self.opened += 1
        return Signed(self._portal)

    def play(self, scene: Callable[[Desk], Awaitable[T]]) -> T:
        async def whole(store: Store) -> T:
            item: Item = {"Id": 7, "Name": "Blood work of Rex"}
            files = Answer(endpoint="list-files", url="/files", items=(item,))
            made = tuple(Normaliser(FILES, NORTH).normalise(files))
            await store.upsert(made, practice=NORTH, run="r1")
            return await scene(Desk(store, cast("Sessions", self), self.audit))

        return in_store(self._path, whole)


@pytest.fixture
def place(tmp_path: Path, portal: House) -> Place:
    return Place(tmp_path, portal)


def test_a_document_is_handed_out_whole_and_noted_by_its_id_and_size(
    place: Place, portal: House, out: Path
) -> None:
    async def scene(desk: Desk) -> Fetched:
        return await desk.hand_out(NORTH, SEVEN, out)

    assert place.play(scene).size == len(PDF)
    assert out.read_bytes() == PDF
    assert portal.asked == ["/files/7"]
    (note,) = place.audit.heard
    assert (note.action, note.practice, note.outcome) == ("document.fetched", "north", "done")
    assert note.detail == {"document": SEVEN, "bytes": str(len(PDF))}
    assert place.audit.flushed == 1


def test_a_document_that_does_not_come_leaves_no_file_and_a_note(place: Place, out: Path) -> None:
    async def scene(desk: Desk) -> None:
        with pytest.raises(Refused, match="more than 1,000 bytes"):
            await desk.hand_out(NORTH, SEVEN, out, limit=1000)

    place.play(scene)
    assert list(out.parent.iterdir()) == []
    assert [(note.outcome, note.detail) for note in place.audit.heard] == [
        ("failed", {"document": SEVEN})
    ]


def test_nobody_gets_bytes_that_the_log_does_not_know_of(place: Place, out: Path) -> None:
    class Full(Notes):
        @override
        async def flush(self) -> None:
            raise Unready("the disk is full")

    place.audit = Full()

    async def scene(desk: Desk) -> None:
        with pytest.raises(Unready, match="the disk is full"):
            await desk.hand_out(NORTH, SEVEN, out)

    place.play(scene)
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize("practice, document", [(SOUTH, SEVEN), (NORTH, "doc_0"), (NORTH, "7")])
def test_a_document_that_the_practice_does_not_have_is_not_asked_for(
    place: Place, out: Path, practice: Practice, document: str
) -> None:
    async def scene(desk: Desk) -> None:
        with pytest.raises(BadArgument, match=f"{practice.name} has no document") as caught:
            await desk.hand_out(practice, document, out)
        assert "vetportal show documents" in caught.value.remedy

    place.play(scene)
    assert place.opened == 0


def test_a_practice_that_is_paused_hands_out_nothing(place: Place, out: Path) -> None:
    async def scene(desk: Desk) -> None:
        with pytest.raises(Refused, match="paused"):
            await desk.hand_out(NORTH.model_copy(update={"paused_since": START}), SEVEN, out)

    place.play(scene)
    assert place.opened == 0


def test_an_answer_that_is_no_file_leaves_what_was_there(
    place: Place, portal: House, out: Path
) -> None:
    out.write_bytes(b"before")
    portal.say(lambda _path, _login: answer(b"gone", status="404 Not Found"))

    async def scene(desk: Desk) -> None:
        with pytest.raises(AnswerNotUnderstood):
            await desk.hand_out(NORTH, SEVEN, out)

    place.play(scene)
    assert out.read_bytes() == b"before"
