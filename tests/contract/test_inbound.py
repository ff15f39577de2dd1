"""Every portal folder: what is read after a notice is what its list would have given."""

from __future__ import annotations

import pytest

from automation.catalog import Catalog
from automation.model import Constant, Endpoint, RecordRead
from automation.sync import Plan
from tests.simulator import REPOSITORY

FILES = Catalog(REPOSITORY / "flows")
READS = [
    (portal, topic, read)
    for portal in FILES.portals()
    for topic, about in FILES.inbound(portal).topics.items()
    for read in about.reads
]


@pytest.mark.parametrize("portal", FILES.portals())
def test_what_a_portal_tells_by_itself_fits_its_endpoints(portal: str) -> None:
    found = FILES.inbound(portal)
    heard = {each.topic for each in found.triggers if each.topic is not None}
    heard |= {topic for each in FILES.operations(portal) for topic in each.rereads}
    assert heard == set(found.topics), "a topic that no trigger and no write names is never read"
    assert (found.hooks is None) == (not found.triggers)


@pytest.mark.parametrize("portal", FILES.portals())
def test_what_a_topic_reads_is_mapped_or_called_on_from(portal: str) -> None:
    plan = Plan(FILES, portal)
    mapped = {name for mapping in plan.mappings for name in mapping.endpoints}
    idle = [
        read.made_as
        for owner, _, read in READS
        if owner == portal and read.made_as not in mapped and not plan.takers.get(read.made_as)
    ]
    assert idle == []


@pytest.mark.parametrize("portal,topic,read", READS, ids=lambda value: str(value)[:30])
def test_a_record_is_asked_for_as_its_list_is(portal: str, topic: str, read: RecordRead) -> None:
    one, many = FILES.endpoint(portal, read.read), FILES.endpoint(portal, read.made_as)
    assert constants(one) == constants(many), topic
    assert one.reach.rung == many.reach.rung
    if read.like is not None:
        assert one.response.items is None, "one record is no list"
        assert read.within or one.response.key == many.response.key


def constants(endpoint: Endpoint) -> dict[str, object]:
    """What shapes an item: fixed parameters that are no order and no filter of a list."""
    query = endpoint.request.query.items()
    return {
        name: binding.constant
        for name, binding in query
        if isinstance(binding, Constant) and name not in {"ordering", "include_archived"}
    }
