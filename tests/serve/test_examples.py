"""Every example is one that the description of the API allows."""

from __future__ import annotations

import orjson
import pytest

from automation.entities import ENTITIES
from automation.serve.examples import example_of, page_of
from automation.serve.shapes import shape_of


@pytest.mark.parametrize("kind", list(ENTITIES))
def test_an_example_has_the_shape_of_its_kind(kind: str) -> None:
    shape_of(kind).model_validate_json(orjson.dumps(example_of(kind)), strict=True)
    assert page_of(kind)["data"] == [example_of(kind)]
    assert example_of(kind)["id"] != ""
