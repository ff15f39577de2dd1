"""One item becomes one entity, with everything it came from."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml
from pydantic import JsonValue

from automation.entities import (
    Appointment,
    Client,
    Entity,
    Invoice,
    Patient,
    PharmacyOrder,
    entity_id,
)
from automation.errors import BadArgument, BadFile
from automation.model import Mapping, Practice
from automation.normalise.fields import Bases
from automation.normalise.rows import RowMaker

NORTH = Practice(
    name="north", portal="acme", base_url="https://app.acme.example", timezone="America/Chicago"
)
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "mapping.md"


STATUSES: list[JsonValue] = [
    {"Id": 1, "Name": "Booked", "OnBoard": False},
    {"Id": "2", "Name": "In Treatment", "OnBoard": True},
    {"Name": "without an id"},
]
SECTION: dict[str, JsonValue] = {
    "1": {"Name": "Booked", "OnBoard": False},
    "2": {"Name": "In Treatment", "OnBoard": True},
}
E = TypeVar("E", bound=Entity)


def maker(
    entity: str, fields: dict[str, Any], practice: Practice = NORTH, **parts: object
) -> RowMaker:
    plain = {"mapping": "m", "entity": entity, "endpoints": ["list"], "key": "Id"}
    mapping = Mapping.model_validate({**plain, "fields": fields, **parts})
    return RowMaker(mapping, practice, {"list-statuses": STATUSES}, {"statuses": SECTION})


def made(kind: type[E], fields: dict[str, Any], item: JsonValue, **parts: object) -> E:
    practice = parts.pop("practice", NORTH)
    assert isinstance(practice, Practice)
    entity = maker(kind.kind, fields, practice, **parts).make(Bases(item))
    assert isinstance(entity, kind)
    return entity


def refusal(fields: dict[str, Any], item: JsonValue, **parts: object) -> str:
    with pytest.raises(ValueError, match=".") as caught:
        made(Patient, fields, item, **parts)
    return str(caught.value)


def test_the_reference_page_tells_the_truth() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    (mapping,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    item, entity = (json.loads(one) for one in re.findall(r"```json\n(.*?)```", text, re.DOTALL))
    rows = RowMaker(Mapping.model_validate(yaml.safe_load(mapping)), NORTH, {}, {})
    client = rows.make(Bases(item)).model_dump(mode="json")
    ours = {"id", "practice", "source_system", "raw", "content_hash", "location_id"}
    assert entity == {name: value for name, value in client.items() if value and name not in ours}


def test_an_entity_says_where_it_comes_from() -> None:
    patient = made(Patient, {"name": "Name"}, {"Id": 985206, "Name": "Rex"}, url="/P/{id}")
    assert (patient.practice, patient.source_system, patient.source_id) == (
        "north",
        "acme",
        "985206",
    )
    assert patient.source_url == "/P/985206"
    assert patient.id == entity_id("pat", "north", "985206")
    assert json.loads(patient.raw) == {"Id": 985206, "Name": "Rex"}


def test_a_reference_gets_the_id_that_the_other_entity_will_have() -> None:
    patient = made(Patient, {"client": "Owner"}, {"Id": 1, "Owner": 7})
    client = made(Client, {}, {"Id": "7"})
    assert (patient.client_source_id, patient.client_id) == ("7", client.id)
    nobody = made(Patient, {"client": "Owner"}, {"Id": 1, "Owner": None})
    assert (nobody.client_source_id, nobody.client_id) == (None, None)


def test_two_numberings_of_one_kind_stay_apart_and_can_be_pointed_into() -> None:
    request = made(PharmacyOrder, {}, {"Id": 5}, series="request")
    order = made(PharmacyOrder, {"request": {"path": "R", "series": "request"}}, {"Id": 5, "R": 5})
    assert request.id != order.id
    assert request.source_id == order.source_id == "5"
    assert order.request_id == request.id


def test_ids_of_different_practices_differ() -> None:
    south = NORTH.model_copy(update={"name": "south"})
    assert made(Patient, {}, {"Id": 1}).id != made(Patient, {}, {"Id": 1}, practice=south).id


def test_an_address_may_name_references_and_is_missing_when_they_are() -> None:
    fields = {"client": "Owner"}
    url = "/Notes/{id}?cid={client}"
    assert (
        made(Patient, fields, {"Id": 1, "Owner": "a b"}, url=url).source_url == "/Notes/1?cid=a%20b"
    )
    assert made(Patient, fields, {"Id": 1, "Owner": None}, url=url).source_url is None


def test_amounts_are_in_the_currency_of_the_row_else_of_the_practice() -> None:
    fields = {"total_minor": "Total", "currency": {"path": "Money", "default": "JPY"}}
    assert made(Invoice, fields, {"Id": 1, "Total": "12.50", "Money": "USD"}).total_minor == 1250
    assert made(Invoice, fields, {"Id": 1, "Total": "1250"}).total_minor == 1250
    invoice = made(Invoice, {"total_minor": "Total"}, {"Id": 1, "Total": 3})
    assert (invoice.total_minor, invoice.currency) == (300, "USD")


def test_times_are_those_of_the_practice_and_its_zone_is_named() -> None:
    visit = made(Appointment, {"start_at": "At"}, {"Id": 1, "At": "2026-11-20T09:30:00"})
    assert visit.start_at == datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    assert visit.timezone == "America/Chicago"


def test_the_word_of_the_portal_stays_beside_the_normalised_status() -> None:
    status = {"path": "Active", "map": {"true": "active"}, "otherwise": "inactive"}
    client = made(Client, {"status": status}, {"Id": 1, "Active": False})
    assert (client.status, client.raw_status) == ("inactive", "false")
    own = {"status": status, "raw_status": "Label"}
    client = made(Client, own, {"Id": 1, "Active": True, "Label": "VIP"})
    assert (client.status, client.raw_status) == ("active", "VIP")


@pytest.mark.parametrize(
    "where, found",
    [
        ("Custom", {"Tag": "1", "Diet": None}),
        (["Color", "Missing"], {"Color": "red"}),
        ({"path": "Pairs", "name": "N", "value": "V"}, {"Tag": 1, "Diet": None}),
        ("Missing", {}),
        ({"path": "Missing", "name": "N", "value": "V"}, {}),
        (None, {}),
    ],
)
def test_custom_fields_are_kept_as_they_are(where: object, found: dict[str, object]) -> None:
    item: JsonValue = {
        "Id": 1,
        "Custom": {"Tag": "1", "Diet": None},
        "Color": "red",
        "Pairs": [{"N": "Tag", "V": 1}, {"N": "Diet"}],
    }
    assert made(Patient, {}, item, custom_fields=where).custom_fields == found


@pytest.mark.parametrize(
    "pairs, told",
    [
        ({"Tag": 1}, "an object is no list of pairs"),
        ("none", 'the text "aaaa" is no list of pairs'),
        ([{"N": "Tag", "V": 1}, {"N": "Tag", "V": 2}], 'the text "Aaa" is the name of two'),
    ],
)
def test_pairs_that_would_lose_custom_fields_are_refused(pairs: JsonValue, told: str) -> None:
    where = {"path": "Pairs", "name": "N", "value": "V"}
    problem = refusal({}, {"Id": 1, "Pairs": pairs}, custom_fields=where)
    assert problem.startswith(f"custom_fields: {told}")


def test_custom_fields_may_stand_in_the_row_that_led_to_a_page() -> None:
    parent: JsonValue = {"Custom": {"Tag": "1"}, "Pairs": [{"N": "Diet", "V": "none"}]}
    bases = Bases({"Id": 1, "Custom": {"Tag": "2"}}, parent=parent)
    own = {"path": "Custom", "of": "parent"}
    pairs = {"path": "Pairs", "name": "N", "value": "V", "of": "parent"}
    found = [
        maker("patient", {}, NORTH, custom_fields=where).make(bases).custom_fields
        for where in (own, pairs, "Custom")
    ]
    assert found == [{"Tag": "1"}, {"Diet": "none"}, {"Tag": "2"}]


def test_equal_content_has_an_equal_hash_and_any_other_content_another() -> None:
    def hashed(item: dict[str, JsonValue], **parts: object) -> str:
        return made(Patient, {"name": "Name"}, item, **parts).content_hash

    first = hashed({"Id": 1, "Name": "Rex", "Row": 1})
    assert hashed({"Name": "Rex", "Row": 1, "Id": 1}) == first
    assert hashed({"Id": 1, "Name": "Max", "Row": 1}) != first
    assert hashed({"Id": 1, "Name": "Rex", "Row": 2}) != first
    ignoring: dict[str, Any] = {"ignore": ["Row"]}
    assert hashed({"Id": 1, "Name": "Rex", "Row": 1}, **ignoring) == hashed(
        {"Id": 1, "Name": "Rex", "Row": 2}, **ignoring
    )


@pytest.mark.parametrize("at, name, status", [(2, "In Treatment", "busy"), (1, "Booked", None)])
def test_the_row_of_a_table_is_found_like_a_part_of_the_item(
    at: JsonValue, name: str, status: str | None
) -> None:
    cases = {"cases": [{"when": "state.OnBoard", "then": "busy"}]}
    fields = {"visit_status": "state.Name", "status": cases}
    parts = {"lookups": {"state": {"endpoint": "list-statuses", "key": "Id", "by": "StatusId"}}}
    visit = made(Appointment, fields, {"Id": 9, "StatusId": at}, **parts)
    assert (visit.visit_status, visit.status) == (name, status)
    assert json.loads(visit.raw) == {"Id": 9, "StatusId": at}


@pytest.mark.parametrize("at, name", [(2, "In Treatment"), (" 1 ", "Booked")])
def test_the_entry_of_a_profile_is_found_like_a_part_of_the_item(at: JsonValue, name: str) -> None:
    lookups = {"state": {"profile": "statuses", "by": "StatusId"}}
    item = {"Id": 9, "StatusId": at}
    visit = made(Appointment, {"visit_status": "state.Name"}, item, lookups=lookups)
    assert visit.visit_status == name
    assert json.loads(visit.raw) == item


@pytest.mark.parametrize("section", ["statuses", "what-nobody-read"])
@pytest.mark.parametrize("at", [None, 7, "", [1]])
def test_an_item_that_refers_to_no_entry_finds_nothing(at: JsonValue, section: str) -> None:
    fields = {"visit_status": {"path": "state.Name", "default": "none"}}
    lookups = {"state": {"profile": section, "by": "StatusId"}}
    visit = made(Appointment, fields, {"Id": 9, "StatusId": at}, lookups=lookups)
    assert visit.visit_status == "none"


@pytest.mark.parametrize("at", [None, 7, "", [1], {"Id": 1}])
def test_an_item_that_refers_to_no_row_finds_nothing(at: JsonValue) -> None:
    fields = {"visit_status": {"path": "state.Name", "default": "none"}}
    for endpoint in ("list-statuses", "list-nothing"):
        lookups = {"state": {"endpoint": endpoint, "key": "Id", "by": "StatusId"}}
        visit = made(Appointment, fields, {"Id": 9, "StatusId": at}, lookups=lookups)
        assert visit.visit_status == "none"


def test_a_problem_is_told_with_its_place_and_without_the_value() -> None:
    fields = {"weight": "W", "client": "C", "status": {"path": "S", "map": {"a": "b"}}}
    good: dict[str, JsonValue] = {"Id": 1, "W": 2, "C": 3, "S": "a"}
    assert refusal(fields, {**good, "W": "heavy"}).startswith(
        'weight: the text "aaaaa" is no number'
    )
    assert refusal(fields, {**good, "C": True}) == "client: the value true is no id"
    assert refusal(fields, {**good, "S": "zzz"}).startswith('status: the text "aaa" is not in')
    assert refusal(fields, {**good, "Id": None}) == "key: it is required, and missing"
    assert refusal(fields, "text") == 'the text "aaaa" is no object'
    assert refusal(fields, {**good, "K": 1}, custom_fields="K").startswith(
        "custom_fields: a whole number of 1 digits is no object"
    )


def test_a_function_that_jmespath_refuses_is_a_problem_of_the_item() -> None:
    assert refusal({"name": "length(N)"}, {"Id": 1, "N": 5}).startswith("name: ")


def test_a_mapping_that_does_not_fit_is_refused_before_any_answer() -> None:
    with pytest.raises(BadFile, match=r"mappings/m\.yaml: fields\.nmae: "):
        maker("patient", {"nmae": "N"})
    with pytest.raises(BadFile, match=r'mappings/m\.yaml: entity: "pet" is not known'):
        maker("pet", {})


def test_a_time_zone_that_does_not_exist_is_refused_before_any_answer() -> None:
    for name in ("America/Chikago", "../etc", ""):
        with pytest.raises(BadArgument, match="no time zone is named"):
            maker("patient", {}, practice=NORTH.model_copy(update={"timezone": name}))
