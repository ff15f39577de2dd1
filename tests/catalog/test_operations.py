"""Operations are read with everything that they name, and what does not fit is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from automation.catalog import Catalog
from automation.errors import BadFile, NotKnown
from automation.model import (
    Condition,
    Constant,
    Derived,
    Endpoint,
    Filled,
    Input,
    Match,
    Operation,
    OperationInput,
    Portal,
    PriorRead,
    ReadBack,
    RefusedMethod,
    RequestTemplate,
    SettingValue,
    StateRule,
    Undo,
    WriteStep,
)

DOCS = Path(__file__).parents[2] / "docs" / "reference"

TEXT = """\
version: 1
operation: sell
title: Sell one thing over the counter
rights: [Sales]
inputs:
  client: {type: integer}
  kind: {type: integer, default: 0, allowed: {'0': card, '1': cash}}
settings:
  fee: {section: locations, key: inputs.client, path: FeeItem}
reads:
  client:
    endpoint: find-client
    values: {id: inputs.client}
    path: document
checks:
  - {holds: reads.client.active, otherwise: the client is archived}
states:
  now: reads.client.state
  wanted: inputs.kind
  names: {'0': card, '1': cash}
  moves: {'0': ['1'], '1': []}
steps:
  - step: sale
    endpoint: create-sale
    values: {client: {path: inputs.client, link: 'api/client/{}/'}}
    keep: {id: id}
    read_back:
      endpoint: find-client
      values: {id: inputs.client}
      match: [{item: note, equals: write.marker}]
    undo: {endpoint: drop-sale, values: {id: steps.sale.id}, when: inputs.kind}
  - step: item
    endpoint: add-item
    when: inputs.kind
    needs: [{holds: steps.sale.id, otherwise: no sale}]
    values: {id: steps.sale.id, item: settings.fee}
    read_back:
      endpoint: find-client
      values: {id: steps.sale.id}
      match: [{item: kind, equals: inputs.kind}]
    lasting: items stay
