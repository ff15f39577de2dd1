"""The accessibility tree as nodes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automation.page import Node, outline

TREE = """- banner:
  - link "Home":
    - /url: /
- main:
  - heading "Pets" [level=1]
  - 'button "Name: \\"first\\"" [disabled]'
  - paragraph: some text
- contentinfo: "quoted: text"
"""


def test_each_node_has_its_role_name_states_and_what_is_around_it() -> None:
    nodes = list(outline(TREE))
    assert [(n.role, n.name, n.above) for n in nodes] == [
        ("banner", "", ()),
        ("link", "Home", ("banner",)),
        ("main", "", ()),
        ("heading", "Pets", ("main",)),
        ("button", 'Name: "first"', ("main",)),
        ("paragraph", "some text", ("main",)),
        ("contentinfo", "quoted: text", ()),
    ]
    assert nodes[3].states == ("level=1",)
    assert nodes[4].states == ("disabled",)


def test_nodes_of_one_parent_have_one_place() -> None:
    table = "- table:\n  - row:\n    - cell: a\n    - cell: b\n  - row:\n    - cell: c"
    rows = outline(table)
    cells = [node.place for node in rows if node.role == "cell"]
    assert cells[0] == cells[1] != cells[2]


@given(st.text())
def test_whatever_stands_there_is_read_without_complaint(text: str) -> None:
    assert all(isinstance(node, Node) for node in outline(text))
