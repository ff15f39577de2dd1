"""Finding controls, and what they are called."""

from __future__ import annotations

from automation.drift import Baseline, consumption_of, judge
from automation.model import Element, Fill, Flow, Goto, Snapshot, Target
from tests.drift.screens import (
    CONSUMPTION,
    listing,
    login,
    page_severities,
    shown,
    with_control,
    with_evidence,
    with_less,
    with_more,
)

USER, PASSWORD, BUTTON = 0, 1, 2


def test_a_control_that_nothing_finds_breaks() -> None:
    assert page_severities(with_less(BUTTON), listing())["dom.loc.missing"] == "breaking"


def test_two_buttons_of_one_name_break() -> None:
    twin = Element(role="button", name="Sign in", tag="button", type="submit")
    assert page_severities(with_more(twin), listing())["dom.loc.ambiguous"] == "breaking"


def test_another_control_under_the_old_name_breaks() -> None:
    page = login()
    user, password, button = page.elements
    other = user.model_copy(update={"field": "coupon", "type": "search"})
    renamed = user.model_copy(update={"name": "Login", "field": "login"})
    shifted = page.model_copy(update={"elements": (renamed, password, button, other)})
    assert page_severities(shifted, listing())["dom.loc.shifted"] == "breaking"


def test_a_second_best_way_that_still_finds_it_is_risky() -> None:
    told = page_severities(with_control(USER, name="Login name"), listing())
    assert told["dom.loc.degraded"] == "risky"
    assert told["dom.name.changed"] == "risky"
    assert "dom.loc.missing" not in told


def test_another_role_is_risky_and_cosmetic_where_nobody_acts() -> None:
    changed = with_control(USER, role="searchbox")
    assert page_severities(changed, listing())["dom.role.changed"] == "risky"


def test_another_placeholder_is_cosmetic() -> None:

    grown = Baseline(portal="p", practice="q", flow="f")
    for _ in range(3):
        grown = judge(grown, shown(with_evidence(USER, placeholder="a b")), CONSUMPTION).baseline
    told = judge(grown, shown(with_evidence(USER, placeholder="c d")), CONSUMPTION).findings
    assert [(f.rule, str(f.severity)) for f in told] == [("dom.label.changed", "cosmetic")]


def test_a_field_that_is_called_otherwise_is_not_another_one() -> None:
    told = page_severities(with_control(USER, field="login", id="login"), listing())
    assert told["dom.form.field.renamed"] == "risky"
    assert "dom.loc.shifted" not in told


def test_another_language_is_one_finding_in_place_of_many() -> None:
    words = ("Benutzer", "Kennwort", "Suche", "Mehr", "Hilfe")

    def page(*names: str) -> Snapshot:
        fields = tuple(
            Element(role="textbox", name=name, tag="input", field=f"f{chr(97 + n)}")
            for n, name in enumerate(names)
        )
        return login().model_copy(update={"elements": fields})

    grown = Baseline(portal="p", practice="q", flow="f")
    for _ in range(3):
        known = shown(page("User", "Pass", "Find", "More", "Help"))
        grown = judge(grown, known, CONSUMPTION).baseline
    told = judge(grown, shown(page(*words)), CONSUMPTION).findings
    assert [f.rule for f in told] == ["dom.flow.locale"]


def test_a_control_without_a_role_is_risky() -> None:
    told = page_severities(with_control(USER, role=""), listing())
    assert told["dom.a11y.lost"] == "risky"


def test_attributes_for_tests_that_come_are_cosmetic() -> None:
    told = page_severities(with_evidence(BUTTON, test_id="data-testid=go"), listing())
    assert told["dom.testid"] == "cosmetic"


def test_attributes_for_tests_make_no_field_another_one() -> None:
    assert page_severities(with_evidence(USER, test_id="data-testid=who"), listing()) == {
        "dom.testid": "cosmetic"
    }


def test_a_page_with_few_controls_is_in_the_language_of_the_other_pages() -> None:
    def page(step: str, *names: str) -> Snapshot:
        fields = (Element(role="textbox", name=n, tag="input", field=f"f{i}x" + "a" * i)
                  for i, n in enumerate(names))  # fmt: skip
        return login(step=step, elements=tuple(fields))

    english = (page("1", "User", "Password"), page("2", "Name", "Owner", "Born", "Find"))
    german = (page("1", "Benutzer", "Kennwort"), page("2", "Name", "Halter", "Geboren", "Suchen"))
    flow = Flow(
        flow="f", portal="p", steps=(Goto(url="/"), Fill(target=Target(field="f0x"), value="x"))
    )
    grown, use = Baseline(portal="p", practice="q", flow="f"), consumption_of(flow=flow)
    for _ in range(12):
        grown = judge(grown, shown(*english), use).baseline
    told = judge(grown, shown(*german), use).findings
    assert {(one.rule, str(one.severity)) for one in told} == {("dom.flow.locale", "cosmetic")}
    renamed = (page("1", "Benutzer", "Kennwort"), english[1])
    told = judge(grown, shown(*renamed), use).findings
    assert "dom.name.changed" in {one.rule for one in told}
