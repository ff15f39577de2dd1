"""What is read, in which order, and what depends on what."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import BadFile, NotKnown
from automation.sync import Plan
from tests.sync.support import BILL_MAPPING, CLIENT_MAPPING, LINE_MAPPING, everything, folder

PROFILE = """
version: 1
profile: acme
sections: {tags: {endpoint: list-tags, key: id}}
"""
SETTINGS = CLIENT_MAPPING + "lookups: {tag: {profile: tags, by: tag}}\n"
LOOKING_UP = CLIENT_MAPPING + "lookups: {tag: {endpoint: list-tags, key: id, by: tag}}\n"


def test_a_list_comes_before_the_calls_for_its_items_even_when_nothing_is_made_of_it(
    tmp_path: Path,
) -> None:
    catalog = everything(tmp_path)
    (tmp_path / "flows/acme/mappings/invoice.yaml").unlink()
    plan = Plan(catalog, "acme")
    assert plan.order.index("list-bills") < plan.order.index("get-bill")
    assert sorted(plan.order) == ["get-bill", "list-bills", "list-clients", "list-tags"]
    assert plan.givers["get-bill"] == "list-bills"
    assert plan.takers["list-bills"] == ["get-bill"]


def test_an_entity_needs_the_lists_and_tables_behind_its_endpoint_too(tmp_path: Path) -> None:
    plan = Plan(everything(tmp_path, mappings__client=LOOKING_UP), "acme")
    needs = {mapping.entity: plan.needs(mapping) for mapping in plan.mappings}
    assert needs["invoice_line"] == {"get-bill", "list-bills"}
    assert needs["client"] == {"list-clients", "list-tags"}
    assert plan.tables == ["list-tags"]


def test_an_entity_needs_the_endpoint_behind_a_section_of_the_profile(tmp_path: Path) -> None:
    catalog = everything(tmp_path, mappings__client=SETTINGS)
    profile = tmp_path / "flows/acme/profile.yaml"
    profile.write_text(PROFILE)
    plan = Plan(catalog, "acme")
    (client,) = (mapping for mapping in plan.mappings if mapping.entity == "client")
    assert plan.needs(client) == {"list-clients", "list-tags"}
    before = plan.digest("list-clients")
    profile.write_text(PROFILE.replace("key: id", "key: name"))
    assert Plan(catalog, "acme").digest("list-clients") != before


def test_a_section_that_the_profile_has_not_is_refused(tmp_path: Path) -> None:
    catalog = everything(tmp_path, mappings__client=SETTINGS)
    with pytest.raises(NotKnown, match="no section of the profile is named 'tags'"):
        Plan(catalog, "acme")


def test_the_digest_of_an_endpoint_changes_with_its_file_and_its_mappings_only(
    tmp_path: Path,
) -> None:
    before = Plan(everything(tmp_path), "acme")
    other = BILL_MAPPING.replace("number: no", "number: {path: no, optional: true}")
    after = Plan(everything(tmp_path, mappings__invoice=other), "acme")
    changed = [name for name in before.order if before.digest(name) != after.digest(name)]
    assert changed == ["list-bills"]


def test_a_list_is_read_anew_for_calls_that_are_made_for_its_items_since(tmp_path: Path) -> None:
    files = everything(tmp_path)
    place = tmp_path / "flows/acme"
    after = Plan(files, "acme").digest("list-bills")
    (place / "endpoints/get-bill.yaml").unlink()
    (place / "mappings/invoice_line.yaml").unlink()
    assert Plan(files, "acme").digest("list-bills") != after


@pytest.mark.parametrize(
    "rule,told",
    [
        ("list-tags: {parent: true}", "the mapping reads list-clients only"),
        ("list-clients: {parent: true}", "parent: it is not called for the items of a list"),
        ("list-clients: {since: from}", "no input is named 'from'; inputs: since"),
        ("list-clients: {newest: edited}", "a client has no field 'edited'"),
    ],
)
def test_a_rule_of_changes_that_does_not_fit_is_refused_with_its_place(
    tmp_path: Path, rule: str, told: str
) -> None:
    changed = CLIENT_MAPPING + f"changes: {{{rule}}}\n"
    with pytest.raises(BadFile, match="mappings/client.yaml: changes") as caught:
        Plan(everything(tmp_path, mappings__client=changed), "acme")
    assert told in caught.value.message


def test_a_list_without_pages_has_no_newest_ones(tmp_path: Path) -> None:
    changed = LINE_MAPPING + "changes: {get-bill: {newest: source_updated_at}}\n"
    with pytest.raises(BadFile, match="newest: the endpoint gives no list page by page"):
        Plan(everything(tmp_path, mappings__invoice_line=changed), "acme")


def test_two_mappings_of_an_endpoint_may_not_disagree_about_its_changes(tmp_path: Path) -> None:
    once = CLIENT_MAPPING + "changes: {list-clients: {since: since}}\n"
    twice = once.replace("mapping: client", "mapping: again").replace(
        "since}}", "since, lookback: 1}}"
    )
    with pytest.raises(BadFile, match="another mapping says something else"):
        Plan(everything(tmp_path, mappings__client=once, mappings__again=twice), "acme")


def test_what_is_mapped_from_nowhere_is_not_known(tmp_path: Path) -> None:
    with pytest.raises(NotKnown, match="list-clients"):
        Plan(folder(tmp_path, mappings__client=CLIENT_MAPPING), "acme")


def test_some_kinds_are_read_with_all_that_comes_of_their_endpoints(tmp_path: Path) -> None:
    catalog = everything(tmp_path)
    whole, part = Plan(catalog, "acme"), Plan(catalog, "acme")
    part.narrow({"invoice_line"})
    assert sorted(part.order) == ["get-bill", "list-bills"]
    assert {mapping.entity for mapping in part.mappings} == {"invoice", "invoice_line"}
    assert [part.digest(name) for name in part.order] == [whole.digest(n) for n in part.order]


def test_a_kind_that_has_a_list_takes_the_calls_for_its_items_along(tmp_path: Path) -> None:
    part = Plan(everything(tmp_path), "acme")
    part.narrow({"invoice"})
    assert "get-bill" in part.order  # else what changed would never be asked for
    assert "list-clients" not in part.order


def test_a_kind_that_nothing_is_mapped_to_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotKnown, match="no mapped kind of entity is named 'payment'"):
        Plan(everything(tmp_path), "acme").narrow({"payment"})
