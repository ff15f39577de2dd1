"""What is read is what was written, or an error that names the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.capture import Archive, read_capture
from automation.errors import BadFile, NotKnown
from automation.model import Capture, Practice
from tests.capture import traffic
from tests.vaults import vault_for

VAULT = vault_for("north", "south")
OTHER_KEY = vault_for("north", "south")
LARGE = "Bella " * 2000
PRACTICES = [traffic.SIMULATED, traffic.REAL]


def store(root: Path, practice: Practice, **said: str) -> Capture:
    exchanges = (
        traffic.exchange(0, text=LARGE),
        traffic.exchange(1, step=None),
        traffic.failed(2),
        traffic.exchange(3, text="half \ud800 «é»\u2028"),
        traffic.exchange(4, text=LARGE),
    )
    snapshots = (traffic.snapshot("1", "step-1.png"), traffic.snapshot("2"))
    head = traffic.head(practice, **said)
    subject = Archive(root, VAULT).writer(practice)
    for exchange in exchanges:
        subject.exchange(exchange)
    for snapshot in snapshots:
        subject.snapshot(snapshot, b"\x89PNG" if snapshot.screenshot else None)
    subject.finish(head)
    return head.model_copy(update={"exchanges": exchanges, "snapshots": snapshots})


@pytest.fixture(params=PRACTICES, ids=["open", "sealed"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    practice: Practice = request.param
    store(tmp_path, practice)
    (found,) = (tmp_path / practice.name).iterdir()
    return found


@pytest.mark.parametrize("practice", PRACTICES, ids=["open", "sealed"])
def test_what_was_written_is_read_again(practice: Practice, tmp_path: Path) -> None:
    written = store(tmp_path, practice)
    archive = Archive(tmp_path, VAULT)
    assert archive.ids(practice.name) == (written.id,)
    assert archive.read(practice.name, written.id) == written


@pytest.mark.parametrize("practice", PRACTICES, ids=["open", "sealed"])
def test_the_picture_of_what_stopped_a_flow_is_kept_beside_what_was_seen(
    practice: Practice, tmp_path: Path
) -> None:
    head = traffic.head(practice)
    seen = traffic.snapshot("stopped")
    Archive(tmp_path, VAULT).keep_picture(practice, "login", head.started_at, seen, b"\x89PNG")
    (folder,) = (tmp_path / practice.name).iterdir()
    assert folder.name.endswith("-login.failed")
    (kept,) = read_capture(folder, VAULT).snapshots
    assert kept.screenshot is not None
    content = (folder / "shots" / kept.screenshot).read_bytes()
    assert (content == b"\x89PNG") is practice.loopback


@given(text=st.text(max_size=5000) | st.text("x\n\r\u2028{", min_size=4090, max_size=4110))
def test_any_text_of_any_length_is_read_as_it_was_written(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("captures")
    subject = Archive(root, VAULT).writer(traffic.SIMULATED)
    subject.exchange(traffic.exchange(0, text=text))
    subject.finish(traffic.head(traffic.SIMULATED))
    (read,) = Archive(root, VAULT).latest("acme", per_flow=1)
    assert read.exchanges == (traffic.exchange(0, text=text),)


def test_the_capture_of_a_failed_flow_is_read_only_when_asked_for(tmp_path: Path) -> None:
    subject = Archive(tmp_path, VAULT).writer(traffic.SIMULATED)
    subject.exchange(traffic.exchange(0))
    place = subject.abandon(traffic.head(traffic.SIMULATED))
    assert Archive(tmp_path, VAULT).latest("acme", per_flow=2) == ()
    assert read_capture(Path(place), VAULT).exchanges == (traffic.exchange(0),)


def test_the_latest_of_each_flow_are_of_one_portal_and_one_practice(tmp_path: Path) -> None:
    for time, practice, flow in (
        ("01", traffic.SIMULATED, "list-a"),
        ("02", traffic.SIMULATED, "list-a"),
        ("03", traffic.REAL, "list-a"),
        ("04", traffic.SIMULATED, "list-a"),
        ("05", traffic.REAL, "list-b"),
        ("06", traffic.REAL.model_copy(update={"portal": "other"}), "list-a"),
    ):
        store(tmp_path, practice, capture=time, flow=flow)
    archive = Archive(tmp_path, VAULT)
    assert [each.id for each in archive.latest("acme", per_flow=2)] == ["02", "04", "05"]
    assert [each.id for each in archive.latest("acme", per_flow=1)] == ["04", "05"]
    assert [each.id for each in archive.latest("acme", per_flow=9)] == ["01", "02", "04", "05"]


def test_there_may_be_no_capture_at_all(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "missing", VAULT)
    assert archive.latest("acme", per_flow=2) == ()
    assert archive.ids("north") == ()


def test_an_unknown_capture_is_named_with_the_known_ones(tmp_path: Path) -> None:
    written = store(tmp_path, traffic.REAL)
    with pytest.raises(NotKnown) as caught:
        Archive(tmp_path, VAULT).read("south", "20250101")
    assert written.id in caught.value.remedy


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def cut_a_whole_line(path: Path) -> None:
    path.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[1:]))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def swap_two_lines(path: Path) -> None:
    first, second, *rest = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([second, first, *rest]))


def remove(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [cut, remove, empty])
@pytest.mark.parametrize("part", ["exchanges.ndjson", "snapshots.ndjson", "head.*", "bodies/*"])
def test_a_damaged_file_is_named(harm: Callable[[Path], None], part: str, folder: Path) -> None:
    (path,) = folder.glob(part)
    harm(path)
    with pytest.raises(BadFile) as caught:
        read_capture(folder, VAULT)
    assert str(folder) in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize("part", ["exchanges.ndjson", "snapshots.ndjson"])
def test_a_missing_line_is_noticed(part: str, folder: Path) -> None:
    cut_a_whole_line(folder / part)
    with pytest.raises(BadFile, match="lines it was left with"):
        read_capture(folder, VAULT)


def test_a_changed_body_is_noticed(folder: Path) -> None:
    (path,) = folder.glob("bodies/*")
    flip(path)
    with pytest.raises(BadFile, match=path.name):
        read_capture(folder, VAULT)


@pytest.mark.parametrize(
    "harm,part",
    [(flip, "exchanges.ndjson"), (swap_two_lines, "exchanges.ndjson"), (flip, "head.sealed")],
)
def test_any_change_of_a_sealed_capture_is_noticed(
    harm: Callable[[Path], None], part: str, tmp_path: Path
) -> None:
    written = store(tmp_path, traffic.REAL)
    harm(tmp_path / "south" / written.id / part)
    with pytest.raises(BadFile):
        Archive(tmp_path, VAULT).read("south", written.id)


def test_a_sealed_capture_does_not_open_with_another_key(tmp_path: Path) -> None:
    written = store(tmp_path, traffic.REAL)
    with pytest.raises(BadFile, match="key") as caught:
        Archive(tmp_path, OTHER_KEY).read("south", written.id)
    assert "Put back the key" in caught.value.remedy


def test_a_line_that_is_no_exchange_is_named_by_its_number_and_never_shown(tmp_path: Path) -> None:
    written = store(tmp_path, traffic.SIMULATED)
    path = tmp_path / "north" / written.id / "exchanges.ndjson"
    for wrong, said in (
        (b"{", "line 2: it is no JSON"),
        (b"[1]", "line 2: it is no JSON object"),
        (json.dumps({"seq": "Bella"}).encode(), "exchanges.1"),
    ):
        lines = path.read_bytes().split(b"\n")
        path.write_bytes(b"\n".join([lines[0], wrong, *lines[2:]]))
        with pytest.raises(BadFile, match=said) as caught:
            Archive(tmp_path, VAULT).read("north", written.id)
        assert "Bella" not in caught.value.message


def test_a_capture_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    written = store(tmp_path, traffic.SIMULATED)
    path = tmp_path / "north" / written.id / "head.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": 2}))
    with pytest.raises(BadFile, match="version is 2"):
        Archive(tmp_path, VAULT).latest("acme", per_flow=1)


@pytest.mark.parametrize("practice", PRACTICES, ids=["open", "sealed"])
def test_what_is_erased_takes_the_unfinished_along_and_leaves_other_practices(
    tmp_path: Path, practice: Practice
) -> None:
    archive = Archive(tmp_path, VAULT)
    assert archive.erase(practice.name) == 0
    store(tmp_path, practice)
    archive.writer(practice).exchange(traffic.exchange(0))
    other = next(each for each in PRACTICES if each != practice)
    store(tmp_path, other)
    assert archive.erase(practice.name) == 2
    assert [path.name for path in tmp_path.iterdir()] == [other.name]
