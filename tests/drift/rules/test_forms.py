"""Forms, and what they take."""

from __future__ import annotations

from automation.drift import Baseline, Observation, PageWatch, consumption_of, judge
from automation.model import Element, Flow, Select, Snapshot, Target
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
from tests.infer.traffic import BASE

USER, PASSWORD, BUTTON = 0, 1, 2
FORM = {"form": "login"}


def field(name: str, **evidence: str) -> Element:
    return Element(
        role="textbox", name=name, tag="input", field=name, evidence={**FORM, **evidence}
    )


def test_a_field_that_is_called_otherwise_in_its_place_is_risky() -> None:
    told = page_severities(with_control(USER, field="login"), listing())
    assert told["dom.form.field.renamed"] == "risky"
    assert "dom.form.field.gone" not in told


def test_a_field_that_has_to_be_filled_breaks_and_another_is_cosmetic() -> None:
    assert page_severities(with_more(field("site", required="yes")), listing()) == {
        "dom.form.field.new.required": "breaking"
    }
    assert page_severities(with_more(field("site")), listing()) == {
        "dom.form.field.new.optional": "cosmetic"
    }


def test_a_password_that_is_asked_for_later_breaks() -> None:
    assert page_severities(with_less(PASSWORD), listing())["dom.form.field.gone"] == "breaking"


def test_another_type_is_risky_and_another_kind_breaks() -> None:
    assert page_severities(with_control(USER, type="email"), listing()) == {
        "dom.form.type": "risky"
    }
    chosen = with_control(USER, role="combobox", tag="select", type="")
    assert page_severities(chosen, listing())["dom.form.type"] == "breaking"


def test_another_address_of_a_form_is_risky() -> None:
    page = login()
    elements = tuple(
        one.model_copy(update={"evidence": {**one.evidence, "action": "post /enter"}})
        for one in page.elements
    )
    told = page_severities(page.model_copy(update={"elements": elements}), listing())
    assert told["dom.form.action"] == "risky"


def test_another_constraint_is_risky() -> None:
    told = page_severities(with_evidence(USER, constraint="maxlength=8"), listing())
    assert told == {"dom.form.constraint": "risky"}


def test_a_button_that_cannot_be_pressed_breaks() -> None:
    told = page_severities(with_control(BUTTON, disabled=True), listing())
    assert told["dom.submit.disabled"] == "breaking"


def test_other_options_are_risky_and_break_where_ours_is_gone() -> None:
    target = Target(role="combobox", name="Site", field="site")
    flow = Flow(flow="f", portal="p", steps=(Select(target=target, option="North"),))
    use = consumption_of(flow=flow)

    def page(*options: str) -> Observation:
        element = Element(
            role="combobox",
            name="Site",
            tag="select",
            field="site",
            evidence={"options": "\n".join(options)},
        )
        watch = PageWatch(BASE, consumption=use)
        watch.add(Snapshot(step="1", taken=1, url=BASE, elements=(element,)))
        return Observation(pages=watch.signature())

    grown = Baseline(portal="p", practice="q", flow="f")
    for _ in range(3):
        grown = judge(grown, page("North", "South"), use).baseline
    told = {
        options: [(f.rule, str(f.severity)) for f in judge(grown, page(*options), use).findings]
        for options in (("North", "South"), ("North", "South", "East"), ("South", "East"))
    }
    assert list(told.values()) == [
        [],
        [("dom.form.options", "risky")],
        [("dom.form.options", "breaking")],
    ]


def unnamed(number: int, *first: Element, action: str = "POST /login x") -> Snapshot:
    """The page to sign in at, whose form has no name and is the one of this number."""
    told = {"form": str(number), "action": action}
    page = login()
    own = [one.model_copy(update={"evidence": told}) for one in page.elements]
    return page.model_copy(update={"elements": (*first, *own)})


LANGUAGE = Element(
    role="button", name="Deutsch", tag="button", evidence={"form": "1", "action": "POST /lang x"}
)


def unnamed_severities(now: Snapshot) -> dict[str, str]:
    grown = Baseline(portal="example", practice="one", flow="list-pets")
    for day in range(12):
        grown = judge(grown, shown(unnamed(1), listing(day)), CONSUMPTION).baseline
    told = judge(grown, shown(now, listing(0)), CONSUMPTION).findings
    return {one.rule: str(one.severity) for one in told if one.rule != "dom.struct"}


def test_a_form_that_comes_before_one_without_a_name_is_no_other_form_for_its_fields() -> None:
    assert unnamed_severities(unnamed(2, LANGUAGE)) == {}


def test_a_form_without_a_name_is_told_when_it_is_sent_elsewhere_or_wants_more() -> None:
    away = unnamed(2, LANGUAGE, action="POST /signin x")
    assert unnamed_severities(away) == {"dom.form.action": "risky"}
    site = field("site", required="yes").model_copy(
        update={"evidence": {"form": "2", "required": "yes", "action": "POST /login x"}}
    )
    more = unnamed(2, LANGUAGE)
    more = more.model_copy(update={"elements": (*more.elements, site)})
    assert unnamed_severities(more) == {"dom.form.field.new.required": "breaking"}
