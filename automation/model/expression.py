"""What a JMESPath expression asks of the value that it is given, without evaluating it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, Final

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions
from pydantic import AfterValidator

OPERATION_FUNCTIONS: Final[Mapping[str, int]] = {
    "during": 5,
    "each_with": 2,
    "having": 3,
    "id_of": 1,
    "lacking": 3,
    "iso": 1,
    "later": 2,
    "lower": 1,
    "minutes": 2,
    "moment": 1,
}
"""What paths of operations can do beside JMESPath, and how many arguments that takes."""
_NONE: Final[Mapping[str, int]] = {}
_OWN: Final[Mapping[str, Any]] = Functions.FUNCTION_TABLE

_INNER = frozenset(
    {"projection", "filter_projection", "value_projection", "pipe", "index_expression"}
)
"""Nodes whose first child starts from the whole value, and whose others from what that gives."""


def names_in(path: str) -> tuple[tuple[str, ...], ...]:
    """The places that an expression looks at, each as the names that lead there from the root.

    What stands behind an index, a filter or a projection is not part of a place:
    ``inputs.items[0].name`` looks at ``("inputs", "items")``, and no more is what stands behind
    ``&``.

    Args:
        path: an expression that compiles.
    """
    return tuple(dict.fromkeys(_places(jmespath.compile(path).parsed)))


def _places(node: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    kind, children = node["type"], node["children"]
    if kind == "field":
        yield (node["value"],)
    elif kind == "subexpression":
        names = list(_leading(children))
        if names:
            yield tuple(names)
        else:
            yield from _places(children[0])
    elif kind == "expref":
        return  # it looks at items, not at the root
    elif kind in _INNER:
        yield from _places(children[0])
    else:
        for child in children:
            yield from _places(child)


def _leading(children: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The fields that a chain begins with; an index ends it behind its own field."""
    for child in children:
        indexed = child["type"] == "index_expression"
        field = child["children"][0] if indexed else child
        if field["type"] != "field":
            return
        yield field["value"]
        if indexed:
            return


def _sound(text: str, *, beside: Mapping[str, int]) -> str:
    """Refuse what cannot be evaluated when the file is read, not when the portal answers."""
    try:
        parsed = jmespath.compile(text).parsed
    except JMESPathError as error:
        problem = str(error).splitlines()[0]
        msg = f'"{text}" is not a JMESPath expression: {problem}'
        raise ValueError(msg) from None
    for name, given in _functions(parsed):
        if name not in beside and name not in _OWN:
            known = ", ".join(sorted({*_OWN, *beside}))
            msg = f'"{text}" asks for a function {name}() that there is not; there are {known}'
            raise ValueError(msg)
        least, more = (beside[name], False) if name in beside else _arguments(name)
        if given < least or (given > least and not more):
            msg = f'"{text}" gives {name}() {given} values; it takes {least}'
            raise ValueError(f"{msg} or more" if more else msg)
    return text


def _functions(node: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The functions that an expression asks for, with how many arguments each is given."""
    if node["type"] == "function_expression":
        yield node["value"], len(node["children"])
    for child in node["children"]:
        if isinstance(child, Mapping):
            yield from _functions(child)


def _arguments(name: str) -> tuple[int, bool]:
    """How many arguments a function of JMESPath takes, and whether it takes more."""
    signature = _OWN[name]["signature"]
    return len(signature), bool(signature and signature[-1].get("variadic"))


Path = Annotated[str, AfterValidator(partial(_sound, beside=_NONE))]
"""A path of JMESPath."""
OperationPath = Annotated[str, AfterValidator(partial(_sound, beside=OPERATION_FUNCTIONS))]
"""A path of an operation, which can do more."""
