"""Examples for the description of the API, made up of what it says of bodies and answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import JsonValue

from automation.entities import ENTITIES
from automation.model import Operation, OperationInput
from automation.serve.examples import example_id

_AT: Final = "2026-03-02T09:30:00-06:00"
_ON: Final = "2026-03-02"
_FORMATS: Final[dict[str, JsonValue]] = {"date": _ON, "date-time": _AT}
_PLAIN: Final[dict[str, JsonValue]] = {"integer": 2, "number": 2.5, "boolean": True, "null": None}
_TEXTS: Final[dict[str, str]] = {
    "currency": "USD",
    "operation": "create_appointment",
    "practice": "north",
    "timezone": "America/Chicago",
}
_GIVEN: Final[dict[str, JsonValue]] = {
    "date": _ON,
    "datetime": _AT,
    "integer": 30,
    "number": 20.5,
    "boolean": True,
    "file": {"name": "letter.pdf", "content": "JVBERi0xLjQK"},
}


def body_example(operation: Operation, *, without: str | None = None) -> dict[str, JsonValue]:
    """The body of a change as one portal wants it: nothing that may be left out.

    Args:
        operation: what it asks for.
        without: the kind of what the path names already.
    """
    wanted = {
        name: _given(name, field)
        for name, field in operation.inputs.items()
        if not field.may_be_left_out and (without is None or field.refers != without)
    }
    return {"practice": "north", **wanted}


def _given(name: str, field: OperationInput) -> JsonValue:
    if field.type in {"object", "list"} and field.fields:
        entry = {
            inner: _given(inner, part)
            for inner, part in field.fields.items()
            if not part.may_be_left_out
        }
        return [entry] if field.type == "list" else entry
    if field.refers is not None:
        number = example_id(field.refers) if field.refers in ENTITIES else "1"
        return [number] if field.type == "list" else number
    if field.allowed and field.type in {"text", "integer"}:
        first = next(iter(field.allowed))
        return int(first) if field.type == "integer" else first
    if field.type == "list":
        return [_GIVEN.get(field.of or "text", name.replace("_", " "))]
    return _GIVEN.get(field.type, name.replace("_", " "))


def add_examples(described: dict[str, Any]) -> None:
    """Give each answer of JSON an example from its schema; the framework drops nulls of others."""
    schemas = described.get("components", {}).get("schemas", {})
    for methods in described["paths"].values():
        for operation in methods.values():
            for code, answer in operation["responses"].items():
                content = answer.get("content", {}).get("application/json")
                if code.startswith("2") and content and "examples" not in content:
                    made = example_from(content.get("schema", {}), schemas)
                    content["example"] = _with_nulls(content.get("example", made), made)


def _with_nulls(example: JsonValue, made: JsonValue) -> JsonValue:
    """An example with the members that it lacks, as nothing."""
    if isinstance(example, dict) and isinstance(made, dict):
        own = {name: _with_nulls(each, made.get(name)) for name, each in example.items()}
        return {**own, **{name: None for name in made if name not in own}}
    if isinstance(example, list) and isinstance(made, list) and made:
        return [_with_nulls(each, made[0]) for each in example]
    return example


def example_from(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = ""
) -> JsonValue:
    """A value of a schema.

    Args:
        schema: what it is like.
        schemas: what schemas refer to, by name.
        name: what it is called.
    """
    schema = _plain(schema, schemas)
    told: list[JsonValue] = schema.get("examples") or schema.get("enum") or []
    if "const" in schema:
        told = [schema["const"]]
    if told:
        return told[0]
    kind = schema.get("type", "object")
    if kind == "object":
        parts = schema.get("properties", {})
        return {each: example_from(part, schemas, each) for each, part in parts.items()}
    if kind == "array":
        return [example_from(schema.get("items", {}), schemas, name)]
    return _leaf(kind, schema.get("format", ""), name)


def _plain(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a schema refers to; of several, the first."""
    while True:
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        elif some := schema.get("anyOf") or schema.get("allOf"):
            schema = some[0]
        else:
            return schema


def _leaf(kind: str, form: str, name: str) -> JsonValue:
    if kind != "string":
        return 4500 if name.endswith("_minor") else _PLAIN[kind]
    if form in _FORMATS:
        return _FORMATS[form]
    entity = name.removesuffix("_id")
    if name.endswith("_id") and entity in ENTITIES:
        return example_id(entity)
    return _AT if name.endswith("_at") else _TEXTS.get(name, name.replace("_", " "))
