"""One leaf of a request over all calls of its operation."""

from automation.infer.observe import operations_of
from automation.infer.series import series_of
from automation.wire import Place
from tests.infer.traffic import Journey, both, people


def test_a_leaf_is_collected_over_all_calls_that_have_it() -> None:
    def journey(run: int) -> Journey:
        made = Journey("list-people")
        for page in ("", "&page=2", "&page=3"):
            made.call("GET", f"/people?view=all{page}", {"rows": people(run, 3)})
        return made

    operations, _ = operations_of(both(journey))
    page, view = (series_of(operations[0], (Place.QUERY, key), ()) for key in ("page", "view"))
    assert (page.name, page.texts, page.varies, page.optional) == (
        "page",
        ("2", "3", "2", "3"),
        True,
        True,
    )
    assert (view.texts, view.varies, view.optional) == (("all",) * 6, False, False)
