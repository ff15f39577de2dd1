"""Made-up pages of a small portal, and their signatures."""

from __future__ import annotations

import random
from functools import cache

from automation.drift import (
    Baseline,
    Consumption,
    Observation,
    PageSignature,
    PageWatch,
    consumption_of,
    judge,
)
from automation.model import Click, Element, Fill, Finding, Flow, Snapshot, Target
from tests.infer.traffic import BASE

FLOW = Flow(
    flow="list-pets",
    portal="example",
    steps=(
        Fill(target=Target(role="textbox", name="User name", field="user"), value="x"),
        Fill(target=Target(role="textbox", name="Password", field="pass"), value="x"),
        Click(target=Target(role="button", name="Sign in")),
        Fill(target=Target(role="searchbox", name="Search", field="q"), value="x"),
        Click(target=Target(role="link", name="Pets", text="Name")),
    ),
)
CONSUMPTION = consumption_of(flow=FLOW)


def login(**changes: object) -> Snapshot:
    """The page to sign in at."""
    form = {"form": "login", "action": "post /login application/x-www-form-urlencoded"}
    return Snapshot.model_validate(
        {
            "step": "1",
            "taken": 1.0,
            "url": f"{BASE}/login",
            "title": "Portal",
            "aria": '- main:\n  - heading "Welcome" [level=1]\n  - textbox "User name"\n'
            '  - textbox "Password"\n  - button "Sign in"',
            "elements": (
                Element(role="textbox", name="User name", tag="input", field="user", type="text",
                        evidence={**form, "autocomplete": "username"}),
                Element(role="textbox", name="Password", tag="input", field="pass",
                        type="password", evidence=form),
                Element(role="button", name="Sign in", tag="button", type="submit", evidence=form),
            ),
            **changes,
        }
    )  # fmt: skip


def listing(day: int = 0, **changes: object) -> Snapshot:
    """The list of pets, with the rows of a day."""
    chance = random.Random(day)
    names = [f"Pet {chance.randrange(10**6)}x" for _ in range(chance.randrange(3, 30))]
    rows = "".join(
        f'  - row "{name}":\n    - cell "{name}":\n      - link "{name}"\n'
        f'    - cell "2026-0{1 + n % 9}-11"\n'
        for n, name in enumerate(names)
    )
    head = '  - row "Name Born":\n    - columnheader "Name"\n    - columnheader "Born"\n'
    return Snapshot.model_validate(
        {
            "step": "2",
            "taken": 2.0,
            "url": f"{BASE}/pets/{day + 100}",
            "title": "Pets",
            "aria": f'- navigation "Top":\n  - link "Pets"\n- table "Pets":\n{head}{rows}',
            "elements": (
                Element(role="searchbox", name="Search", tag="input", id="q", field="q"),
                Element(role="link", name="Pets", tag="a", evidence={"href": "/pets"}),
                *(
                    Element(role="link", name=name, tag="a", id=f"r{n}")
                    for n, name in enumerate(names)
                ),
            ),
            **changes,
        }
    )


def looked_at(*snapshots: Snapshot, consumption: Consumption = CONSUMPTION) -> PageSignature:
    """The signature of one run."""
    watch = PageWatch(BASE, consumption=consumption)
    for snapshot in snapshots:
        watch.add(snapshot)
    return watch.signature()


def often(runs: int) -> PageSignature:
    """The signatures of many runs, merged."""
    merged = looked_at(login(), listing(0))
    for run in range(1, runs):
        merged = merged.merge(looked_at(login(), listing(run)).later(run))
    return merged


# ---------------------------------------------------------------- a baseline, and pages that differ


@cache
def page_baseline(days: int = 12) -> Baseline:
    """What was accepted in the first days, without any finding on the way."""
    grown = Baseline(portal="example", practice="one", flow="list-pets")
    for day in range(days):
        grown = judge(grown, shown(login(), listing(day)), CONSUMPTION).baseline
        assert grown.count == day + 1
    return grown


def shown(*snapshots: Snapshot) -> Observation:
    """One run that showed these pages."""
    return Observation(pages=looked_at(*snapshots))


def page_findings(*snapshots: Snapshot, use: Consumption = CONSUMPTION) -> dict[str, Finding]:
    """The findings of one run that showed these pages, by rule; the first of each."""
    told = judge(page_baseline(), shown(*snapshots), use).findings
    return {finding.rule: finding for finding in reversed(told)}


def page_severities(*snapshots: Snapshot, use: Consumption = CONSUMPTION) -> dict[str, str]:
    """The severities of the findings, by rule."""
    return {rule: str(one.severity) for rule, one in page_findings(*snapshots, use=use).items()}


def with_control(number: int, **update: object) -> Snapshot:
    """The page to sign in at, with one control that differs."""
    page = login()
    elements = [
        Element.model_validate({**one.model_dump(), **update}) if n == number else one
        for n, one in enumerate(page.elements)
    ]
    return page.model_copy(update={"elements": tuple(elements)})


def with_evidence(number: int, **evidence: str) -> Snapshot:
    """The same, with evidence of one control that differs."""
    return with_control(number, evidence={**login().elements[number].evidence, **evidence})


def with_more(*elements: Element) -> Snapshot:
    """The same, with more controls."""
    page = login()
    return page.model_copy(update={"elements": (*page.elements, *elements)})


def with_less(number: int) -> Snapshot:
    """The same, with one control less."""
    page = login()
    kept = tuple(one for n, one in enumerate(page.elements) if n != number)
    return page.model_copy(update={"elements": kept})
