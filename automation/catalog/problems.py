"""What is wrong in a file, in words that let its author correct it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from automation.catalog.notation import Node, line_of

_MOST: Final = 3
_NAMED_BY_KIND: Final = "kind"
Place = tuple[int | str, ...]


def describe(error: ValidationError, noun: type[BaseModel], node: Node | None) -> str:
    """Say what is wrong: up to three problems, each with place, valid keys and line."""
    problems = error.errors(include_url=False, include_input=False)
    return _first([_problem(problem, noun, node) for problem in problems])


def describe_places(problems: Iterable[tuple[Place, str]], node: Node | None) -> str:
    """Say what is wrong at some places of a file: up to three problems, each with its line."""
    return _first([_told(place, text, line_of(node, place)) for place, text in problems])


def _first(told: Sequence[str]) -> str:
    rest = len(told) - _MOST
    return "; ".join(told[:_MOST]) + (f"; and {rest} more" if rest > 0 else "")


def _problem(problem: ErrorDetails, noun: type[BaseModel], node: Node | None) -> str:
    place: Place = problem["loc"]
    kind = problem["type"]
    if kind in {"missing", "extra_forbidden"}:
        owner, key = place[:-1], str(place[-1])
        text = _key_problem(kind, key, valid_keys(noun, owner))
    else:
        owner, text = place, problem["msg"].removeprefix("Value error, ")
    return _told(owner, text, line_of(node, place))


def _told(place: Place, text: str, line: int | None) -> str:
    where = _written(place)
    return f"{where}: {text}{f' (line {line})' if line else ''}" if where else text


def _key_problem(kind: str, key: str, valid: tuple[str, ...]) -> str:
    listed = f"; valid keys: {', '.join(valid)}" if valid else ""
    if kind == "missing":
        return f'"{key}" is missing{listed}'
    close = get_close_matches(key, valid, n=1)
    meant = f', did you mean "{close[0]}"?' if close else ""
    return f'"{key}" is not known{meant}{listed}'


def _written(place: Place) -> str:
    """Write a place like ``steps[3].fill``."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def valid_keys(noun: type[BaseModel], place: Place) -> tuple[str, ...]:
    """The keys that a noun accepts at a place, in the order of its fields.

    Args:
        noun: the model of the whole file.
        place: path of pydantic's error; it holds field names, indices, dictionary keys, and for
            a union the tag of the chosen alternative.
    """
    nouns: list[type[BaseModel]] = [noun]
    types: list[object] = [noun]
    for part in place:
        types = list(_below(types, nouns, part))
        nouns = [found for kind in types for found in _nouns(kind)]
    keys = dict.fromkeys(key for found in nouns for key in found.model_fields)
    return tuple(key for key in keys if key != _NAMED_BY_KIND)


def _below(types: list[object], nouns: list[type[BaseModel]], part: int | str) -> Iterator[object]:
    """The types one part further down."""
    if len(nouns) > 1:
        yield from (found for found in nouns if _is_tagged(found, part))
        return
    for kind in types:
        yield from _items(kind)
    for found in nouns:
        if isinstance(part, str) and part in found.model_fields and found in types:
            yield found.model_fields[part].annotation
    for kind in types:
        bare = _bare(kind)
        if bare is not kind:
            yield from _below([bare], list(_nouns(bare)), part)


def _is_tagged(noun: type[BaseModel], part: int | str) -> bool:
    named = noun.model_fields.get(_NAMED_BY_KIND)
    return part == named.default if named else part in noun.__annotations__


def _bare(kind: object) -> object:
    """Take annotations and ``| None`` off a type."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        rest = [arg for arg in get_args(kind) if arg is not type(None)]
        return _bare(rest[0]) if len(rest) == 1 else kind
    return kind


def _items(kind: object) -> Iterator[object]:
    """What a list or a dictionary holds."""
    if get_origin(kind) in {tuple, list}:
        yield get_args(kind)[0]
    elif get_origin(kind) is dict:
        yield get_args(kind)[1]


def _nouns(kind: object) -> Iterator[type[BaseModel]]:
    """The models that a type allows directly."""
    bare = _bare(kind)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        yield bare
    elif get_origin(bare) in {Union, UnionType}:
        for arg in get_args(bare):
            yield from _nouns(arg)
