"""What a write touched follows from what of it happened."""

from __future__ import annotations

from typing import Any

from automation.model import JournalStep, Operation, Practice, Write
from automation.writes import Touched, touched
from tests.writes.till import SELL, sale

NORTH = Practice(name="north", portal="acme", base_url="https://acme.example/4")
PIN = {"pin": {"type": "text", "sensitive": True}}


def done(*names: str, sensitive: bool = False, **rereads: str) -> Write:
    """A sale of which these steps happened."""
    inputs = {name: field for name, field in SELL["inputs"].items() if name != "pin"}
    inputs |= {"by": {"type": "object", "fields": PIN, "optional": True}} if sensitive else {}
    declared = Operation.model_validate({**SELL, "inputs": inputs, "rereads": rereads})
    steps = tuple(
        JournalStep(step=name, number=place, happened=True, after={"id": place}, kept=kept(place))
        for place, name in enumerate(names, 1)
    )
    return sale().model_copy(update={"declared": declared, "steps": steps})


def kept(place: int) -> dict[str, Any]:
    return {"id": f"https://acme.example/4/sale/{place}%7E/" if place == 1 else place}


def test_records_are_told_by_their_topics_and_what_was_read_back_by_its_endpoint() -> None:
    write = done("sale", "payment", sale="steps.sale.id", money="[steps.payment.id, `9`, `null`]")
    assert touched(write, NORTH) == Touched(
        (("sale", "1~"), ("money", "2"), ("money", "9")),
        (("find-sales", {"id": 1}), ("find-payments", {"id": 2})),
    )


def test_of_what_did_not_happen_nothing_is_told() -> None:
    write = done("sale", sale="steps.sale.id", money="steps.payment.id")
    assert touched(write, NORTH).records == (("sale", "1~"),)
    assert touched(write, NORTH).items == (("find-sales", {"id": 1}),)
    assert touched(sale(), NORTH) == Touched()


def test_what_was_taken_back_is_asked_for_and_not_taken_as_it_was() -> None:
    write = done("sale", "undo:sale", sale="steps.sale.id")
    assert touched(write, NORTH) == Touched((("sale", "1~"),), ())


def test_what_may_hide_something_is_not_taken_as_it_was_shown() -> None:
    write = done("sale", sensitive=True, sale="steps.sale.id")
    assert touched(write, NORTH) == Touched((("sale", "1~"),), ())