refuses: [{method: PUT, status: 405}]
result: {id: steps.sale.id}
"""
ENDPOINTS = (
    Endpoint(
        endpoint="find-client",
        effect="read",
        request=RequestTemplate(
            method="GET", url="api/client/{id}/", path={"id": Input(input="id")}
        ),
    ),
    Endpoint(
        endpoint="create-sale",
        effect="write",
        request=RequestTemplate(
            method="POST",
            url="api/sale/",
            json_body={
                "client": Input(input="client"),
                "note": Input(input="note", optional=True),
                "kind": Constant(constant=1),
            },
            encoding="json",
        ),
    ),
    Endpoint(
        endpoint="add-item",
        effect="write",
        request=RequestTemplate(
            method="POST",
            url="api/sale/{id}/item/",
            path={"id": Input(input="id")},
            json_body={"item": Input(input="item")},
            encoding="json",
        ),
    ),
    Endpoint(
        endpoint="drop-sale",
        effect="write",
        request=RequestTemplate(
            method="DELETE", url="api/sale/{id}/", path={"id": Input(input="id")}
        ),
    ),
    Endpoint(
        endpoint="replace-sale",
        effect="write",
        request=RequestTemplate(
            method="PUT", url="api/sale/1/", json_body={"client": Input(input="client")}
        ),
    ),
    Endpoint(
        endpoint="sell-each",
        effect="write",
        request=RequestTemplate(
            method="POST",
            url="api/sale/",
            json_body={
                "client": Input(input="client"),
                "x": Derived(derived="find-client", path="items[].id"),
            },
        ),
    ),
)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    found = Catalog(tmp_path / "flows")
    found.write_portal(Portal(portal="acme", title="Acme", hosts=()))
    for endpoint in ENDPOINTS:
        found.write_endpoint("acme", endpoint)
    (tmp_path / "flows" / "acme" / "profile.yaml").write_text(
        "version: 1\nprofile: acme\nsections:\n  locations: {endpoint: find-client, key: id}\n"
    )
    (tmp_path / "flows" / "acme" / "operations").mkdir()
    return found


def write(catalog: Catalog, text: str, name: str = "sell") -> None:
    (catalog.root / "acme" / "operations" / f"{name}.yaml").write_text(text)


def test_an_operation_is_read_with_everything_that_it_names(catalog: Catalog) -> None:
    write(catalog, TEXT)
    assert catalog.operation_names("acme") == ("sell",)
    (found,) = catalog.operations("acme")
    assert found == catalog.operation("acme", "sell")
    assert [step.endpoint for step in found.steps] == ["create-sale", "add-item"]


def test_an_operation_that_is_not_there_is_told_with_those_that_are(catalog: Catalog) -> None:
    write(catalog, TEXT)
    with pytest.raises(NotKnown) as caught:
        catalog.operation("acme", "buy")
    assert caught.value.remedy == "Known: sell."


def test_a_portal_without_operations_has_none(catalog: Catalog) -> None:
    assert catalog.operations("acme") == ()


@pytest.mark.parametrize(
    "old,new,says",
    [
        (
            "rights: [Sales]",
            "entity: invoices",
            'entity: there is no kind of entity "invoices", did you mean "invoice"?',
        ),
        ("rights: [Sales]", "pays: input.kind", 'pays: there is no root "input"'),
        (
            "client: {type: integer}",
            "client: {type: integer, refers: clients}",
            'inputs.client.refers: there is no kind of entity "clients"',
        ),
        ("operation: sell", "operation: sale", 'operation: "sale" should be "sell"'),
        (
            "default: 0",
            "default: 7",
            'inputs.kind.default: "7" is not allowed; allowed: 0, 1 (line 7)',
        ),
        (
            "section: locations",
            "section: location",
            'did you mean "locations"?; known: locations (line 9)',
        ),
        (
            "key: inputs.client",
            "key: reads.client",
            'there is no root "reads"; known: inputs (line 9)',
        ),
        (
            "endpoint: find-client\n",
            "endpoint: find-klient\n",
            'no endpoint "find-klient", did you mean "find-client"?',
        ),
        (
            "endpoint: find-client\n",
            "endpoint: add-item\n",
            '"add-item" has the effect write; a read is needed here (line 12)',
        ),
        (
            "endpoint: create-sale",
            "endpoint: find-client",
            '"find-client" has the effect read; a write is needed here (line 24)',
        ),
        (
            "path: document",
            "path: result",
            'reads.client.path: there is no root "result"; known: document, items',
        ),
        (
            "holds: reads.client.act",
            "holds: reads.klient.act",
            'no name below reads "klient", did you mean "client"?; known: client (line 16)',
        ),
        ("now: reads.client.state", "now: steps.sale.id", 'states.now: there is no root "steps"'),
        (
            "item: settings.fee",
            "item: settings.free",
            'there is no name below settings "free", did you mean "fee"?',
        ),
        ("item: settings.fee", "item: steps.sale.it", 'there is no name below steps.sale "it"'),
        (
            "item: settings.fee",
            "item: steps.item.id",
            'there is no name below steps "item"; known: sale',
        ),
        (
            "item: settings.fee",
            "item: 'to_string(steps.sale.id)'",
            "should be plain, like steps.sale.id",
        ),
        (
            "item: settings.fee",
            "items: settings.fee",
            'no input of add-item "items", did you mean "item"?',
        ),
        (
            ", item: settings.fee",
            "",
            'steps[1].values: "item" is missing; add-item needs it (line 36)',
        ),
        (
            "equals: write.marker",
            "equals: write.mark",
            'no name below write "mark", did you mean "marker"?',
        ),
        (
            "step: item",
            "step: sale",
            'steps[1].step: "sale" is the name of an earlier step (line 32)',
        ),
        (
            "method: PUT",
            "method: DELETE",
            '"drop-sale" sends DELETE, which stands under "refuses" (line 31)',
        ),
        (
            "endpoint: create-sale",
            "endpoint: replace-sale",
            '"replace-sale" sends PUT, which stands under "refuses"',
        ),
        (
            "endpoint: create-sale",
            "endpoint: sell-each",
            "sell-each takes values from find-client; give it inputs",
        ),
        (
            "result: {id: steps.sale.id}",
            "result: {id: steps.sold.id}",
            'there is no name below steps "sold"; known: item, sale (line 43)',
        ),
        (
            "lasting: items stay",
            "lastly: items stay",
            'steps[1]: "lastly" is not known, did you mean "lasting"?',
        ),
        (
            "when: inputs.kind}\n",
            "read_back: {endpoint: find-client, match: []}}\n",
            'steps[0].undo.read_back.values: "id" is missing; find-client needs it',
        ),
        ("when: inputs.kind}\n", "gone: true}\n", 'gone: "read_back" says what is gone'),
        ("title:", "titel:", '"title" is missing'),
    ],
)
def test_what_does_not_fit_is_told_with_file_place_line_and_what_is_valid(
    catalog: Catalog, old: str, new: str, says: str
) -> None:
    assert old in TEXT
    write(catalog, TEXT.replace(old, new, 1))
    with pytest.raises(BadFile) as caught:
        catalog.operation("acme", "sell")
    assert caught.value.message.startswith("flows/acme/operations/sell.yaml: ")
    assert says in caught.value.message


LIST = """\
version: 1
endpoint: find-client
effect: read
request: {method: GET, url: 'api/clients/', query: {id: {input: id}}}
response: {items: rows, key: id}
"""


@pytest.mark.parametrize("looks", ["path: items[0]", "match: [{item: id, equals: inputs.client}]"])
def test_a_list_of_which_a_part_may_be_all_that_is_seen_is_not_looked_through(
    catalog: Catalog, looks: str
) -> None:
    looking = TEXT.replace("path: document", looks, 1)
    endpoint = catalog.root / "acme" / "endpoints" / "find-client.yaml"
    endpoint.write_text(LIST)
    write(catalog, looking)
    with pytest.raises(
        BadFile, match=r"reads\.client: .*write whole: true where one answer has it"
    ):
        catalog.operation("acme", "sell")
    write(catalog, looking.replace(looks, f"whole: true\n    {looks}"))
    assert catalog.operation("acme", "sell").reads["client"].whole
    write(catalog, looking)
    endpoint.write_text(f"{LIST}pagination: {{kind: page, stop: {{short: true}}}}\n")
    assert not catalog.operation("acme", "sell").reads["client"].whole


def made_up(name: str, *inputs: str) -> Endpoint:
    effect = "read" if name.startswith("find") else "write"
    query = {each: Input(input=each) for each in inputs}
    request = RequestTemplate(method="GET" if effect == "read" else "POST", url="x/", query=query)
    return Endpoint(endpoint=name, effect=effect, request=request)


def test_the_example_of_the_reference_is_an_operation(catalog: Catalog) -> None:
    reference = (DOCS / "operations.md").read_text(encoding="utf-8")
    for endpoint in (
        made_up("find-client", "client_id"),
        made_up("create-sale", "client", "lines"),
        made_up("delete-sale", "sale_id"),
        made_up("find-sales", "client_id"),
        made_up("create-payment", "sale_id", "amount", "kind", "info"),
        made_up("find-payments", "sale_id"),
    ):
        catalog.write_endpoint("acme", endpoint)
    profile = catalog.root / "acme" / "profile.yaml"
    profile.write_text(profile.read_text().replace("locations", "tills"))
    write(catalog, reference.partition("```yaml\n")[2].partition("```")[0])
    assert catalog.operation("acme", "sell").steps[1].needs


def test_each_key_of_an_operation_is_in_the_reference() -> None:
    reference = (DOCS / "operations.md").read_text(encoding="utf-8")
    nouns: list[type[BaseModel]] = [
        *(Condition, Filled, Match, Operation, OperationInput, PriorRead),
        *(ReadBack, RefusedMethod, SettingValue, StateRule, Undo, WriteStep),
    ]
    missing = [
        f"{noun.__name__}.{key}"
        for noun in nouns
        for key in noun.model_fields
        if f"`{key}`" not in reference
    ]
    assert missing == []
