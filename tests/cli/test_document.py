"""`vetportal document`: bytes go where they are wanted, and nothing else does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import Result

from automation import documents
from automation.documents import Fetched
from automation.model import Practice
from automation.store import Store
from tests.cli.invoking import invoked
from tests.journeys.world import Home

BYTES = b"%PDF-1.7 \x00\xff"


class Stub:
    """A desk that hands out the same bytes, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, int]] = []

    async def hand_out(
        self, practice: Practice, document: str, path: Path, *, limit: int
    ) -> Fetched:
        self.asked.append((practice.name, document, limit))
        path.write_bytes(BYTES)  # noqa: ASYNC240 - eleven bytes
        return Fetched(len(BYTES), "ab12", "application/pdf", expected=12)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stub:
    async def found(_: Store, name: str) -> Practice:
        return Practice(name=name, portal="acme", base_url="https://acme.example")

    stub = Stub()
    monkeypatch.setenv("VETPORTAL_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(Store, "practice", found)
    monkeypatch.setattr(documents, "Desk", lambda *_: stub)
    return stub


def command(*arguments: str) -> Result:
    return invoked("document", *arguments)


def test_the_bytes_go_into_the_file_and_the_facts_to_the_output(desk: Stub, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    done = command("get", "north", "doc_1", "--out", str(path))
    assert path.read_bytes() == BYTES
    assert done.output == f"{path}: 11 bytes, application/pdf; the portal said 12 bytes\n"
    assert desk.asked == [("north", "doc_1", 50 * 1024 * 1024)]


def test_programs_get_the_facts_as_one_object(desk: Stub, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    done = command("get", "north", "doc_1", "--out", str(path), "--max-mib", "2", "--json")
    assert json.loads(done.output) == {
        "file": str(path),
        "size": 11,
        "sha256": "ab12",
        "content_type": "application/pdf",
        "expected": 12,
    }
    assert desk.asked[0][2] == 2 * 1024 * 1024


def test_the_bytes_alone_go_to_the_output_when_they_are_wanted_there(desk: Stub) -> None:
    done = command("get", "north", "doc_1", "--out", "-")
    assert done.stdout_bytes == BYTES
    assert len(desk.asked) == 1
    refused = command("get", "north", "doc_1", "--out", "-", "--json")
    assert "both want the standard output" in str(refused.exception)
    assert len(desk.asked) == 1


def test_an_unknown_practice_is_an_error_and_no_file(tmp_path: Path) -> None:
    home = Home.new(tmp_path / "home")
    path = tmp_path / "x.pdf"
    done = home.command("document", "get", "nosuch", "doc_1", "--out", str(path))
    assert done.returncode == 2
    assert "no practice is named 'nosuch'" in done.stderr
    assert done.stdout == ""
    assert not path.exists()
