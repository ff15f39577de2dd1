"""What we use of a portal, computed from its files: a line less makes a finding cosmetic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from automation.drift.paths import paths_in
from automation.drift.tokens import digest
from automation.model import (
    Constant,
    Endpoint,
    FieldMap,
    Flow,
    Mapping,
    Noun,
    Rung,
    Step,
    Target,
    When,
)
from automation.wire import EACH, Token, format_path, tells_operation

Use = Literal["none", "read", "written", "identity", "navigation"]

_COERCING: Final = frozenset({"text", "trimmed", "integer", "number", "boolean", "money"})


class FieldUse(Noun):
    """What we do with one place of an answer.

    Attributes:
        use: ``identity`` for keys, else ``read``.
        required: a missing value is an error.
        coerces: a number may come as a text and the other way round.
        positional: it is found by its number, not by its name.
        table: digests of the values that the mapping knows; empty when it takes any.
    """

    use: Use = "read"
    required: bool = False
    coerces: bool = False
    positional: bool = False
    table: frozenset[str] = frozenset()


class OperationUse(Noun):
    """What we do with one operation.

    Attributes:
        endpoint: name of the endpoint.
        direct: it is called without the portal's own pages.
        writes: it changes the portal.
        pages: its list is read page by page.
        sent: the places of its request that we fill, as in a signature.
        fields: the places of its answer that we read.
    """

    endpoint: str
    direct: bool = True
    writes: bool = False
    pages: bool = False
    sent: frozenset[str] = frozenset()
    fields: dict[str, FieldUse] = {}

    def field(self, path: str) -> FieldUse | None:
        """What is done with a place, or with one inside it."""
        if path in self.fields:
            return self.fields[path]
        inside = [
            use
            for below, use in self.fields.items()
            if path == "@" or below.startswith((f"{path}.", f"{path}["))
        ]
        return max(inside, key=lambda use: (use.use == "identity", use.required), default=None)


class StepUse(Noun):
    """What a flow does in one step.

    Attributes:
        action: its kind: ``click``, ``fill``, ...
        target: the element that is meant; None where none is.
        option: the option that is chosen; a template says nothing.
    """

    action: str
    target: Target | None = None
    option: str = ""


class Consumption(Noun):
    """What one flow and the endpoints of its portal use.

    Attributes:
        operations: by method and template (``GET /api/pets/{}``), with what tells operations of
            one address apart behind it.
        steps: by path of the step.
    """

    operations: dict[str, OperationUse] = {}
    steps: dict[str, StepUse] = {}

    @property
    def labels(self) -> frozenset[str]:
        """The texts that our files name, which signatures may keep as they are."""
        found: set[str] = set()
        for step in self.steps.values():
            if step.target is not None:
                found |= {each.expression for each in step.target.locators()}
                found |= {step.target.name or ""}
                found |= {(step.target.test_id or "").partition("=")[2]}
        for operation in self.operations.values():
            for path in operation.fields:
                found |= set(path.replace("[]", "").replace('"', "").split("."))
        return frozenset(found - {""})

    @property
    def templates(self) -> tuple[tuple[str, ...], ...]:
        """The path templates that are known, by their segments."""
        paths = (key.split(" ")[1] for key in self.operations)
        return tuple(tuple(path.lstrip("/").split("/")) for path in paths)


NOTHING: Final = Consumption()
"""Nothing is used: what is watched before there are files."""


def consumption_of(
    endpoints: Sequence[Endpoint] = (),
    mappings: Sequence[Mapping] = (),
    flow: Flow | None = None,
) -> Consumption:
    """What is used, by operation and step."""
    return Consumption(
        operations={_key(each): _operation(each, mappings) for each in endpoints},
        steps=dict(_steps(flow.steps)) if flow else {},
    )


def _key(endpoint: Endpoint) -> str:
    request = endpoint.request
    parts = ["{}" if part.startswith("{") else part for part in request.url.lstrip("/").split("/")]
    kinds = sorted(
        f"{name}={binding.constant}"
        for _, name, binding in request.bindings()
        if isinstance(binding, Constant)
        and isinstance(binding.constant, str)
        and tells_operation(name)
    )
    return " ".join([request.method, "/" + "/".join(parts), *kinds[:1]])


def _operation(endpoint: Endpoint, mappings: Sequence[Mapping]) -> OperationUse:
    fields: dict[str, FieldUse] = {}
    for mapping in mappings:
        if endpoint.endpoint in mapping.endpoints:
            for path, use in _fields(endpoint, mapping):
                known = fields.get(path)
                fields[path] = use if known is None else _stronger(known, use)
    names = {"path": "path", "query": "query", "headers": "header", "form": "form"}
    return OperationUse(
        endpoint=endpoint.endpoint,
        direct=endpoint.reach.rung is Rung.HTTP,
        writes=endpoint.effect == "write",
        pages=endpoint.pagination is not None,
        sent=frozenset(
            f"{names.get(place, 'json')} {name}" for place, name, _ in endpoint.request.bindings()
        ),
        fields=fields,
    )


def _stronger(one: FieldUse, other: FieldUse) -> FieldUse:
    return max(one, other, key=lambda use: (use.use == "identity", use.required, bool(use.table)))


def _fields(endpoint: Endpoint, mapping: Mapping) -> Iterator[tuple[str, FieldUse]]:
    items = endpoint.response.items
    item = _each(items, ()) if items is not None else ()
    base: tuple[Token, ...] = () if mapping.of == "document" else item
    if mapping.each:
        base = _each(mapping.each, base)
    for each, identity in ((mapping.key, True), *((one, False) for one in mapping.fields.values())):
        for path in _places(each, base, item):
            yield format_path(path), _use(each, path, identity=identity)


def _each(expression: str, base: tuple[Token, ...]) -> tuple[Token, ...]:
    """The place of each item of what an expression gives."""
    found = next(iter(paths_in(expression, base)), base)
    return found if found and found[-1] == EACH else (*found, EACH)


def _places(
    field: FieldMap, base: tuple[Token, ...], item: tuple[Token, ...]
) -> Iterator[tuple[Token, ...]]:
    if field.of == "parent":
        return
    at = {"item": base, "outer": item, "document": ()}[field.of]
    expressions = [field.path] if field.path else [case.when for case in field.cases]
    for expression in expressions:
        for path in paths_in(expression, at):
            yield path
            for inner in field.each.values():
                below = path if path and path[-1] == EACH else (*path, EACH)
                yield from _places(inner, below, item)


def _use(field: FieldMap, path: tuple[Token, ...], *, identity: bool) -> FieldUse:
    names = {transform.name for transform in field.transform}
    closed = bool(field.map) and not field.has_otherwise
    return FieldUse(
        use="identity" if identity else "read",
        required=field.required or identity,
        coerces=identity or bool(names & _COERCING),
        positional=any(isinstance(token, int) and token != EACH for token in path),
        table=frozenset(map(digest, field.map)) if closed else frozenset(),
    )


def _steps(steps: Iterable[Step], before: str = "") -> Iterator[tuple[str, StepUse]]:
    for number, step in enumerate(steps, start=1):
        path = f"{before}{number}"
        option = getattr(step, "option", "")
        yield (
            path,
            StepUse(
                action=step.kind,
                target=getattr(step, "target", None),
                option="" if "{{" in option else option,
            ),
        )
        if isinstance(step, When):
            yield from _steps(step.steps, f"{path}.")
