"""What a rule looks at on pages: each page before and now, and the controls that a flow acts on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from automation.drift.consumption import Consumption, StepUse
from automation.drift.pages import ElementSignature, PageSignature, StepSignature
from automation.drift.variants import same_variant
from automation.model import Locator

_EVIDENCE: Final[dict[str, tuple[str, ...]]] = {
    "test_id": ("test_id",),
    "role": ("role",),
    "placeholder": ("placeholder",),
    "label": ("label", "name"),
    "alt": ("alt",),
    "text": ("text", "name"),
    "title": ("title",),
    "id": ("id",),
    "field": ("field",),
}
"""Where a signature has what a locator looks for; places in the structure are in none."""
_TEXTS: Final = frozenset({"label", "placeholder", "text", "title", "alt"})


@dataclass(frozen=True, slots=True)
class Screen:
    """One page that was shown both before and now.

    Attributes:
        step: path of the step after which it was shown.
        before: in the accepted runs.
        now: in the latest run.
        whole: in all runs.
        usual: in the accepted runs of the variant that the latest run shows; what was always there
            is missed by these.
        always: the same in all runs.
    """

    step: str
    before: StepSignature
    now: StepSignature
    whole: StepSignature
    usual: StepSignature
    always: StepSignature

    def pairs(self) -> Iterator[tuple[str, ElementSignature, ElementSignature]]:
        """The controls that were there before and are there now."""
        for key, now in self.now.elements.items():
            if (before := self.before.elements.get(key)) is not None:
                yield key, before, now


@dataclass(frozen=True, slots=True)
class Acted:
    """One control that a flow acts on, as its locators find it.

    Attributes:
        step: path of the step that acts on it.
        use: what the step does.
        screen: the page it is on.
        page: that page, as it was where it had the control.
        before: keys by locator, cheapest first; only locators that found something.
        now: keys by the same locators.
    """

    step: str
    use: StepUse
    screen: Screen
    page: StepSignature
    before: tuple[tuple[Locator, tuple[str, ...]], ...]
    now: tuple[tuple[Locator, tuple[str, ...]], ...]

    @property
    def key(self) -> str:
        """The control that was meant."""
        return self.before[0][1][0]

    @property
    def by_text(self) -> bool:
        """Whether it is found by a text that people read."""
        locator = self.before[0][0]
        return locator.kind in _TEXTS or locator.name is not None

    def reads(self, place: str) -> bool:
        """Whether it is found by the text of one place; a label also names a control."""
        locator = self.before[0][0]
        return locator.kind == place or (place == "label" and locator.name is not None)

    @property
    def subject(self) -> str:
        """The control, as our flow calls it."""
        return self.use.target.describe() if self.use.target else self.key


def screens_of(
    before: PageSignature, now: PageSignature, whole: PageSignature
) -> dict[str, Screen]:
    """The pages that were shown both before and now, by step."""
    return {
        step: _screen(step, before.steps[step], one, whole.steps[step])
        for step, one in now.steps.items()
        if step in before.steps
    }


def _screen(step: str, before: StepSignature, now: StepSignature, whole: StepSignature) -> Screen:
    runs = same_variant(before, now)
    if runs is None:
        return Screen(step, before, now, whole, before, whole)
    (variant,) = now.variants
    always = whole.within(whole.variants[variant])
    return Screen(step, before, now, whole, before.within(runs), always)


def acted_on(screens: dict[str, Screen], consumption: Consumption) -> tuple[Acted, ...]:
    """The controls that a flow acts on and that the accepted runs had."""
    found = (_acted(step, use, screens) for step, use in consumption.steps.items())
    return tuple(one for one in found if one is not None)


def _acted(step: str, use: StepUse, screens: dict[str, Screen]) -> Acted | None:
    """On the page that was shown last before the step; else on the first that has the control."""
    if use.target is None:
        return None
    number = _number(step)
    ordered = sorted(screens.values(), key=lambda screen: _number(screen.step))
    earlier = [screen for screen in reversed(ordered) if _number(screen.step) < number]
    later = [screen for screen in ordered if _number(screen.step) >= number]
    for screen in (*earlier, *later):
        for page in (screen.usual, screen.before):
            before = tuple(
                (locator, keys)
                for locator in use.target.locators()
                if (keys := matching(page, locator))
            )
            if before:
                now = tuple((locator, matching(screen.now, locator)) for locator, _ in before)
                return Acted(step, use, screen, page, before, now)
    return None


def matching(page: StepSignature, locator: Locator) -> tuple[str, ...]:
    """The keys of the controls of a page that a locator finds."""
    places = _EVIDENCE.get(locator.kind, ())
    if locator.kind == "role" and locator.name is None:
        return ()
    return tuple(
        key
        for key, element in page.elements.items()
        if any(_says(element, place, locator.expression) for place in places)
        and (locator.name is None or _says(element, "name", locator.name))
    )


def _says(element: ElementSignature, place: str, word: str) -> bool:
    known = element.evidence.get(place)
    return known is not None and word in known.words


def _number(step: str) -> tuple[int, ...]:
    return tuple(int(part) for part in step.split(".") if part.isdigit())
