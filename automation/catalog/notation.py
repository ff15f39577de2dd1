"""YAML as it is used here: no surprises in reading, one way of writing.

Reading follows the core schema of YAML 1.2, so that ``no``, ``on`` and ``2024-02-30`` stay the
texts they look like; duplicate keys are refused. Writing quotes whatever an older reader could
take for something else, uses no anchors, and puts a small collection on one line.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Hashable, Iterator
from typing import Any, Final

import yaml
from typing_extensions import override

_WIDTH: Final = 100
_ONE_LINE: Final = 72
_PLAIN: Final = re.compile(r"\A[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*\Z")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""What some reader takes for something else than a text."""
Node = yaml.Node


class _Loader(yaml.SafeLoader):
    """Reads the core schema of YAML 1.2 and refuses a key that stands twice."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - the base class has it so

    @override
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                problem = f'"{key.value}" stands here twice'
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep=deep)


for _tag, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    (
        "float",
        r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan",
        list("-+0123456789."),
    ),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first
    )


class _Dumper(yaml.SafeDumper):
    """Writes one text for one value."""

    @override
    def ignore_aliases(self, data: object) -> bool:
        return True

    @override
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists below their key; the default leaves them level with it."""
        return super().increase_indent(flow, False)  # noqa: FBT003 - the name differs by backend


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """Escape line breaks: folded ones do not all come back as they were."""
    style = '"' if text.splitlines() not in ([], [text]) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def parse(text: str) -> tuple[object, Node | None]:
    """Read one document.

    Returns:
        The value and its node tree, which knows the lines.

    Raises:
        ValueError: it is not YAML, with line and column.
    """
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return (loader.construct_document(node) if node else None), node
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = f"{place}{error.problem or error.context}"
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = f"line {line}: {error.reason}"
    raise ValueError(problem)


def render(document: dict[str, Any]) -> str:
    """Write one document, keys in the order given."""
    node = _Dumper(io.StringIO(), sort_keys=False).represent_data(document)
    _set_style(node)
    _open(node)
    text: str = yaml.serialize(node, Dumper=_Dumper, width=_WIDTH, allow_unicode=True)
    return text


def spliced(text: str, before: object, after: object) -> str | None:
    """A text that says something else in some places, with all that people wrote beside it.

    Args:
        text: one document.
        before: what it says.
        after: what it is to say.

    Returns:
        None where more differs than texts do, or something stands there in another form.
    """
    node = parse(text)[1]
    try:
        swaps = sorted(_swaps(node, before, after), reverse=True)
    except ValueError:
        return None
    for start, end, said in swaps:
        text = f"{text[:start]}{said}{text[end:]}"
    return text


def _swaps(node: Node | None, before: object, after: object) -> Iterator[tuple[int, int, str]]:
    """Where a text goes, and what stands there then; the places are counted in characters.

    Raises:
        ValueError: more differs than texts do.
    """
    if before == after:
        return
    if isinstance(node, yaml.ScalarNode) and isinstance(after, str):
        plain = _PLAIN.match(after) and after.lower() not in _WORDS
        said = after if plain else json.dumps(after, ensure_ascii=False)
        yield node.start_mark.index, node.end_mark.index, said
        return
    for inner, old, new in _parts(node, before, after):
        yield from _swaps(inner, old, new)


def _parts(
    node: Node | None, before: object, after: object
) -> Iterator[tuple[Node | None, object, object]]:
    """The parts of a collection, as they are and as they are to be."""
    if isinstance(node, yaml.MappingNode) and isinstance(before, dict) and isinstance(after, dict):
        if set(before) == set(after):
            known = {str(key.value): inner for key, inner in node.value}
            yield from ((known.get(key), before[key], after[key]) for key in before)
            return
    elif isinstance(before, list) and isinstance(after, list):
        inside = node.value if isinstance(node, yaml.SequenceNode) else []
        if len(inside) == len(before) == len(after):
            yield from zip(inside, before, after, strict=True)
            return
    msg = "more differs than texts do"
    raise ValueError(msg)


def line_of(node: Node | None, place: tuple[int | str, ...]) -> int | None:
    """The 1-based line on which a place of the document stands, or its nearest parent."""
    if node is None:
        return None
    line: int = node.start_mark.line + 1
    for part in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == part), None)
            if pair is None:
                continue  # the parser's own word for an alternative, or a key that is missing
            line = pair[0].start_mark.line + 1
            node = pair[1]
    return line


def _set_style(node: Node) -> int:
    """Put collections of scalars that fit on one line there; return the length on one line."""
    if not isinstance(node, yaml.CollectionNode):
        return len(node.value)
    pairs = node.value if isinstance(node, yaml.MappingNode) else [(None, n) for n in node.value]
    length = sum((len(key.value) + 2 if key else 0) + _set_style(value) + 2 for key, value in pairs)
    plain = all(isinstance(value, yaml.ScalarNode) or not value.value for _, value in pairs)
    node.flow_style = not pairs or (plain and length <= _ONE_LINE)
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        for item in node.value:
            if len(item.value) == 1:
                _open(item)  # `- goto: /Home` needs no braces
    return length


def _open(node: Node) -> None:
    """Give each pair of a mapping its own line."""
    if isinstance(node, yaml.MappingNode):
        node.flow_style = False
