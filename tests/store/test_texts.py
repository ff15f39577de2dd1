"""What one of the databases could not hold is the same on both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.store import Notices, Store
from automation.store.texts import from_json, held, held_parameters, to_json
from tests.fakes import VirtualClock
from tests.store.support import in_store

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
ONCE = pytest.mark.only_on("sqlite")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@ONCE
@given(VALUES)
def test_what_is_held_comes_back_from_its_json(value: object) -> None:
    assert from_json(to_json(held(value))) == held(json.loads(json.dumps(held(value))))


@ONCE
@pytest.mark.parametrize(
    "text, wanted",
    [
        ("Müller ✓ 🐕", "Müller ✓ 🐕"),
        ("a\0b", "a\ufffdb"),
        ("half \ud83d", "half \ufffd"),
        ("\udc00 half", "\ufffd half"),
    ],
)
def test_nul_and_halves_of_characters_are_replaced(text: str, wanted: str) -> None:
    assert held(text) == wanted
    assert held({text: [text, 1]}) == {wanted: [wanted, 1]}
    assert from_json(to_json([text])) == [wanted]


@ONCE
def test_parameters_that_fit_stay_as_they_are_and_others_are_replaced_row_by_row() -> None:
    fits = [{"name": "Müller", "raw": b"\0", "age": 2**70}, {"name": None}]
    assert held_parameters(fits) is fits
    assert held_parameters([("a", b"\0"), ("b\0", 1)]) == [("a", b"\0"), ("b\ufffd", 1)]
    assert held_parameters({"name": "\ud800"}) == {"name": "\ufffd"}
    assert held_parameters(()) == ()


@ONCE
def test_a_backslash_before_a_code_is_left_alone() -> None:
    assert from_json(to_json(["\\u0000"])) == ["\\u0000"]


def test_a_notice_with_a_sign_that_no_database_holds_is_kept_and_settled(path: Path) -> None:
    async def scene(store: Store) -> list[str | None]:
        notices = Notices(store.database, VirtualClock())
        for record in ("1\0", "2\ud800", "3é"):
            await notices.note("north", "pets", record)
        due = await notices.due("north", limit=9)
        for notice in due:
            assert await notices.settle(notice)
        return [notice.record for notice in due]

    assert in_store(path, scene) == ["1\ufffd", "2\ufffd", "3é"]


def test_objects_keep_their_order_and_numbers_of_any_size_stay_what_they_are(path: Path) -> None:
    counts = {"zebra": 1, "a": 2**70, "Ärger": -(2**63), "b": 10**18}

    async def scene(store: Store) -> list[tuple[str, int]]:
        await store.start_run("r1", practice="north", kind="sync")
        await store.finish_run("r1", outcome="succeeded", counts=counts)
        [run] = await store.runs()
        return list(run.counts.items())

    assert in_store(path, scene) == list(counts.items())
