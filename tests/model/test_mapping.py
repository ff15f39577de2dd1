"""The mapping format: short where it can be, closed everywhere, wrong with a place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from automation.model import TRANSFORMS, CustomPairs, FieldMap, Mapping, Transform

PLAIN: dict[str, Any] = {
    "version": 1,
    "mapping": "patient",
    "entity": "patient",
    "endpoints": ["list-patients"],
    "key": "Id",
}

paths = st.sampled_from(["Name", "Owner.Name", "Phones[?Main].Number | [0]", "@", '"odd key"'])
values = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=5))
transforms = st.one_of(
    st.sampled_from(list(TRANSFORMS)),
    st.sampled_from([{"phone": {"country": "44"}}, {"money": {"unit": "minor", "decimal": ","}}]),
)


@st.composite
def fields(draw: st.DrawFn) -> dict[str, Any]:
    origin: dict[str, Any] = draw(
        st.one_of(
            st.fixed_dictionaries({"path": paths}),
            st.fixed_dictionaries({"value": values}),
            st.fixed_dictionaries(
                {
                    "cases": st.lists(
                        st.fixed_dictionaries({"when": paths, "then": values}),
                        min_size=1,
                        max_size=2,
                    )
                }
            ),
        )
    )
    more: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "of": st.sampled_from(["item", "outer", "parent", "document"]),
                "transform": st.one_of(transforms, st.lists(transforms, max_size=2)),
                "map": st.dictionaries(st.text(max_size=3), values, min_size=1, max_size=2),
                "default": values,
                "required": st.booleans(),
                "optional": st.booleans(),
            },
        )
    )
    if ("map" in more or "cases" in origin) and draw(st.booleans()):
        more["otherwise"] = draw(values)
    return origin | more


def mapping(**parts: object) -> Mapping:
    return Mapping.model_validate({**PLAIN, "fields": {}, **parts})


def refusal(**parts: object) -> str:
    with pytest.raises(ValidationError) as caught:
        mapping(**parts)
    (problem,) = caught.value.errors()
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg'].removeprefix('Value error, ')}"


def test_a_bare_text_is_a_path_and_a_bare_name_is_a_transform() -> None:
    read = mapping(fields={"name": "Name", "weight": {"path": "W", "transform": "number"}})
    assert read.fields["name"] == FieldMap(path="Name")
    assert read.fields["weight"].transform == (Transform(name="number"),)
    assert read.key == FieldMap(path="Id")


@given(field=fields())
def test_what_is_written_reads_as_what_it_was(field: dict[str, Any]) -> None:
    read = mapping(fields={"name": field}).fields["name"]
    written = mapping(fields={"name": read}).model_dump(mode="json", exclude_defaults=True)
    again = Mapping.model_validate(written).fields["name"]
    assert again == read
    assert again.has_otherwise == read.has_otherwise


def test_a_field_is_written_as_short_as_it_can_be() -> None:
    read = mapping(fields={"name": {"path": "N"}, "age": {"path": "A", "transform": ["integer"]}})
    written = read.model_dump(mode="json", exclude_defaults=True)["fields"]
    assert written == {"name": "N", "age": {"path": "A", "transform": ["integer"]}}


def test_a_transform_that_does_not_exist_is_refused_with_those_that_do() -> None:
    told = refusal(fields={"age": {"path": "A", "transform": "intger"}})
    assert told.startswith("fields.age.transform.0: ")
    assert 'transform "intger" is not known, did you mean "integer"?' in told
    assert all(name in told for name in TRANSFORMS)


def test_an_option_of_another_transform_is_refused_with_those_it_takes() -> None:
    told = refusal(fields={"age": {"path": "A", "transform": {"phone": {"unit": "minor"}}}})
    assert 'phone: "unit" is not known; phone takes country' in told
    told = refusal(fields={"age": {"path": "A", "transform": {"lower": {"country": "1"}}}})
    assert "lower takes no options" in told


def test_options_that_are_no_mapping_are_refused() -> None:
    told = refusal(fields={"age": {"path": "A", "transform": {"phone": "1"}}})
    assert "phone: expected a mapping of options" in told


@pytest.mark.parametrize(
    "place, parts",
    [
        ("fields.name.path", {"fields": {"name": "Name["}}),
        ("key.path", {"key": "a..b"}),
        ("each", {"each": "[?"}),
        ("fields.s.cases.0.when", {"fields": {"s": {"cases": [{"when": "==", "then": 1}]}}}),
    ],
)
def test_a_path_that_is_no_jmespath_is_refused_where_it_stands(
    place: str, parts: dict[str, Any]
) -> None:
    told = refusal(**parts)
    assert told.startswith(f"{place}: ")
    assert "is not a JMESPath expression" in told


@pytest.mark.parametrize("origins", [{}, {"path": "A", "value": 1}, {"path": "A", "cases": []}])
def test_a_field_has_exactly_one_origin(origins: dict[str, Any]) -> None:
    assert "exactly one of path, cases, value is needed" in refusal(fields={"name": origins})


def test_a_value_for_the_unknown_needs_something_that_can_be_unknown() -> None:
    told = refusal(fields={"name": {"path": "A", "otherwise": "x"}})
    assert '"otherwise" needs "map" or "cases"' in told


def test_a_key_that_does_not_exist_is_refused() -> None:
    assert refusal(feilds={}).startswith("feilds: ")
    assert refusal(fields={"name": {"path": "A", "defualt": 1}}).startswith("fields.name.defualt: ")


def test_custom_fields_are_an_object_some_keys_or_a_list_of_pairs() -> None:
    pairs = {"path": "Custom", "name": "Label", "value": "Text"}
    assert mapping(custom_fields="Custom").custom_fields == "Custom"
    assert mapping(custom_fields=["A", "B"]).custom_fields == ("A", "B")
    assert mapping(custom_fields=pairs).custom_fields == CustomPairs(**pairs)


@pytest.mark.parametrize(
    "given, told",
    [
        ("Custom[", "is not a JMESPath expression"),
        (7, "expected a path, a list of keys, or path, name and value of pairs"),
        ({"path": "Custom", "name": "L", "value": "T", "x": 1}, "Extra inputs"),
        ({"path": "Custom", "name": "L"}, '"name" and "value" go together'),
    ],
)
def test_custom_fields_of_another_form_are_refused_in_one_sentence(
    given: object, told: str
) -> None:
    assert told in refusal(custom_fields=given)


@pytest.mark.parametrize(
    "lookup, told",
    [
        ({"by": "S"}, "exactly one of endpoint and profile is needed, given none of them"),
        (
            {"endpoint": "list-states", "profile": "states", "key": "Id", "by": "S"},
            "exactly one of endpoint and profile is needed, given both",
        ),
        ({"endpoint": "list-states", "by": "S"}, '"key" is missing'),
        ({"profile": "states", "key": "Id", "by": "S"}, '"key" is given by profile.yaml'),
    ],
)
def test_a_table_is_the_items_of_an_endpoint_or_a_section_of_the_profile(
    lookup: dict[str, str], told: str
) -> None:
    assert told in refusal(lookups={"state": lookup})


def test_how_far_is_said_of_a_calendar_only() -> None:
    assert mapping(window="start_at", horizon={"past": 365, "future": 0}).horizon is not None
    assert '"horizon" needs "window"' in refusal(horizon={"past": 365})
    assert "greater than or equal to 0" in refusal(window="start_at", horizon={"past": -1})
