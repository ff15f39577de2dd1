"""Made-up pages of controls, as they were recorded and as they may be later."""

from __future__ import annotations

import random
from dataclasses import replace

from automation.page import Look

WORDS = [
    "account", "active", "address", "amount", "animal", "appointment", "balance", "billing",
    "breed", "calendar", "card", "chart", "city", "client", "colour", "comment", "contact",
    "country", "date", "details", "doctor", "email", "export", "filter", "first", "history",
    "invoice", "item", "label", "last", "list", "location", "medical", "message", "method",
    "mobile", "name", "note", "number", "order", "owner", "patient", "phone", "plan", "postal",
    "practice", "price", "product", "profile", "provider", "reason", "record", "refill",
    "region", "reminder", "report", "result", "room", "search", "series", "service", "sex",
    "species", "state", "status", "street", "tax", "team", "template", "time", "title",
    "total", "treatment", "type", "unit", "vaccine", "value", "view", "weight", "zip",
]  # fmt: skip
FORMS = ("search", "details", "filters")


def page_of(seed: int, size: int = 25) -> list[Look]:
    """Controls of one page, no two of the same name."""
    chance = random.Random(seed)
    names = [
        f"{one.capitalize()} {other}"
        for one, other in zip(chance.sample(WORDS, size), chance.sample(WORDS, size), strict=True)
    ]
    return [_control(chance, name, number) for number, name in enumerate(names)]


def _control(chance: random.Random, name: str, number: int) -> Look:
    kind = chance.choice(("text", "text", "choice", "button", "link"))
    field, form = name.lower().replace(" ", "_"), chance.choice(FORMS)
    common = Look(
        name=name,
        place=f"main {form}",
        box=(40 + number % 4 * 220, 60 + number // 4 * 48, 180, 32),
        near=(chance.choice(WORDS), chance.choice(WORDS)),
        path=(0, number),
    )
    if kind == "link":
        return replace(common, tag="a", role="link", text=name, href=f"/{field}")
    named = replace(common, id=f"i_{field}", form=form)
    if kind == "button":
        return replace(named, tag="button", role="button", type="button", text=name)
    entered = replace(named, label=name, field=field)
    if kind == "choice":
        return replace(entered, tag="select", role="combobox")
    return replace(entered, tag="input", role="textbox", type="text")
