"""The lists of a page under the names that people call them by."""

from __future__ import annotations

from automation.wire.lists import Lists
from automation.wire.pagetext import parse_html


def named(html: str, *arounds: tuple[str, str], kind: str = "") -> list[str]:
    tree = parse_html(html)
    lists = Lists(tree)
    for node, around in zip(tree.css("div"), arounds, strict=True):
        lists.add("blocks", node, [{}], around=around, kind=kind)
    return list(lists.blocks)


def test_a_list_is_called_by_its_label_the_heading_its_id_the_title_or_a_number() -> None:
    bare = ("", "")
    assert named("<div id=x aria-label=Own></div>", ("Above", "Title")) == ["Own", "#x"]
    assert named("<div id=x></div>", ("Above", "Title")) == ["Above", "#x"]
    assert named("<div id=x></div>", ("", "Title")) == ["x"]
    assert named("<div></div>", ("", "Title")) == ["Title"]
    assert named("<div></div><div></div>", bare, bare) == ["block 1", "block 2"]


def test_two_lists_never_share_a_name() -> None:
    above = ("Above", "")
    assert named("<div></div><div id=y></div>", above, above) == ["Above", "y"]
    assert named("<div></div><div></div>", above, above) == ["Above", "Above (2)"]


def test_blocks_of_one_kind_below_one_heading_are_one_list() -> None:
    above = ("Above", "")
    assert named("<div></div><div></div>", above, above, kind="article") == ["Above"]
    assert named("<div></div><div></div>", above, ("Other", ""), kind="article") == [
        "Above",
        "Other",
    ]
