"""Pages that come in a few ways are known in each of them, and missed in none of the others."""

from __future__ import annotations

from automation.drift import Baseline, Judged, Observation, consumption_of, judge
from automation.drift.acting import Screen, screens_of
from automation.drift.algebra import size_of
from automation.drift.pages import PageSignature, StepSignature
from automation.drift.variants import histories, same_variant
from automation.model import Click, Element, Flow, Snapshot, Target
from tests.drift.screens import listing, login, looked_at

TIPS = "".join(f'\n  - complementary "Tip {n}":\n    - article: x\n    - figure' for n in range(4))
SIGN_IN = Target(role="button", name="Sign in", id="send")
FLOW = Flow(flow="list-pets", portal="example", steps=(Click(target=SIGN_IN),))
USED = consumption_of(flow=FLOW)
NOTICE = Element(
    role="checkbox",
    name="Keep me signed in",
    tag="input",
    field="keep",
    type="checkbox",
    evidence={"form": "login", "action": "post /login application/x-www-form-urlencoded"},
)


def in_test(*, button: str = "Go on", more: tuple[Element, ...] = (NOTICE,)) -> Snapshot:
    """The page to sign in at as a cohort of a test is shown it: other words, and more on it."""
    page = login()
    last = page.elements[2].model_copy(update={"name": button, "id": "send"})
    return page.model_copy(
        update={"elements": (*page.elements[:2], last, *more), "aria": page.aria + TIPS}
    )


def usual() -> Snapshot:
    page = login()
    last = page.elements[2].model_copy(update={"id": "send"})
    return page.model_copy(update={"elements": (*page.elements[:2], last)})


def shown(*snapshots: Snapshot) -> Observation:
    return Observation(pages=looked_at(*snapshots, consumption=USED))


def seen(baseline: Baseline, page: Snapshot, day: int) -> Judged:
    return judge(baseline, shown(page, listing(day)), USED)


def alternating(days: int, every: int = 3) -> tuple[Baseline, list[int]]:
    """A portal that shows one of its pages in another way on each how many-th day.

    Returns:
        The baseline after it, and the days on which anything loud was told.
    """
    baseline = Baseline(portal="example", practice="one", flow="list-pets")
    loud: list[int] = []
    for day in range(days):
        judged = seen(baseline, in_test() if day % every == 1 else usual(), day)
        loud += [day] if any(str(one.severity) != "cosmetic" for one in judged.findings) else []
        baseline = judged.baseline
    return baseline, loud


def test_a_cohort_that_comes_again_and_again_is_silent_once_it_is_known() -> None:
    baseline, loud = alternating(24)
    assert loud == [4, 7]
    assert (baseline.count, baseline.waiting) == (24, 0)


def test_a_cohort_is_silent_from_its_fourth_run_on_also_where_the_other_was_known_first() -> None:
    baseline = Baseline(portal="example", practice="one", flow="list-pets")
    for day in range(12):
        baseline = seen(baseline, usual(), day).baseline
    told: list[set[str]] = []
    for day in range(12, 32):
        judged = seen(baseline, in_test() if day % 2 else usual(), day)
        told += [{one.rule for one in judged.findings}] if day % 2 else []
        baseline = judged.baseline
    assert "dom.struct" not in set().union(*told[3:])
    assert [number for number, rules in enumerate(told) if "dom.form.field.new.optional" in rules]
    assert set().union(*told[3:]) == set()


def test_what_a_cohort_always_had_is_missed_at_once_by_it_alone() -> None:
    baseline, _ = alternating(30)
    for day, page in ((31, in_test(more=())), (32, usual())):
        screen = screen_of(baseline, page, day)
        missed = screen.usual.elements.keys() - screen.now.elements.keys()
        assert [key.split()[0] for key in missed] == (["checkbox"] if day == 31 else [])


def test_how_a_control_is_found_is_held_against_the_same_cohort() -> None:
    baseline, _ = alternating(30)
    nameless = in_test().elements[2].model_copy(update={"id": ""})
    lost = in_test().model_copy(
        update={"elements": (*in_test().elements[:2], nameless, *in_test().elements[3:])}
    )
    told = {one.rule: str(one.severity) for one in seen(baseline, lost, 31).findings}
    assert told.get("dom.loc.missing") == "breaking", told
    assert seen(baseline, in_test(), 31).findings == ()


def test_a_page_that_is_rebuilt_is_told_however_different_its_cohorts_are() -> None:
    baseline, _ = alternating(24)
    boxes = "\n".join(f"- group:\n  - region:\n    - img\n    - figure: x{n}" for n in range(30))
    rebuilt = usual().model_copy(update={"aria": boxes})
    assert {one.rule for one in seen(baseline, rebuilt, 31).findings} == {"dom.struct"}


def test_each_run_is_counted_for_its_way_and_a_page_that_is_always_the_same_has_one() -> None:
    baseline, _ = alternating(24)
    first, second = (baseline.accepted.pages.steps[step] for step in "12")
    assert (shares(first), shares(second)) == ([8, 16], [24])
    assert sorted(len(each) for each in histories(first)) == [0, 3, 5]


def test_no_more_than_five_ways_are_told_apart() -> None:
    baseline = Baseline(portal="example", practice="one", flow="list-pets")
    roles = ("article", "figure", "group", "img", "region", "term", "mark", "note")
    for day, role in enumerate(roles * 2):
        page = usual().model_copy(update={"aria": f"- {role}:\n  - {role}\n" * 9})
        baseline = baseline.taking(shown(page, listing(day)))
    step = baseline.accepted.pages.steps["1"]
    assert len(step.variants) == len(step.models) == 5
    assert sum(shares(step)) == 16


def test_a_page_that_came_but_twice_is_no_variant_to_miss_anything_in() -> None:
    baseline, _ = alternating(6)
    now = baseline.compare(shown(in_test(), listing(7))).now.pages.steps["1"]
    assert same_variant(baseline.accepted.pages.steps["1"], now) is None


def test_variants_survive_being_written_and_are_forgotten_with_their_runs() -> None:
    baseline, _ = alternating(12)
    pages = baseline.accepted.pages
    assert PageSignature.model_validate_json(pages.model_dump_json()) == pages
    latest = pages.later(-11).steps["1"]
    assert (shares(latest), len(latest.models)) == ([1], 1)


def shares(step: StepSignature) -> list[int]:
    return sorted(size_of(runs) for runs in step.variants.values())


def screen_of(baseline: Baseline, page: Snapshot, day: int) -> Screen:
    compared = baseline.compare(shown(page, listing(day)))
    return screens_of(compared.before.pages, compared.now.pages, compared.whole.pages)["1"]
