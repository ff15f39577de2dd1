"""Two calls in a row and what differs between them."""

from automation.infer.observe import operations_of
from automation.infer.paging_steps import disjoint, steps_of
from automation.infer.records import records_of
from tests.infer.traffic import Journey, people


def test_a_leaf_that_renews_itself_is_no_step() -> None:
    journey = Journey()
    for number in range(2):
        journey.call("GET", f"/pets?page={number}&t={number}", {"rows": people(number * 3, 3)})
    [operation], _ = operations_of([journey.done()])
    [step] = steps_of(operation, lambda spot: spot[1] == "t")
    assert [spot[1] for spot in step.changed] == ["page"]


def test_pages_that_share_an_item_are_not_disjoint() -> None:
    journey = Journey()
    for first in (0, 2):
        journey.call("GET", f"/pets?page={first}", {"rows": people(first, 3)})
    [operation], _ = operations_of([journey.done()])
    records = records_of(operation, frozenset())
    assert records is not None
    one, two = operation.sightings
    assert not disjoint((one, two), records)
