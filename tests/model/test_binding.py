"""Bindings as they stand in files."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from automation.model import Binding, Chosen, Constant, FromSession, Input, Paged

ADAPTER: TypeAdapter[Binding] = TypeAdapter(Binding)


@pytest.mark.parametrize(
    "written, kind",
    [
        ({"constant": None}, Constant),
        ({"input": "search", "optional": True}, Input),
        ({"session": "token", "wrap": "Bearer {}"}, FromSession),
        ({"page": "cursor", "first": ""}, Paged),
        ({"chosen": "practice.label", "items": {"css": "a[href]"}, "value": "href?id"}, Chosen),
    ],
)
def test_the_class_key_tells_the_class(written: dict[str, object], kind: type) -> None:
    made = ADAPTER.validate_python(written)
    assert type(made) is kind
    assert ADAPTER.validate_python(ADAPTER.dump_python(made)) == made


def test_a_binding_of_no_class_lists_the_classes() -> None:
    with pytest.raises(ValidationError, match="exactly one of the keys: constant, input"):
        ADAPTER.validate_python({"konstant": 5})


def test_a_binding_of_two_classes_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        ADAPTER.validate_python({"constant": 5, "session": "x"})
