"""Looks for controls that a release changed, and for the same ones where it took them away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from automation import browser
from automation.model import Element, Fingerprint, Snapshot, Target
from tests.bench.drift.course import Lab
from tests.bench.drift.score import Expected, Heal
from tests.bench.drift.screens import Stage

_SECONDS = 0.6
_IS = "(found, css) => found === document.querySelector(css)"
_NUMBER = """css => {
  const shown = [...document.querySelectorAll("a[href],button,input,select")];
  return shown.indexOf(document.querySelector(css));
}"""


@dataclass(frozen=True)
class Healed:
    """What became of one control.

    Attributes:
        name: of the mutation.
        found: it was found again, and was the right one.
        other: another one was taken for it.
        replaced: one was taken for it after it was removed.
    """

    name: str
    found: bool
    other: bool
    replaced: bool

    @property
    def right(self) -> bool:
        return self.found and not self.replaced

    @property
    def wrong(self) -> bool:
        return self.other or self.replaced

    def words(self) -> str:
        """What went wrong."""
        told = "another one was taken" if self.other else "not found"
        if self.replaced:
            told = "one was taken for it when it was gone"
        return f"{self.name}: {told}"


async def heals(lab: Lab, stage: Stage, wanted: Sequence[Expected]) -> list[Healed]:
    """Look for each control, and once more where it is gone."""
    lab.on()
    await stage.come_back()
    recorded = {page: await _recorded(stage, page) for page in ("/pets", "/pets/newest")}
    healed: list[Healed] = []
    for one in wanted:
        if one.heal is None:
            continue
        target = await _target(lab, stage, one.heal, recorded[one.heal.page])
        there = await _look(lab, stage, one.heal, one.name, target)
        gone = await _look(lab, stage, one.heal, f"{one.name}~removed", target)
        healed.append(Healed(one.name, there is True, there is False, gone is not None))
    lab.on()
    return healed


async def _look(lab: Lab, stage: Stage, heal: Heal, name: str, target: Target) -> bool | None:
    """Whether what was found is the control; None where nothing was."""
    lab.on(name)
    await _open(stage, heal.page)
    deed = browser.Deed(heal.action)
    located = await browser.locate(stage.tab, target, seconds=_SECONDS, deed=deed)
    if isinstance(located, browser.Missing):
        return None
    return bool(await located.element.evaluate(_IS, heal.now))


async def _open(stage: Stage, page: str) -> None:
    await stage.tab.goto(stage.base + page)
    await stage.tab.rest()


async def _recorded(stage: Stage, page: str) -> Snapshot:
    await _open(stage, page)
    snapshot, _ = await browser.take_snapshot(stage.tab, step="1", taken=0)
    return snapshot


async def _target(lab: Lab, stage: Stage, heal: Heal, page: Snapshot) -> Target:
    """The control as a flow would have recorded it."""
    lab.on()
    await _open(stage, heal.page)
    number = await stage.tab.evaluate(_NUMBER, heal.control)
    assert isinstance(number, int)
    return target_of(page.elements[number])


def target_of(element: Element) -> Target:
    """The locators and the fingerprint of a control."""
    known = element.evidence
    said = {"type": element.type, "id": element.id, "name": element.field, "role": element.role}
    box = [int(part) for part in known.get("box", "").split()]
    return Target(
        test_id=known.get("test_id"),
        role=element.role,
        name=element.name or None,
        placeholder=known.get("placeholder"),
        label=known.get("label"),
        text=known.get("text"),
        id=element.id or None,
        field=element.field or None,
        fingerprint=Fingerprint(
            tag=element.tag,
            attributes={name: value for name, value in said.items() if value},
            text=known.get("text", ""),
            neighbours=tuple(known.get("near", "").splitlines()[:4]),
            box=(box[0], box[1], box[2], box[3]) if len(box) == 4 else None,
        ),
    )
