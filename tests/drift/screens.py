"""Made-up pages of a small portal, and their signatures."""

from __future__ import annotations

import random

from automation.drift import Consumption, PageSignature, PageWatch, consumption_of
from automation.model import Click, Element, Fill, Flow, Snapshot, Target
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
