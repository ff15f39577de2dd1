"""What is used is computed from the files."""

from __future__ import annotations

from automation.drift import FieldUse, consumption_of
from automation.drift.tokens import digest
from automation.model import (
    Constant,
    Endpoint,
    FieldMap,
    Input,
    Mapping,
    Pagination,
    Reach,
    RequestTemplate,
    ResponseShape,
    Rung,
    Transform,
)
from tests.drift.screens import FLOW

ENDPOINT = Endpoint(
    endpoint="list-pets",
    effect="read",
    request=RequestTemplate(
        method="POST",
        url="/api/clients/{id}/pets",
        path={"id": Input(input="id")},
        json_body={"page": Constant(constant=1), "operationName": Constant(constant="GetPets")},
    ),
    response=ResponseShape(items="data.rows"),
    pagination=Pagination(kind="page"),
)
MAPPING = Mapping(
    mapping="pets",
    entity="patient",
    endpoints=("list-pets",),
    key=FieldMap(path="id"),
    fields={
        "name": FieldMap(path="name", required=True),
        "species": FieldMap(path="kind.code", map={"1": "dog", "2": "cat"}),
        "weight": FieldMap(path="weight", transform=(Transform(name="number"),)),
        "tags": FieldMap(path="tags", each={"text": FieldMap(path="@")}),
        "total": FieldMap(path="total", of="document"),
    },
)


def test_each_place_that_a_mapping_reads_is_used() -> None:
    (use,) = consumption_of([ENDPOINT], [MAPPING]).operations.values()
    assert set(use.fields) == {
        "data.rows[].id",
        "data.rows[].name",
        "data.rows[].kind.code",
        "data.rows[].weight",
        "data.rows[].tags",
        "data.rows[].tags[]",
        "total",
    }
    assert use.fields["data.rows[].id"] == FieldUse(use="identity", required=True, coerces=True)
    assert use.fields["data.rows[].name"].required
    assert use.fields["data.rows[].kind.code"].table == {digest("1"), digest("2")}
    assert use.fields["data.rows[].weight"].coerces
    assert use.pages


def test_an_operation_is_known_by_its_template_and_what_is_meant() -> None:
    consumption = consumption_of([ENDPOINT])
    assert list(consumption.operations) == ["POST /api/clients/{}/pets operationName=GetPets"]
    assert consumption.templates == (("api", "clients", "{}", "pets"),)


def test_what_is_around_a_place_that_is_used_is_used() -> None:
    (use,) = consumption_of([ENDPOINT], [MAPPING]).operations.values()
    assert use.field("data.rows[]") is not None
    assert use.field("data.rows[].kind") is not None
    assert use.field("data.rows[].kind.label") is None
    assert use.field("data.row") is None


def test_a_mapping_without_a_line_uses_one_place_less() -> None:
    fields = {name: each for name, each in MAPPING.fields.items() if name != "weight"}
    shorter = MAPPING.model_copy(update={"fields": fields})
    (use,) = consumption_of([ENDPOINT], [shorter]).operations.values()
    assert use.field("data.rows[].weight") is None


def test_what_a_browser_calls_is_not_called_by_us() -> None:
    browsed = ENDPOINT.model_copy(update={"reach": Reach(rung=Rung.PAGE)})
    (use,) = consumption_of([browsed]).operations.values()
    assert not use.direct


def test_the_steps_of_a_flow_are_used_and_their_texts_are_ours() -> None:
    consumption = consumption_of(flow=FLOW)
    assert [use.action for use in consumption.steps.values()] == [
        "fill", "fill", "click", "fill", "click",
    ]  # fmt: skip
    assert {"Sign in", "user", "Search"} <= consumption.labels
