"""A patch changes what it was made for, comes off again, and fits nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from automation.drift import difference, inverted, patched
from automation.errors import Unusable
from automation.model import PatchLine

FLOW: dict[str, JsonValue] = {
    "flow": "list",
    "steps": [{"click": {"target": {"name": "Find"}}}, {"goto": "/a~b/c"}],
}
RENAME = PatchLine(op="replace", path="/steps/0/click/target/name", before="Find", after="Search")
INSERT = PatchLine(op="add", path="/steps/1", after={"hover": {}})
REMOVE = PatchLine(op="remove", path="/steps/1", before={"goto": "/a~b/c"})
DOCUMENTS = st.dictionaries(st.sampled_from(["a", "b/c", "d~e"]), st.integers(0, 3))


def test_each_kind_of_change_is_made_and_taken_back() -> None:
    for line in (RENAME, INSERT, REMOVE):
        changed = patched(FLOW, [line])
        assert changed != FLOW
        assert patched(changed, inverted([line])) == FLOW


def test_several_changes_come_off_in_the_other_order() -> None:
    lines = (INSERT, REMOVE.model_copy(update={"path": "/steps/2"}), RENAME)
    assert patched(patched(FLOW, lines), inverted(lines)) == FLOW


@pytest.mark.parametrize(
    "line",
    [
        RENAME.model_copy(update={"before": "Look"}),
        RENAME.model_copy(update={"path": "/steps/9/click"}),
        RENAME.model_copy(update={"path": "/steps/x"}),
        PatchLine(op="add", path="/flow", after="other"),
        PatchLine(op="add", path="/steps/7", after={}),
    ],
)
def test_a_file_that_says_something_else_is_left_alone(line: PatchLine) -> None:
    with pytest.raises(Unusable, match=line.path):
        patched(FLOW, [line])


@given(DOCUMENTS, DOCUMENTS)
def test_the_difference_of_two_documents_makes_one_of_the_other(
    one: dict[str, int], other: dict[str, int]
) -> None:
    lines = difference(dict(one), dict(other))
    assert patched(dict(one), lines) == other
    assert patched(dict(other), inverted(lines)) == one
