"""What callers see of an entity is described field by field, and holds nothing of ours."""

from __future__ import annotations

from datetime import UTC, date, datetime

import orjson
import pytest

from automation.entities import ENTITIES, meanings_of
from automation.serve.resources import BY_KIND
from automation.serve.shapes import chosen, day_of, known_fields, shape_of, shown
from tests.serve.office import made


@pytest.mark.parametrize("kind", list(ENTITIES))
def test_what_is_shown_is_what_is_described(kind: str) -> None:
    facts = shown(made(kind, 1, raw=b"secret", run="r1"))
    shape_of(kind).model_validate_json(orjson.dumps(facts))
    assert set(facts) <= known_fields(kind)
    assert {"raw", "run", "content_hash", "source_id"}.isdisjoint(facts)
    assert set(facts["links"]) == set(BY_KIND[kind].children)


@pytest.mark.parametrize("kind", list(ENTITIES))
def test_every_field_says_what_it_means(kind: str) -> None:
    schema = shape_of(kind).model_json_schema()
    silent = [name for name, rule in schema["properties"].items() if not rule.get("description")]
    assert silent == []
    assert meanings_of(kind)["id"]


def test_some_fields_are_shown_with_what_tells_the_entity() -> None:
    facts = shown(made("patient", 1, name="Rex"))
    assert set(chosen(facts, frozenset({"name"}))) == {"object", "id", "name"}
    assert chosen(facts, frozenset()) == facts


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2026-03-02", date(2026, 3, 2)),
        ("2026-03-02T08:00:00Z", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_days_and_times_are_told_apart(text: str, expected: object) -> None:
    found = day_of(text)
    assert found == expected
    assert type(found) is type(expected)
